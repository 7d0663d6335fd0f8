/** Which branches are built for which targets of Koji. Pure. */
import { PackitError } from '../../../errors.ts';
import { expandAliases } from '../../../project/distro-aliases/index.ts';
import type { Aliases } from '../../../project/distro-aliases/index.ts';

/** The target a dist-git branch is built for where none is named. */
export function targetOfBranch(branch: string): string {
  return branch === 'rawhide' || branch === 'main' ? 'rawhide' : `${branch}-candidate`;
}

/** `--koji-target`: comma-separated targets or aliases; members of an alias are the targets of their branches. */
export function kojiTargets(option: string | undefined, aliases: Aliases): string[] {
  const names = (option ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  const targets = names.flatMap((name) =>
    expandAliases(aliases, [name], { fallback: null }).map((item) =>
      typeof item === 'string' ? item : targetOfBranch(oldEpelName(item.namever, item.branch)),
    ),
  );
  return [...new Set(targets)];
}

/** EPEL 6 and before is `elN` in dist-git and `epelN` in Koji. */
function oldEpelName(namever: string, branch: string): string {
  return branch.startsWith('el') && branch !== 'eln' ? namever.replaceAll('-', '') : branch;
}

export interface BranchTarget {
  branch: string;
  target: string;
}

/** @throws PackitError KOJI_TARGETS_AMBIGUOUS for several of both */
export function pairTargets(branches: readonly string[], targets: readonly string[]): BranchTarget[] {
  if (targets.length === 0) return branches.map((branch) => ({ branch, target: targetOfBranch(branch) }));
  const [branch] = branches;
  if (branch !== undefined && branches.length === 1) return targets.map((target) => ({ branch, target }));
  const [target] = targets;
  if (target !== undefined && targets.length === 1) return branches.map((one) => ({ branch: one, target }));
  throw new PackitError(
    'KOJI_TARGETS_AMBIGUOUS',
    `${branches.length} branches and ${targets.length} targets: it is not clear which is built for which`,
    {
      hint: 'Name one branch, or one target, or no target: each branch is then built for its own.',
    },
  );
}

/** `%dist` of builds that land in a tag: `.fc42`, `.el9`, `.el10_1`. Undefined where the tag's name does not tell. */
export function distOf(destTag: string): string | undefined {
  const [, family, major, minor] = /^(f|epel|eln|c)(\d+)?(?:\.(\d+)|s)?(?:-|$)/.exec(destTag) ?? [];
  if (family === 'f' && major !== undefined) return `.fc${major}`;
  if ((family === 'epel' || family === 'c') && major !== undefined) {
    return `.el${major}${minor === undefined ? '' : `_${minor}`}`;
  }
  return undefined;
}
