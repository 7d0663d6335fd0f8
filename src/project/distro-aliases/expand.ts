import type { Aliases, Distro } from './distro.ts';

export interface ExpandOptions {
  /** Taken if no name is given; null for none. Default: `fedora-stable`. */
  fallback?: string | null;
}

const ELN: Distro = { namever: 'fedora-eln', branch: 'eln' };

/**
 * Names resolved: an alias to its members, the name or branch of an active Fedora or EPEL to that
 * distribution; anything else stays a text.
 */
export function expandAliases(
  aliases: Aliases,
  names: readonly string[],
  options: ExpandOptions = {},
): (Distro | string)[] {
  const { fallback = 'fedora-stable' } = options;
  const wanted = names.length > 0 ? names : fallback === null ? [] : [fallback];
  const found = wanted.flatMap((name) => expandOne(aliases, name));
  const seen = new Set<string>();
  return found.filter((item) => {
    const id = typeof item === 'string' ? `text ${item}` : `${item.namever} ${item.branch}`;
    return !seen.has(id) && seen.add(id);
  });
}

function expandOne(aliases: Aliases, name: string): readonly (Distro | string)[] {
  const members = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  if (members !== undefined) return members;
  const known = knownDistros(aliases).filter(({ namever, branch }) => namever === name || branch === name);
  return known.length > 0 ? known : [name];
}

/** Every active Fedora (ELN included) and EPEL. */
export function knownDistros(aliases: Aliases): Distro[] {
  return [...(aliases['fedora-all'] ?? []), ...(aliases['epel-all'] ?? []), ELN];
}

export interface BranchOptions extends ExpandOptions {
  /** The dist-git repository's default branch, which Rawhide is. Default: `main`. */
  defaultBranch?: string;
  /** Adds `rawhide` where the default branch is among them. */
  withAliases?: boolean;
}

/** The dist-git branches of names and aliases, each once, in their order. */
export function branchesFor(
  aliases: Aliases,
  names: readonly string[],
  options: BranchOptions = {},
): string[] {
  const { defaultBranch = 'main', withAliases = false } = options;
  const branches = expandAliases(aliases, names, options).map((item) => {
    if (typeof item === 'string') return item;
    return item.branch === 'rawhide' ? defaultBranch : item.branch;
  });
  if (withAliases && branches.includes(defaultBranch)) branches.push('rawhide');
  return [...new Set(branches)];
}

/** The Koji targets of names and aliases: the branches, but `epelN` where the branch is `elN`. */
export function kojiTargetsFor(
  aliases: Aliases,
  names: readonly string[],
  options: ExpandOptions = {},
): string[] {
  const targets = expandAliases(aliases, names, options).map((item) => {
    if (typeof item === 'string') return item;
    const oldEpel = item.branch.startsWith('el') && item.branch !== 'eln';
    return oldEpel ? item.namever.replaceAll('-', '') : item.branch;
  });
  return [...new Set(targets)];
}

export const ARCHITECTURES = ['aarch64', 'armhfp', 'i386', 'ppc64le', 's390x', 'x86_64'] as const;

const WITH_ARCHITECTURE = new RegExp(`^(.*)-(${ARCHITECTURES.join('|')})$`, 's');

/** The mock or Copr chroots of names and aliases, `fedora-42-x86_64`; x86_64 where no architecture is named. */
export function buildTargetsFor(
  aliases: Aliases,
  names: readonly string[],
  options: ExpandOptions = {},
): string[] {
  const { fallback = 'fedora-stable' } = options;
  const wanted = names.length > 0 ? names : fallback === null ? [] : [fallback];
  const chroots = wanted.flatMap((target) => {
    const match = WITH_ARCHITECTURE.exec(target);
    const [name, architecture] = match === null ? [target, 'x86_64'] : [match[1] ?? '', match[2] ?? ''];
    return expandAliases(aliases, [name], options).map((item) => `${chrootName(item)}-${architecture}`);
  });
  return [
    ...new Set(chroots.map((chroot) => chroot.replace(/^centos-stream-(?=[^-]+$)/, 'centos-stream-8-'))),
  ];
}

/** EPEL 10 and later have one chroot for CentOS Stream, and one for RHEL's released minor versions. */
function chrootName(item: Distro | string): string {
  if (typeof item === 'string') return item;
  const epel = /^epel-(\d+)/.exec(item.namever);
  if (epel === null || Number(epel[1]) < 10) return item.namever;
  return `${item.branch.includes('.') ? 'rhel+epel' : 'epel'}-${epel[1]}`;
}

/** The branches of `fast_forward_merge_into` for a branch; none if `dist_git_branches` is a plain list. */
export function fastForwardBranchesFor(
  aliases: Aliases,
  distGitBranches: readonly string[] | Readonly<Record<string, { fast_forward_merge_into?: unknown } | null>>,
  source: string,
  options: BranchOptions = {},
): string[] {
  if (Array.isArray(distGitBranches)) return [];
  let into: unknown;
  for (const [name, settings] of Object.entries(distGitBranches)) {
    const branches = branchesFor(aliases, [name], { ...options, withAliases: true });
    if (branches.includes(source)) {
      into = (settings as { fast_forward_merge_into?: unknown } | null)?.fast_forward_merge_into;
    }
  }
  if (!Array.isArray(into)) return [];
  return branchesFor(
    aliases,
    into.filter((name) => typeof name === 'string'),
    { ...options, fallback: null },
  );
}
