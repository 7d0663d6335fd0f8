/** The plan of a branch carried out: uploads, the push, the requests. Each part is left out if it is done already. */
import { isPackitError } from '../../errors.ts';
import { push, remoteBranches } from '../../tools/git/index.ts';
import type { FileChange, Git } from '../../tools/git/index.ts';
import type { Environment } from '../../tools/process/index.ts';
import type { Ui } from '../../ui.ts';
import type { Access } from './access.ts';
import type { Fork } from './fork.ts';
import type { LookasideCache, UploadPlan } from './lookaside.ts';
import type { Repository } from './repository.ts';

export interface RequestPlan {
  targetBranch: string;
  title: string;
  description: string;
}

export interface PushPlan {
  /** `fork` or the dist-git repository itself. */
  to: 'fork' | 'dist-git';
  branch: string;
  /** The commit the branch must be at; empty if it must not exist, undefined where that is not known. */
  expected: string | undefined;
}

/** Everything that will happen to one branch of dist-git, and nothing that has happened outside this machine. */
export interface PublishPlan {
  branch: string;
  base: string;
  commit: string;
  /** The commit is the one an earlier run has pushed already. */
  reused: boolean;
  message: string;
  diff: string;
  /** The files of the commit, with the lines added and removed. */
  changes: FileChange[];
  uploads: UploadPlan[];
  push: PushPlan;
  requests: RequestPlan[];
}

export interface BranchRequest {
  targetBranch: string;
  url: string;
  outcome: 'created' | 'updated' | 'unchanged';
}

export interface Published {
  status: 'proposed' | 'updated' | 'unchanged' | 'pushed';
  requests: BranchRequest[];
  uploaded: string[];
}

/** Where a plan is carried out. */
export interface Destination {
  readonly repository: Repository;
  /** Absent where commits go to dist-git's branches themselves. */
  readonly fork: Fork | undefined;
  /** Absent where no plan has uploads. */
  readonly lookaside?: LookasideCache;
  readonly pushCredentials: Access['pushCredentials'];
}

export async function publishBranch(to: Destination, plan: PublishPlan, ui: Ui): Promise<Published> {
  const uploaded: string[] = [];
  for (const upload of plan.uploads) {
    if (upload.state !== 'missing') continue;
    const { lookaside } = to;
    if (lookaside === undefined) throw new Error('an upload without a lookaside cache');
    if (await ui.step(`upload ${upload.filename}`, () => lookaside.upload(upload, ui)))
      uploaded.push(upload.filename);
  }
  if (plan.push.to === 'dist-git') {
    await ui.step(`push to ${plan.branch}`, () => pushToDistGit(to, plan));
    return { status: 'pushed', requests: [], uploaded };
  }
  const pushed = await ui.step(`push ${plan.push.branch} to ${to.fork?.name ?? 'the fork'}`, () =>
    pushToFork(to, plan),
  );
  const requests: BranchRequest[] = [];
  for (const request of plan.requests) {
    requests.push(await ui.step(`propose to ${request.targetBranch}`, () => propose(to, plan, request)));
  }
  const created = requests.some(({ outcome }) => outcome === 'created');
  const changed = pushed || requests.some(({ outcome }) => outcome === 'updated');
  return { status: created ? 'proposed' : changed ? 'updated' : 'unchanged', requests, uploaded };
}

async function pushToDistGit({ repository, pushCredentials }: Destination, plan: PublishPlan): Promise<void> {
  const { pushUrl, git } = repository;
  const env = await pushCredentials(pushUrl);
  try {
    await push(git, pushUrl, { refspec: `${plan.commit}:refs/heads/${plan.branch}`, live: false, env });
  } catch (error) {
    const { branch, commit } = plan;
    if (!(await isThere(git, { url: pushUrl, branch, commit, env }, error))) throw error;
  }
}

/** True if something was pushed: an earlier run may have done it. */
async function pushToFork(
  { repository, fork, pushCredentials }: Destination,
  plan: PublishPlan,
): Promise<boolean> {
  if (fork === undefined) throw new Error('a push to a fork without a fork');
  const url = await fork.url();
  const env = await pushCredentials(url);
  const { git } = repository;
  const { branch } = plan.push;
  const now = (await remoteBranches(git, url, env)).get(branch);
  if (now === plan.commit) return false;
  try {
    await push(git, url, {
      refspec: `${plan.commit}:refs/heads/${branch}`,
      lease: { branch, expected: plan.push.expected ?? now ?? '' },
      env,
    });
    return true;
  } catch (error) {
    // Another run may have pushed the same commit in the meantime.
    if (await isThere(git, { url, branch, commit: plan.commit, env }, error)) return false;
    throw error;
  }
}

async function isThere(
  git: Git,
  wanted: { url: string; branch: string; commit: string; env: Environment },
  error: unknown,
): Promise<boolean> {
  if (!isPackitError(error) || error.code === 'INTERRUPTED') return false;
  const branches = await remoteBranches(git, wanted.url, wanted.env).catch(() => undefined);
  return branches?.get(wanted.branch) === wanted.commit;
}

async function propose(
  { fork }: Destination,
  plan: PublishPlan,
  request: RequestPlan,
): Promise<BranchRequest> {
  if (fork?.side === undefined) throw new Error('a request without a forge');
  const { pullRequest, outcome } = await fork.side.propose({
    sourceBranch: plan.push.branch,
    targetBranch: request.targetBranch,
    title: request.title,
    description: request.description,
  });
  return { targetBranch: request.targetBranch, url: pullRequest.webUrl, outcome };
}
