import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createActionRunner, packageVariables } from '../../project/actions/index.ts';
import type { Evaluate } from '../../spec/index.ts';
import { gitText } from '../../tools/git/index.ts';
import type { Run } from '../../tools/process/index.ts';
import type { Ui } from '../../ui.ts';
import type { TargetBranch } from './branches.ts';
import type { BranchWork } from './branch-work.ts';
import { commitBranch, foreignCommitsError, readAhead } from './commit.ts';
import type { Ahead } from './commit.ts';
import { checkOutBranch } from './dist-git-repository.ts';
import type { PackageUpdate } from './package-update.ts';
import { planFastForward } from './fast-forward.ts';
import type { Skip } from './rules.ts';
import { STEPS } from './steps.ts';
import { pullRequestText } from './texts.ts';
import type { BranchPlan } from './types.ts';

export type Prepared =
  | { kind: 'planned'; plan: BranchPlan }
  | { kind: 'skipped'; skip: Skip; fromVersion: string | undefined };

/** Name of the branch a request for `branch` comes from. */
export function updateBranchName(branch: string): string {
  return `${branch}-update`;
}

/** Does everything local for one branch; the result says what is left to do elsewhere. */
export async function prepareBranch(update: PackageUpdate, target: TargetBranch, ui: Ui): Promise<Prepared> {
  const work = await ui.step('check out', () => openBranch(update, target, ui));
  for (const step of STEPS) {
    if (step.applies?.(work) === false) continue;
    const skip = await ui.step(step.title, () => step.run(work));
    if (skip !== undefined) return { kind: 'skipped', skip, fromVersion: work.distGitVersion };
  }
  const committed = await ui.step('commit', () => commitBranch(work));
  if (committed === undefined) {
    const reason = `nothing changes: dist-git has all of version ${update.version} already`;
    return { kind: 'skipped', skip: { code: 'UP_TO_DATE', reason }, fromVersion: work.distGitVersion };
  }
  const text = pullRequestText({ ...update.texts, commit: work.tree.commit }, target.branch);
  const requests = update.pullRequest
    ? [
        { targetBranch: target.branch, title: text.title, description: text.body },
        ...(await planFastForward(work, text)),
      ]
    : [];
  return {
    kind: 'planned',
    plan: {
      branch: target.branch,
      fromVersion: work.distGitVersion,
      version: update.version,
      base: work.base,
      commit: committed.sha,
      reused: committed.reused,
      message: committed.message,
      diff: committed.diff,
      changes: committed.changes,
      uploads: work.uploads,
      push: update.pullRequest
        ? {
            to: 'fork',
            branch: updateBranchName(target.branch),
            expected: update.forkBranches.get(updateBranchName(target.branch)) ?? '',
          }
        : { to: 'dist-git', branch: target.branch, expected: work.base },
      requests,
      notes: work.notes,
    },
  };
}

async function openBranch(update: PackageUpdate, target: TargetBranch, ui: Ui): Promise<BranchWork> {
  const { ctx, pkg, repository, scratch } = update;
  const { branch } = target;
  const parent = join(scratch, 'branches', branch.replaceAll('/', '_'));
  mkdirSync(parent, { recursive: true });
  const dir = join(parent, pkg.downstream_package_name ?? pkg.name);
  const run: Run = (argv, options) =>
    ctx.run(
      argv,
      options.live === true && options.onOutput === undefined
        ? { ...options, onOutput: (chunk, stream) => ui.output(chunk, stream) }
        : options,
    );
  const git = await update.serially(() =>
    checkOutBranch(repository, {
      run,
      branch,
      localBranch: update.pullRequest ? updateBranchName(branch) : branch,
      directory: dir,
    }),
  );
  const base = await gitText(git, ['rev-parse', 'HEAD']);
  const ahead = await readPrevious(update, branch, base);
  if (ahead.foreign.length > 0 && update.input.force !== true) {
    throw foreignCommitsError(updateBranchName(branch), ahead.foreign);
  }
  const tree = await update.upstream.tree(branch);
  const actions = createActionRunner({
    actions: pkg.actions,
    cwd: tree.dir,
    run,
    ui,
    redactor: ctx.redactor,
    variables: packageVariables(
      {
        name: pkg.name,
        upstreamPackageName: pkg.upstream_package_name,
        downstreamPackageName: pkg.downstream_package_name,
        specfilePath: pkg.specfile_path,
      },
      { upstreamRepository: tree.dir, downstreamRepository: dir },
    ),
  });
  return {
    update,
    ctx,
    pkg,
    branch,
    fastForward: target.fastForward,
    ui,
    dir,
    git,
    base,
    tree,
    actions,
    evaluate: (sourceDir) => lazyEvaluator(run, parent, { trust: 'own', sourceDir }),
    evaluateForeign: lazyEvaluator(run, parent, { trust: 'foreign', sourceDir: dir }),
    previous: ahead.previous,
    time: ahead.previous?.parent === base ? new Date(ahead.previous.time * 1000) : ctx.now(),
    distGitVersion: undefined,
    message: undefined,
    uploads: [],
    lookasideFiles: new Set(),
    notes: [],
  };
}

async function readPrevious(update: PackageUpdate, branch: string, base: string): Promise<Ahead> {
  const name = updateBranchName(branch);
  if (!update.pullRequest || !update.forkBranches.has(name)) return { previous: undefined, foreign: [] };
  return readAhead(update.repository.git, `refs/packit/fork/${name}`, base, update.identity.email);
}

/** rpm's part of packit is loaded when a spec is first asked about. Macros of Fedora get stand-ins elsewhere. */
function lazyEvaluator(
  run: Run,
  tempDir: string,
  place: { trust: 'own' | 'foreign'; sourceDir: string },
): Evaluate {
  return async (request) => {
    const { createEvaluator, fedoraStandIns } = await import('../../tools/rpm/index.ts');
    const directory = await mkdtemp(join(tempDir, 'rpm-'));
    const { macroFile } = await fedoraStandIns({ run, text: request.text, directory });
    const macroFiles = macroFile === undefined ? [] : [macroFile];
    return createEvaluator({ run, tempDir: directory, ...place, macroFiles })(request);
  };
}
