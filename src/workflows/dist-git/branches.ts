/** Which branches of dist-git are meant. Pure; aliases are resolved by the function given. */
import { PackitError } from '../../errors.ts';
import type { LoadedConfig, PackageConfig } from '../../project/config/index.ts';

/** A list of branches or aliases, or a map with what each is merged into by fast-forward. */
export type BranchConfiguration =
  | readonly string[]
  | Readonly<Record<string, { fast_forward_merge_into?: unknown } | null>>;

export interface BranchChoice {
  /** `--dist-git-branch`: comma separated. */
  option?: string | undefined;
  /** `dist_git_branches` of the first job of the command's kind. */
  configured: BranchConfiguration;
  /** That kind, for the hint. */
  job?: string;
  /** Of the dist-git repository. */
  defaultBranch: string;
  /** Aliases and branches to branches; `rawhide` may be among the results. */
  expand: (names: readonly string[]) => Promise<readonly string[]> | readonly string[];
}

export interface TargetBranch {
  branch: string;
  /** Further branches that get a request from the same commit. */
  fastForward: string[];
}

/** `dist_git_branches` of the first job of one of these kinds that the package has. */
export function configuredBranches(
  config: Pick<LoadedConfig, 'jobs'>,
  packageName: string,
  kinds: readonly string[],
): PackageConfig['dist_git_branches'] {
  for (const { job, packages } of config.jobs) {
    const own = packages.find(({ name }) => name === packageName);
    if (own !== undefined && kinds.includes(job)) return own.dist_git_branches;
  }
  return [];
}

/** All names an update may have to look up: those of the option, else the configured ones with what they are merged into. */
export function namedBranches(option: string | undefined, configured: BranchConfiguration): string[] {
  const fromOption = splitNames(option);
  if (fromOption.length > 0) return fromOption;
  if (isList(configured)) return [...configured];
  const merged = Object.values(configured).flatMap((value) => mergedInto(value));
  return [...Object.keys(configured), ...merged];
}

/**
 * The branches, in the order they were named, none twice.
 * @throws PackitError `BRANCHES_NONE`
 */
export async function chooseBranches(choice: BranchChoice): Promise<TargetBranch[]> {
  const { configured, option } = choice;
  const map = isList(configured) ? undefined : configured;
  const named = isList(configured) ? configured : Object.keys(configured);
  const fromOption = splitNames(option);
  const wanted = fromOption.length > 0 ? fromOption : named.length > 0 ? named : [choice.defaultBranch];
  const merges = new Map<string, string[]>();
  for (const [name, value] of Object.entries(map ?? {})) {
    const into = mergedInto(value);
    if (into.length === 0) continue;
    const targets = await expandAll(into, choice);
    for (const branch of await expandAll([name], choice)) merges.set(branch, targets);
  }
  const branches = await expandAll(wanted, choice);
  if (branches.length === 0) {
    throw new PackitError('BRANCHES_NONE', `No dist-git branch is meant by ${wanted.join(', ')}`, {
      hint: `Name branches with --dist-git-branch, or in dist_git_branches of the ${choice.job ?? 'propose_downstream'} job.`,
    });
  }
  return branches.map((branch) => ({
    branch,
    // With branches named on the command line the configuration's merges do not count, as in the reference.
    fastForward:
      fromOption.length > 0 ? [] : (merges.get(branch) ?? []).filter((target) => target !== branch),
  }));
}

function splitNames(option: string | undefined): string[] {
  return (option ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function mergedInto(value: { fast_forward_merge_into?: unknown } | null): string[] {
  const into = value?.fast_forward_merge_into;
  return Array.isArray(into) ? into.map(String) : [];
}

async function expandAll(names: readonly string[], choice: BranchChoice): Promise<string[]> {
  const expanded = await choice.expand(names);
  return [...new Set(expanded.map((name) => (name === 'rawhide' ? choice.defaultBranch : name)))];
}

function isList(configured: BranchConfiguration): configured is readonly string[] {
  return Array.isArray(configured);
}
