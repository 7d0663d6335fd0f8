import type { Distro } from './distro.ts';

const LEAP = distros('opensuse-leap-16.1', 'opensuse-leap-16.0', 'opensuse-leap-15.6');
const LEAP_MICRO = distros('opensuse-leap-micro-6.2', 'opensuse-leap-micro-6.1');
const TUMBLEWEED = distros('opensuse-tumbleweed');

/** openSUSE's maintained distributions. They change so rarely that they are not asked for. */
export const OPENSUSE_ALIASES: Readonly<Record<string, readonly Distro[]>> = {
  'opensuse-leap-all': LEAP,
  'opensuse-leap-micro-all': LEAP_MICRO,
  'opensuse-tumbleweed-all': TUMBLEWEED,
  'opensuse-all': [...LEAP, ...LEAP_MICRO, ...TUMBLEWEED],
};

function distros(...names: string[]): Distro[] {
  return names.map((namever) => ({ namever, branch: namever }));
}
