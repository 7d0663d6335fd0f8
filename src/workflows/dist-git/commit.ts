import { commit as gitCommit, diffSummary, gitText, stage } from '../../tools/git/index.ts';
import type { FileChange } from '../../tools/git/index.ts';
import type { Environment } from '../../tools/process/index.ts';
import type { Identity } from './identity.ts';
import type { WorkTree } from './work-tree.ts';

export interface Message {
  title: string;
  body: string;
}

/** What a commit made by packit says at its end, and what one is recognised by. */
export const AUTOMATION_NOTE = 'Commit authored by Packit automation (https://packit.dev/)';

/** The bytes given to `git commit`. */
export function commitMessageText({ title, body }: Message): string {
  return body.trim() === '' ? `${title}\n` : `${title}\n\n${body.trimEnd()}\n`;
}

/** What an earlier run left on the branch a request comes from. */
export interface PreviousCommit {
  sha: string;
  tree: string;
  parent: string;
  message: string;
  /** Seconds since 1970. */
  time: number;
}

export interface CommitOptions {
  message: Message;
  author: Identity;
  time: Date;
  /** Files that belong to the lookaside cache, not to git. */
  leftOut: readonly string[];
  previous: PreviousCommit | undefined;
  env: Environment;
}

export interface Committed {
  sha: string;
  message: string;
  /** The commit is the one an earlier run has made. */
  reused: boolean;
  diff: string;
  changes: FileChange[];
}

/**
 * Commits what is in the work tree. Undefined if there is nothing to commit. If an earlier run made the very
 * same commit, that one is taken.
 */
export async function commitWorkTree(
  { git, base }: WorkTree,
  options: CommitOptions,
): Promise<Committed | undefined> {
  const { author, time, leftOut, previous, env } = options;
  await stage(git);
  if (leftOut.length > 0) {
    await git.exec(['rm', '--cached', '--quiet', '--ignore-unmatch', '--', ...leftOut], {
      env: { GIT_LITERAL_PATHSPECS: '1' },
    });
  }
  const changed = await git.exec(['diff', '--cached', '--quiet', base], { okExitCodes: [0, 1] });
  if (changed.exitCode === 0) return undefined;
  const message = commitMessageText(options.message);
  const tree = await gitText(git, ['write-tree']);
  const diff = await gitText(git, [
    'diff',
    '--cached',
    '--no-color',
    '--no-ext-diff',
    '--stat',
    '--patch',
    base,
  ]);
  const changes = await diffSummary(git.dir, env, ['--cached', base]);
  if (previous !== undefined && isSame(previous, { tree, base, message })) {
    return { sha: previous.sha, message, reused: true, diff, changes };
  }
  const sha = await gitCommit(git, { message, author, time: Math.floor(time.getTime() / 1000) });
  return { sha, message, reused: false, diff, changes };
}

function isSame(previous: PreviousCommit, now: { tree: string; base: string; message: string }): boolean {
  return (
    previous.tree === now.tree &&
    previous.parent === now.base &&
    previous.message.trim() === now.message.trim()
  );
}
