/** One branch of dist-git brought back: into the user's checkout, or as a request. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../tools/process/index.ts';
import type { Ui } from '../../ui.ts';
import {
  AUTOMATION_NOTE,
  commitWorkTree,
  foreignCommitsError,
  openWorkTree,
  publishBranch,
  readForkBranch,
} from '../dist-git/index.ts';
import type { BranchRequest, Message, PublishPlan, Published, WorkTree } from '../dist-git/index.ts';
import type { TargetFailure } from '../outcomes.ts';
import { copyBack } from './copy-back.ts';
import { syncBranchName } from './open.ts';
import type { OpenedSync, RequestTarget } from './open.ts';

export interface BranchSync {
  /** Of dist-git. */
  branch: string;
  /** `written`: into the checkout. `unchanged`: upstream has it all, or the request has. */
  status: Published['status'] | 'written' | 'planned' | 'failed';
  commit: string | undefined;
  /** Files of upstream that change, relative to its top. */
  files: string[];
  requests: BranchRequest[];
  /** Why nothing was done, or why it failed. */
  reason: string | undefined;
  failure: TargetFailure | undefined;
  /** In a dry run: what would be done. */
  plan: PublishPlan | undefined;
}

/** @throws PackitError `DIST_GIT_BRANCH_MISSING`, `FOREIGN_COMMITS`, and those of `copyBack` */
export async function syncBranch(sync: OpenedSync, branch: string, ui: Ui): Promise<BranchSync> {
  const { ctx, distGit, scratch, place, target } = sync;
  const parent = join(scratch, 'branches', branch.replaceAll('/', '_'));
  await mkdir(parent, { recursive: true });
  const { run } = ctx;
  const downstream = await ui.step('check out', () =>
    openWorkTree(distGit, { run, branch, localBranch: branch, directory: join(parent, place.name) }),
  );
  const blank = {
    branch,
    commit: undefined,
    requests: [],
    reason: undefined,
    failure: undefined,
    plan: undefined,
  };
  if (target.kind === 'request')
    return { ...blank, ...(await request(sync, target, { downstream, parent, run, ui })) };
  const files = await ui.step('copy files', () =>
    copyBack(sync, { from: downstream.dir, to: target.top, write: !ctx.dryRun, ui }),
  );
  if (files.length === 0) return { ...blank, status: 'unchanged', files, reason: NOTHING };
  return { ...blank, status: ctx.dryRun ? 'planned' : 'written', files };
}

const NOTHING = 'upstream has all of it already';

interface Places {
  downstream: WorkTree;
  /** A directory of this branch. */
  parent: string;
  run: Run;
  ui: Ui;
}

async function request(
  sync: OpenedSync,
  target: RequestTarget,
  { downstream, parent, run, ui }: Places,
): Promise<Pick<BranchSync, 'status' | 'files'> & Partial<BranchSync>> {
  const { ctx } = sync;
  const { repository, fork } = target.destination;
  const name = syncBranchName(downstream.branch);
  const upstream = await ui.step('check out upstream', () =>
    openWorkTree(repository, {
      run,
      branch: target.branch,
      localBranch: name,
      directory: join(parent, 'upstream'),
    }),
  );
  const { identity } = target;
  const { previous, foreign } = await readForkBranch(repository, fork, {
    name,
    base: upstream.base,
    email: identity.email,
  });
  if (foreign.length > 0 && !target.force) throw foreignCommitsError(name, foreign);
  await ui.step('copy files', () =>
    copyBack(sync, { from: downstream.dir, to: upstream.dir, write: true, ui }),
  );
  const committed = await ui.step('commit', () =>
    commitWorkTree(upstream, {
      message: messageOf(downstream),
      author: identity,
      // A run after one that was broken off makes what that one made, to the bit.
      time: previous?.parent === upstream.base ? new Date(previous.time * 1000) : ctx.now(),
      leftOut: [],
      previous,
      env: ctx.env,
    }),
  );
  if (committed === undefined) {
    ui.info(NOTHING);
    return { status: 'unchanged', files: [], reason: NOTHING };
  }
  const { sha: commit, ...made } = committed;
  const plan: PublishPlan = {
    branch: downstream.branch,
    base: upstream.base,
    commit,
    ...made,
    uploads: [],
    push: { to: 'fork', branch: name, expected: fork?.branches.get(name) ?? '' },
    requests: [
      {
        targetBranch: target.branch,
        title: `Update from downstream branch '${downstream.branch}'`,
        description: `Downstream commit: ${downstream.base}\n`,
      },
    ],
  };
  const files = made.changes.map(({ file }) => file);
  if (ctx.dryRun) return { status: 'planned', files, commit, plan };
  const { status, requests } = await publishBranch(target.destination, plan, ui);
  ui.info(`${status}: ${requests.map(({ url }) => url).join(', ')}`);
  return { status, files, commit, requests };
}

function messageOf({ branch, base }: WorkTree): Message {
  return {
    title: `[packit] Sync from downstream branch '${branch}'`,
    body: `Downstream commit: ${base}\n\n${AUTOMATION_NOTE}\n`,
  };
}
