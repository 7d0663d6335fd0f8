/** Names of chroots and aliases to the chroots Copr has. */
import { PackitError } from '../../../errors.ts';
import { nearest } from '../../../project/config/index.ts';
import { buildTargetsFor } from '../../../project/distro-aliases/index.ts';
import type { Aliases } from '../../../project/distro-aliases/index.ts';

export interface Chroots {
  chroots: string[];
  /** Members of aliases which Copr does not have (yet, or any more). */
  missing: string[];
}

export interface TargetFacts {
  /** Names of chroots and aliases. */
  names: readonly string[];
  /** Where they are named, for messages. */
  from: string;
  /** Every chroot Copr has. */
  offered: readonly string[];
  /** What aliases stand for; asked only where a name is no chroot. */
  aliases: () => Promise<Aliases>;
}

/**
 * The chroots, each once, sorted. A name that is neither chroot nor alias is an error; a member of an alias that Copr lacks is not.
 * @throws PackitError COPR_CHROOT_UNKNOWN
 */
export async function resolveChroots({ names, from, offered, aliases }: TargetFacts): Promise<Chroots> {
  const known = new Set(offered);
  const chroots = new Set(names.filter((name) => known.has(name)));
  const missing = new Set<string>();
  const unknown: string[] = [];
  const rest = names.filter((name) => !known.has(name));
  for (const name of rest) {
    const members = buildTargetsFor(await aliases(), [name]);
    const there = members.filter((member) => known.has(member));
    for (const member of there) chroots.add(member);
    if (there.length === 0) unknown.push(name);
    else for (const member of members) if (!known.has(member)) missing.add(member);
  }
  if (unknown.length > 0) throw unknownChroots(unknown, from, offered);
  return { chroots: [...chroots].sort(), missing: [...missing].sort() };
}

function unknownChroots(unknown: readonly string[], from: string, offered: readonly string[]): PackitError {
  const details = unknown.map((name) => {
    const near = nearChroots(name, offered);
    return near.length === 0 ? name : `${name}: near ones are ${near.join(', ')}`;
  });
  return new PackitError(
    'COPR_CHROOT_UNKNOWN',
    `Copr has no chroot for ${unknown.join(', ')} (from ${from})`,
    {
      details,
      hint: 'Name chroots such as fedora-rawhide-x86_64, or aliases such as fedora-stable and epel-9.',
    },
  );
}

/** Up to five: the most alike, then the newest of the same distribution and architecture. */
export function nearChroots(name: string, offered: readonly string[]): string[] {
  const architecture = /-(x86_64|aarch64|ppc64le|s390x|i386|i686|armhfp)$/.exec(name)?.[1];
  const distribution = /^[a-z+]+(?:-[a-z]+)*/i.exec(name)?.[0].replace(/-$/, '') ?? name;
  const best = nearest(name, offered) ?? nearest(`${name}-x86_64`, offered);
  const kin = offered
    .filter(
      (chroot) => chroot.startsWith(`${distribution}-`) && chroot.endsWith(`-${architecture ?? 'x86_64'}`),
    )
    .toSorted((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return [...new Set([...(best === undefined ? [] : [best]), ...kin])].slice(0, 5);
}
