/** From a chroot to the systems its builds are tested on. */
import type { TargetSettings } from '../../../project/config/index.ts';

/** The service's own mapping; what is not here is tested on itself. */
const TESTED_ON: Readonly<Record<string, string>> = {
  'epel-6': 'centos-6',
  'epel-7': 'centos-7',
  'epel-8': 'centos-stream-8',
  'epel-9': 'centos-stream-9',
  'epel-10': 'centos-stream-10',
  'rhel+epel-10': 'centos-stream-10',
};

/** `epel-9-x86_64` -> `centos-stream-9-x86_64`; with `distros: [rhel-9, centos-9]` for the target, those. */
export function testTargets(chroot: string, settings: TargetSettings | undefined): string[] {
  const cut = chroot.lastIndexOf('-');
  const [distro, architecture] = [chroot.slice(0, cut), chroot.slice(cut + 1)];
  const wanted = settings?.distros;
  const distros =
    Array.isArray(wanted) && wanted.length > 0 ? wanted.map(String) : [TESTED_ON[distro] ?? distro];
  return [
    ...new Set(distros.map((name) => (name.endsWith(`-${architecture}`) ? name : `${name}-${architecture}`))),
  ];
}
