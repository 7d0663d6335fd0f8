/** One branch on its way from dist-git's present state to a commit. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createActionRunner, packageVariables } from '../../project/actions/index.ts';
import type { ActionName, ActionRunner } from '../../project/actions/index.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { runForStrangers } from '../../tools/process/index.ts';
import type { Run } from '../../tools/process/index.ts';
import type { Ui } from '../../ui.ts';
import { foreignCommitsError, openWorkTree, readForkBranch } from '../dist-git/index.ts';
import type { PreviousCommit, WorkTree } from '../dist-git/index.ts';
import type { UpstreamTree } from '../upstream/index.ts';
import type { PackageUpdate } from './open.ts';
import { askAboutSpecs } from './specs.ts';
import type { SpecQuestions } from './specs.ts';
import { updateBranchName } from './texts.ts';

/** What the steps of a branch have in common. The steps change files in the work tree, and nothing here. */
export interface BranchWork {
  readonly pkg: PackageConfig;
  readonly distGit: WorkTree;
  readonly upstream: UpstreamTree;
  readonly specs: SpecQuestions;
  /** They run in the upstream tree. */
  readonly actions: ActionRunner;
  readonly ui: Ui;
  /** For the result: what a person should know about the branch. */
  readonly notes: string[];
}

export interface OpenedBranch {
  work: BranchWork;
  /** What the earlier run left on the branch the request comes from. */
  previous: PreviousCommit | undefined;
}

/** Actions that run while an update is made: they may write to the upstream tree. */
const ACTIONS: readonly ActionName[] = [
  'post-upstream-clone',
  'pre-sync',
  'prepare-files',
  'create-patches',
  'commit-message',
  'changelog-entry',
  'post-modifications',
];

export function hasUpdateActions({ actions }: PackageConfig): boolean {
  return ACTIONS.some((name) => name in actions);
}

/**
 * A work tree of dist-git and a tree of upstream files.
 * @throws PackitError `FOREIGN_COMMITS`
 */
export async function openBranch(update: PackageUpdate, branch: string, ui: Ui): Promise<OpenedBranch> {
  const { ctx, pkg, place, release, scratch, signer, options } = update;
  const { repository, fork } = update.destination;
  const parent = join(scratch, 'branches', branch.replaceAll('/', '_'));
  await mkdir(parent, { recursive: true });
  const run: Run = (argv, how) =>
    ctx.run(
      argv,
      how.live === true && how.onOutput === undefined
        ? { ...how, onOutput: (chunk, stream) => ui.output(chunk, stream) }
        : how,
    );
  const distGit = await openWorkTree(repository, {
    run,
    branch,
    localBranch: fork === undefined ? branch : updateBranchName(branch),
    directory: join(parent, place.name),
  });
  const { previous, foreign } = await readForkBranch(repository, fork, {
    name: updateBranchName(branch),
    base: distGit.base,
    email: signer.identity.email,
  });
  if (foreign.length > 0 && !options.force) throw foreignCommitsError(updateBranchName(branch), foreign);
  const upstream = await update.source.trees.tree(branch);
  const codeRun = update.source.cloned ? runForStrangers(run, ctx.env) : run;
  const actions = createActionRunner({
    actions: options.noActions ? {} : pkg.actions,
    cwd: upstream.dir,
    run: codeRun,
    ui,
    redactor: ctx.redactor,
    variables: {
      ...packageVariables(
        {
          name: pkg.name,
          upstreamPackageName: pkg.upstream_package_name,
          downstreamPackageName: pkg.downstream_package_name,
          specfilePath: pkg.specfile_path,
        },
        {
          ...(upstream.isRepository
            ? { upstreamRepository: upstream.dir }
            : { workingDirectory: upstream.dir }),
          downstreamRepository: distGit.dir,
        },
      ),
      PACKIT_PROJECT_VERSION: release.version,
    },
  });
  return {
    work: {
      pkg,
      distGit,
      upstream,
      specs: askAboutSpecs({
        run: codeRun,
        tempDir: parent,
        distGitDir: distGit.dir,
        macros: options.macros,
        edited: update.source.spec,
        trusted: await update.source.trusts(distGit.base),
      }),
      actions,
      ui,
      notes: [],
    },
    previous,
  };
}
