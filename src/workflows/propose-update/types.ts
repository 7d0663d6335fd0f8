/** What `propose-update` is asked and what it answers. Plain data: `--json` prints results as they are. */
import type { FileChange } from '../../tools/git/index.ts';

export interface ProposeUpdateInput {
  /** A directory, a file in it, or the URL of a git repository. Default: where the command was started. */
  pathOrUrl?: string | undefined;
  /** Default: the latest release. */
  version?: string | undefined;
  /** Comma-separated branches or aliases. */
  distGitBranch?: string | undefined;
  /** An existing clone of the dist-git repository; it is only read. */
  distGitPath?: string | undefined;
  forceNewSources?: boolean | undefined;
  /** Default: `create_pr` of the configuration. */
  pr?: boolean | undefined;
  /** Take the checkout as it is instead of the release's tag. */
  localContent?: boolean | undefined;
  upstreamRef?: string | undefined;
  force?: boolean | undefined;
  resolveBugs?: readonly string[] | undefined;
  syncAcls?: boolean | undefined;
  packages?: readonly string[] | undefined;
  /** Do not run the actions of the configuration. */
  noActions?: boolean | undefined;
  configPath?: string | undefined;
  remote?: string | undefined;
  fasUser?: string | undefined;
  keytab?: string | undefined;
}

/** A file the new spec needs from the lookaside cache. */
export interface UploadPlan {
  filename: string;
  size: number;
  /** `sha512` */
  hashType: string;
  hash: string;
  /** Where it is now; only while the run lasts. */
  path: string;
  /** `present`: it is there already. `offline`: not uploaded by configuration, only named in `sources`. */
  state: 'missing' | 'present' | 'offline';
}

export interface RequestPlan {
  targetBranch: string;
  title: string;
  description: string;
}

/** Everything that will happen to one branch of dist-git, and nothing that has happened outside this machine. */
export interface BranchPlan {
  branch: string;
  /** What dist-git has now; absent for a new package. */
  fromVersion: string | undefined;
  version: string;
  base: string;
  commit: string;
  /** The commit is the one an earlier run has pushed already. */
  reused: boolean;
  message: string;
  diff: string;
  /** The files of the commit, with the lines added and removed. */
  changes: FileChange[];
  uploads: UploadPlan[];
  push: {
    /** `fork` or the dist-git repository itself. */
    to: 'fork' | 'dist-git';
    branch: string;
    /** The commit the branch must be at; empty if it must not exist, undefined where that is not known. */
    expected: string | undefined;
  };
  requests: RequestPlan[];
  notes: string[];
}

export type BranchStatus = 'proposed' | 'updated' | 'unchanged' | 'pushed' | 'planned' | 'skipped' | 'failed';

export interface BranchRequest {
  targetBranch: string;
  url: string;
  outcome: 'created' | 'updated' | 'unchanged';
}

export interface BranchFailure {
  code: string;
  message: string;
  hint: string | undefined;
  details: readonly string[];
  exitCode: number;
}

export interface BranchResult {
  branch: string;
  status: BranchStatus;
  version: string | undefined;
  fromVersion: string | undefined;
  commit: string | undefined;
  requests: BranchRequest[];
  uploaded: string[];
  /** Why it was skipped or failed. */
  reason: string | undefined;
  /** Stable code of `reason`: `DOWNGRADE`, `MASK`, ... */
  code: string | undefined;
  failure: BranchFailure | undefined;
  notes: string[];
  /** In a dry run: what would be done. */
  plan: BranchPlan | undefined;
}

export interface PackageResult {
  package: string;
  version: string | undefined;
  tag: string | undefined;
  distGit: string | undefined;
  branches: BranchResult[];
  /** Set if no branch could be begun. */
  failure: BranchFailure | undefined;
}

export interface ProposeUpdateResult {
  dryRun: boolean;
  packages: PackageResult[];
  exitCode: number;
}
