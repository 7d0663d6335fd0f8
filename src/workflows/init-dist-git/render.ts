/** The configuration that brings releases to a package, from its settings. */
import { stringify } from 'yaml';

/** What a release is brought to: branches, and what each is merged into by fast-forward. */
export interface ReleaseBranches {
  branch: string;
  mergedInto: readonly string[];
}

export interface DistGitSettings {
  /** Keys of the package in the order they are written; what is undefined or empty is left out. */
  keys: Readonly<Record<string, unknown>>;
  branches: readonly ReleaseBranches[];
  jobs: Readonly<Record<DistGitJob, boolean>>;
}

export type DistGitJob = 'pull_from_upstream' | 'koji_build' | 'bodhi_update';

/** A release is proposed to Rawhide, and from there to the branched releases of Fedora. */
export const USUAL_BRANCHES: readonly ReleaseBranches[] = [
  { branch: 'fedora-rawhide', mergedInto: ['fedora-branched'] },
];

const HEADER = `# What can be set here:
# https://packit.dev/docs/configuration/

`;

/** The file's text. Values are quoted where YAML 1.1 would read another type. */
export function renderDistGitConfig(settings: DistGitSettings): string {
  const keys = Object.entries(settings.keys).filter(([, value]) => !isEmpty(value));
  const config = { ...Object.fromEntries(keys), jobs: jobsOf(settings) };
  return (
    HEADER +
    stringify(config, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false, singleQuote: true })
  );
}

/** Branches that updates are made for: Rawhide's are made by Bodhi itself. */
export function updateBranches(branches: readonly ReleaseBranches[]): string[] {
  const names = allBranches(branches)
    .filter((branch) => branch !== 'rawhide' && branch !== 'fedora-rawhide')
    .map((branch) => (branch === 'fedora-all' ? 'fedora-branched' : branch));
  return [...new Set(names)];
}

function allBranches(branches: readonly ReleaseBranches[]): string[] {
  return [...new Set(branches.flatMap(({ branch, mergedInto }) => [branch, ...mergedInto]))];
}

function jobsOf({ branches, jobs }: DistGitSettings): Record<string, unknown>[] {
  const updates = updateBranches(branches);
  return [
    ...(jobs.pull_from_upstream ? [job('pull_from_upstream', 'release', pullBranches(branches))] : []),
    ...(jobs.koji_build ? [job('koji_build', 'commit', allBranches(branches))] : []),
    ...(jobs.bodhi_update && updates.length > 0 ? [job('bodhi_update', 'commit', updates)] : []),
  ];
}

function job(name: DistGitJob, trigger: string, dist_git_branches: unknown): Record<string, unknown> {
  return { job: name, trigger, dist_git_branches };
}

/** A list where nothing is merged, else a map. */
function pullBranches(branches: readonly ReleaseBranches[]): unknown {
  if (branches.every(({ mergedInto }) => mergedInto.length === 0))
    return branches.map(({ branch }) => branch);
  return Object.fromEntries(
    branches.map(({ branch, mergedInto }) => [
      branch,
      mergedInto.length === 0 ? {} : { fast_forward_merge_into: [...mergedInto] },
    ]),
  );
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}
