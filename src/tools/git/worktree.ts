import { gitText } from './git.ts';
import type { Git } from './git.ts';

/** Adds a work tree at `directory` on a detached `revision`, or on `branch` (created or reset to `revision`). */
export async function addWorktree(
  git: Git,
  directory: string,
  revision: string,
  branch?: string,
): Promise<void> {
  await git.exec([
    'worktree',
    'add',
    '--quiet',
    '--force',
    ...(branch === undefined ? ['--detach'] : ['-B', branch]),
    '--',
    directory,
    revision,
  ]);
}

/** Removes a work tree and what git remembers of it; a directory that is already gone is fine. */
export async function removeWorktree(git: Git, directory: string): Promise<void> {
  await git.exec(['worktree', 'remove', '--force', '--force', '--', directory], { okExitCodes: [0, 128] });
  await git.exec(['worktree', 'prune']);
}

/** Checks out a revision, detached unless it is made a branch. For packit's own checkouts only: local changes are dropped. */
export async function checkout(git: Git, revision: string, branch?: string): Promise<void> {
  await git.exec([
    'checkout',
    '--quiet',
    '--force',
    ...(branch === undefined ? ['--detach'] : ['-B', branch]),
    revision,
    '--',
  ]);
}

export interface CommitOptions {
  /** Text, or bytes. */
  message: string | Uint8Array;
  author: { name: string; email: string };
  /** Commit even if nothing changed. */
  allowEmpty?: boolean;
  /** Seconds since 1970 for both dates. */
  time?: number;
}

/** Commits what is staged; returns the new commit's hash. The message is taken as it is, `#` lines included. */
export async function commit(git: Git, options: CommitOptions): Promise<string> {
  const date = options.time === undefined ? undefined : `${options.time} +0000`;
  await git.exec(
    [
      'commit',
      '--quiet',
      '--no-verify',
      '--no-gpg-sign',
      '--cleanup=whitespace',
      ...(options.allowEmpty === true ? ['--allow-empty'] : []),
      '--file=-',
    ],
    {
      input: options.message,
      env: {
        GIT_AUTHOR_NAME: options.author.name,
        GIT_AUTHOR_EMAIL: options.author.email,
        GIT_COMMITTER_NAME: options.author.name,
        GIT_COMMITTER_EMAIL: options.author.email,
        ...(date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }),
      },
    },
  );
  return gitText(git, ['rev-parse', 'HEAD']);
}

/** Stages paths (all changes without them), ignored files only if named and forced. */
export async function stage(git: Git, paths: readonly string[] = [], force = false): Promise<void> {
  await git.exec(
    ['add', '--all', ...(force ? ['--force'] : []), '--', ...(paths.length === 0 ? ['.'] : paths)],
    {
      env: { GIT_LITERAL_PATHSPECS: '1' },
    },
  );
}
