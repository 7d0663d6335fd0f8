/** packit source-git update-dist-git: what source-git has, as files, patches and a commit of dist-git. */
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import { readSyncState, requireNotAhead, requirePristine } from '../../project/source-git/index.ts';
import { makePrivateCheckout, openScratch } from '../../project/workspace/index.ts';
import { createGit, readHead, readLayout, resolveCommit } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';
import { adoptCommit, adoptFiles } from './adopt.ts';
import { commitChanges, readChanges } from './dist-git-commit.ts';
import type { ChangedFile } from './dist-git-commit.ts';
import { writeDistGit } from './dist-git-content.ts';
import type { ContentOptions, DistGitContent } from './dist-git-content.ts';
import { forEachPair } from './pairs.ts';
import type { Pair, PairInput } from './pairs.ts';
import { requireTool } from './pkg-tool.ts';

export interface UpdateDistGitInput extends PairInput, ContentOptions {
  /** Of the commit: what is up to the first empty line is its title. Without one the changes stay in the work tree. */
  message?: string | undefined;
  /** Do not ask how the two repositories stand. */
  force?: boolean | undefined;
}

export interface DistGitUpdate extends DistGitContent {
  package: string;
  /** The repositories as the user named them. */
  repositories: { sourceGit: string; distGit: string };
  /** Full hash of the commit of source-git that dist-git was made from. */
  sourceCommit: string;
  /** `changed`: without a commit; `planned`: a dry run; `up-to-date`: there was nothing to bring over. */
  outcome: 'committed' | 'changed' | 'planned' | 'unchanged' | 'up-to-date';
  /** Full hash of the new commit of dist-git. */
  commit: string | null;
  files: ChangedFile[];
}

/**
 * Brings source-git's packaging and patches into dist-git. Everything is made in a private copy: a failure or an interruption
 * leaves both repositories as they were. Source-git is only read.
 * @throws PackitError SYNC_AHEAD, SYNC_DIVERGED, NOT_PRISTINE, NOTHING_TO_COMMIT, PKG_TOOL_MISSING and others
 */
export async function updateDistGit(
  ctx: Context,
  input: UpdateDistGitInput,
): Promise<{ dryRun: boolean; packages: DistGitUpdate[] }> {
  if (input.message?.trim() === '') {
    throw new PackitError('MESSAGE_EMPTY', 'The message of the commit is empty', {
      hint: 'Give one with -m MESSAGE or -F FILE, or leave both out: then the changes are not committed.',
    });
  }
  if (input.pkgTool !== undefined) await requireTool(ctx, input.pkgTool);
  const packages = await forEachPair(ctx, input, (pair) => updatePair(ctx, input, pair));
  return { dryRun: ctx.dryRun, packages };
}

async function updatePair(ctx: Context, input: UpdateDistGitInput, pair: Pair): Promise<DistGitUpdate> {
  const { pkg, sourceGit, distGit, names } = pair;
  const known = {
    package: pkg.name,
    repositories: names,
    sourceCommit: await requireCommit(sourceGit, 'source-git'),
  };
  await requireCommit(distGit, 'dist-git');
  if (input.force !== true) {
    const state = await readSyncState({ sourceGit, distGit });
    requireNotAhead(state, 'dist-git');
    if (state.sourceGit.length === 0) {
      ctx.ui.info(`'${names.sourceGit}' is up to date with '${names.distGit}'.`);
      return { ...known, ...NOTHING, outcome: 'up-to-date' };
    }
  }
  await requirePristine(distGit, 'dist-git');
  await warnOfChanges(ctx, pair);
  const scratch = await openScratch({ temp: ctx.paths.temp, cache: ctx.paths.cache, near: distGit.dir });
  try {
    const copy = await copyDistGit(ctx, distGit, scratch.dir);
    const content = await writeDistGit(ctx, pair, {
      options: input,
      distGit: copy,
      scratch: scratch.dir,
    });
    const files = await readChanges(copy, content);
    const made = { ...known, ...content, files };
    if (files.length === 0)
      return nothingChanged(ctx, input, { ...made, commit: null, outcome: 'unchanged' });
    if (ctx.dryRun) return { ...made, commit: null, outcome: 'planned' };
    const commit = await commitChanges(ctx, copy, {
      message: input.message ?? 'Changes that are not committed',
      sourceCommit: known.sourceCommit,
      identityOf: distGit,
    });
    if (input.message === undefined) {
      await adoptFiles(ctx, distGit, { from: copy, commit });
      return { ...made, commit: null, outcome: 'changed' };
    }
    await adoptCommit(ctx, distGit, { from: copy, commit });
    return { ...made, commit, outcome: 'committed' };
  } finally {
    await scratch.dispose();
  }
}

async function requireCommit(git: Git, side: string): Promise<string> {
  const sha = await resolveCommit(git, 'HEAD');
  if (sha !== undefined) return sha;
  throw new PackitError('NO_COMMIT', `The ${side} repository ${git.dir} has no commit yet`, {
    hint: 'Check out the branch you mean, or make a first commit: git commit --allow-empty.',
  });
}

/** Packaging is copied as it lies there, patches are made of commits. */
async function warnOfChanges(ctx: Context, { sourceGit, names }: Pair): Promise<void> {
  if (!(await readHead(sourceGit)).dirty) return;
  ctx.ui.warn({
    code: 'SOURCE_GIT_DIRTY',
    message: `${names.sourceGit} has changes that are not committed: those of the packaging are brought over, others are not`,
    hint: 'Commit them first: the commit in dist-git will say that it was made from the last commit.',
  });
}

const NOTHING = { commit: null, files: [], patches: [], uploads: [] };

/** Without a message that is how it should be; a commit that was asked for cannot be made. */
function nothingChanged(ctx: Context, { message }: UpdateDistGitInput, update: DistGitUpdate): DistGitUpdate {
  const { sourceGit, distGit } = update.repositories;
  if (message !== undefined) {
    throw new PackitError(
      'NOTHING_TO_COMMIT',
      `What ${sourceGit} has makes no change in ${distGit}: nothing to commit`,
      {
        hint: `To record that the two are in sync: packit source-git update-source-git --mark-synced ${distGit} ${sourceGit}.`,
      },
    );
  }
  ctx.ui.info(`What '${sourceGit}' has makes no change in '${distGit}'.`);
  return update;
}

/** dist-git as it is, in a directory of the same name, with objects borrowed from it. */
async function copyDistGit(ctx: Context, distGit: Git, scratch: string): Promise<Git> {
  const parent = join(scratch, 'dist-git');
  await mkdir(parent);
  const layout = await readLayout(distGit);
  const { root } = await ctx.ui.step(`Copying ${basename(layout.top)}`, () =>
    makePrivateCheckout({ git: distGit, layout, parent, signal: ctx.signal }),
  );
  return createGit(ctx.run, root, { isolated: true });
}
