/** The plan of a branch carried out: uploads, the push, the requests. Each part is left out if it is done already. */
import { push, remoteBranches } from '../../tools/git/index.ts';
import type { Environment } from '../../tools/process/index.ts';
import type { Ui } from '../../ui.ts';
import type { PackageUpdate } from './package-update.ts';
import type { BranchPlan, BranchRequest, BranchResult } from './types.ts';

export async function publishBranch(update: PackageUpdate, plan: BranchPlan, ui: Ui): Promise<BranchResult> {
  const uploaded: string[] = [];
  for (const upload of plan.uploads) {
    if (upload.state !== 'missing') continue;
    if (await ui.step(`upload ${upload.filename}`, () => update.upload(upload, ui)))
      uploaded.push(upload.filename);
  }
  const result = {
    branch: plan.branch,
    version: plan.version,
    fromVersion: plan.fromVersion,
    commit: plan.commit,
    uploaded,
    reason: undefined,
    code: undefined,
    failure: undefined,
    notes: plan.notes,
    plan: undefined,
  };
  if (plan.push.to === 'dist-git') {
    await ui.step(`push to ${plan.branch}`, () => pushToDistGit(update, plan));
    return { ...result, status: 'pushed', requests: [] };
  }
  const pushed = await ui.step(`push ${plan.push.branch} to the fork`, () => pushToFork(update, plan));
  const requests: BranchRequest[] = [];
  for (const request of plan.requests) {
    requests.push(await ui.step(`propose to ${request.targetBranch}`, () => propose(update, plan, request)));
  }
  const created = requests.some(({ outcome }) => outcome === 'created');
  const changed = pushed || requests.some(({ outcome }) => outcome === 'updated');
  return { ...result, status: created ? 'proposed' : changed ? 'updated' : 'unchanged', requests };
}

async function pushToDistGit(update: PackageUpdate, plan: BranchPlan): Promise<void> {
  const { pushUrl, git } = update.repository;
  await push(git, pushUrl, {
    refspec: `${plan.commit}:refs/heads/${plan.branch}`,
    live: false,
    env: await update.pushCredentials(pushUrl),
  });
}

/** True if something was pushed: an earlier run may have done it. */
async function pushToFork(update: PackageUpdate, plan: BranchPlan): Promise<boolean> {
  const url = await update.forkUrl();
  const env: Environment = await update.pushCredentials(url);
  const { git } = update.repository;
  const { branch } = plan.push;
  const now = (await remoteBranches(git, url, env)).get(branch);
  if (now === plan.commit) return false;
  await push(git, url, {
    refspec: `${plan.commit}:refs/heads/${branch}`,
    lease: { branch, expected: plan.push.expected ?? now ?? '' },
    env,
  });
  return true;
}

async function propose(
  update: PackageUpdate,
  plan: BranchPlan,
  request: BranchPlan['requests'][number],
): Promise<BranchRequest> {
  if (update.forge === undefined) throw new Error('a request without a forge');
  const { pullRequest, outcome } = await update.forge.propose({
    sourceBranch: plan.push.branch,
    targetBranch: request.targetBranch,
    title: request.title,
    description: request.description,
  });
  return { targetBranch: request.targetBranch, url: pullRequest.webUrl, outcome };
}
