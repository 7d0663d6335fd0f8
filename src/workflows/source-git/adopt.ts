/**
 * What was made in a private copy becomes the state of the user's repository, in one command of git that nothing of packit's
 * interrupts: before it everything is as it was, after it all is done.
 */
import type { Context } from '../../context.ts';
import { PackitError, messageOf } from '../../errors.ts';
import { createGit, splitRaw } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';
import { createRun } from '../../tools/process/index.ts';

export interface Adoption {
  /** git in the copy. */
  from: Git;
  /** Full hash of the commit there; its parent is HEAD of both. */
  commit: string;
}

/** Moves the branch that is checked out to the commit, work tree and index with it. @throws PackitError DIST_GIT_NOT_CHANGED */
export async function adoptCommit(ctx: Context, target: Git, adoption: Adoption): Promise<void> {
  await bringObjects(target, adoption);
  await inOneStep(ctx, target, adoption, ['merge', '--ff-only', '--quiet', '--no-stat', adoption.commit]);
}

/** Gives the work tree the files of the commit; HEAD and the index stay. @throws PackitError DIST_GIT_NOT_CHANGED */
export async function adoptFiles(ctx: Context, target: Git, adoption: Adoption): Promise<void> {
  await bringObjects(target, adoption);
  await inOneStep(ctx, target, adoption, [
    'restore',
    '--quiet',
    `--source=${adoption.commit}`,
    '--worktree',
    '--no-overlay',
    '--',
    ':/',
  ]);
}

/** Objects nobody refers to change nothing. */
async function bringObjects(target: Git, { from, commit }: Adoption): Promise<void> {
  await target.exec([
    '-c',
    'gc.auto=0',
    '-c',
    'maintenance.auto=false',
    '-c',
    'protocol.file.allow=always',
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    '--',
    from.dir,
    commit,
  ]);
}

async function inOneStep(
  ctx: Context,
  target: Git,
  adoption: Adoption,
  command: readonly string[],
): Promise<void> {
  ctx.signal.throwIfAborted();
  // Without the signal: half a change would be the worst of all.
  const run = createRun({
    env: ctx.env,
    redactor: ctx.redactor,
    onCommand: (argv, cwd) => ctx.ui.debug(`${cwd}$ ${argv.join(' ')}`),
  });
  const git = createGit(run, target.dir);
  try {
    await git.exec(['-c', 'core.hooksPath=/dev/null', '-c', 'merge.verifySignatures=false', ...command], {
      env: { GIT_REFLOG_ACTION: 'packit source-git update-dist-git' },
    });
  } catch (error) {
    await putBack(git, adoption);
    throw new PackitError('DIST_GIT_NOT_CHANGED', `${target.dir} could not be changed: ${messageOf(error)}`, {
      hint: 'It is as it was before. See what git says, and run the command again.',
      details: error instanceof PackitError ? error.details : [],
      cause: error,
    });
  }
}

/** HEAD and index are as before; of the work tree, which was pristine, some files may be new or changed. */
async function putBack(git: Git, { commit }: Adoption): Promise<void> {
  const { stdout } = await git.exec([
    'diff',
    '--name-only',
    '--no-renames',
    '--diff-filter=A',
    '--no-ext-diff',
    '-z',
    'HEAD',
    commit,
  ]);
  const added = splitRaw(stdout).map((path) => `:(top,literal)${Buffer.from(path, 'latin1').toString()}`);
  if (added.length > 0) await git.exec(['clean', '--quiet', '--force', '-x', '--', ...added]);
  await git.exec(['restore', '--quiet', '--source=HEAD', '--worktree', '--', ':/']);
}
