import { commit as gitCommit, diffSummary, gitText, stage } from '../../tools/git/index.ts';
import type { FileChange, Git } from '../../tools/git/index.ts';
import type { BranchWork, PreviousCommit } from './branch-work.ts';
import { AUTOMATION_NOTE, commitMessageText } from './texts.ts';
import type { Message } from './texts.ts';
import { PackitError } from '../../errors.ts';

export interface Committed {
  sha: string;
  message: string;
  reused: boolean;
  diff: string;
  changes: FileChange[];
}

/**
 * Commits what the steps left in the work tree, without the files of the lookaside cache. Undefined if there
 * is nothing to commit. If an earlier run made the very same commit, that one is taken.
 */
export async function commitBranch(work: BranchWork): Promise<Committed | undefined> {
  const { git, base, previous } = work;
  await stage(git);
  if (work.lookasideFiles.size > 0) {
    await git.exec(['rm', '--cached', '--quiet', '--ignore-unmatch', '--', ...work.lookasideFiles], {
      env: { GIT_LITERAL_PATHSPECS: '1' },
    });
  }
  const changed = await git.exec(['diff', '--cached', '--quiet', base], { okExitCodes: [0, 1] });
  if (changed.exitCode === 0) return undefined;
  const message = commitMessageText(requireMessage(work.message));
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
  const changes = await diffSummary(git.dir, work.update.ctx.env, ['--cached', base]);
  if (previous !== undefined && isSame(previous, { tree, base, message })) {
    return { sha: previous.sha, message, reused: true, diff, changes };
  }
  const sha = await gitCommit(git, {
    message,
    author: work.update.identity,
    time: Math.floor(work.time.getTime() / 1000),
  });
  return { sha, message, reused: false, diff, changes };
}

function isSame(previous: PreviousCommit, now: { tree: string; base: string; message: string }): boolean {
  return (
    previous.tree === now.tree &&
    previous.parent === now.base &&
    previous.message.trim() === now.message.trim()
  );
}

function requireMessage(message: Message | undefined): Message {
  if (message === undefined) throw new Error('the commit has no message');
  return message;
}

/** What stands on a branch above dist-git's, as far as that can be told from the history that was fetched. */
export interface Ahead {
  previous: PreviousCommit | undefined;
  /** Commits packit did not make, newest first. */
  foreign: string[];
}

const FIELDS = '%H%x00%T%x00%P%x00%ae%x00%ct%x00%B%x00%x1e';

/**
 * Reads what is on the fork's branch. packit puts one commit on top of dist-git's: more than one, or one that
 * neither bears packit's note nor the user's own address, is somebody's work.
 */
export async function readAhead(git: Git, revision: string, base: string, email: string): Promise<Ahead> {
  const text = await gitText(git, [
    'log',
    '--max-count=20',
    `--format=${FIELDS}`,
    revision,
    `^${base}`,
    '--',
  ]);
  const commits = text
    .split('\u001e')
    .map((entry) => entry.replace(/^\n/, '').split('\0'))
    .filter((fields) => fields.length > 5)
    .map(([sha = '', tree = '', parent = '', author = '', time = '0', message = '']) => ({
      sha,
      tree,
      parent,
      author,
      time: Number(time),
      message,
    }));
  const isOwn = (entry: (typeof commits)[number]): boolean =>
    entry.message.includes(AUTOMATION_NOTE) || entry.author === email;
  const [only] = commits;
  if (commits.length === 1 && only !== undefined && isOwn(only)) return { previous: only, foreign: [] };
  const foreign = commits
    .filter((entry, index) => !isOwn(entry) || index < commits.length - 1)
    .map(({ sha, author, message }) => `${sha.slice(0, 10)} ${message.split('\n')[0] ?? ''} (${author})`);
  return { previous: undefined, foreign };
}

export function foreignCommitsError(branch: string, foreign: readonly string[]): PackitError {
  return new PackitError(
    'FOREIGN_COMMITS',
    `The branch ${branch} of the fork has commits that are not packit's`,
    {
      hint: 'Look at them; -f (--force) replaces them.',
      details: foreign,
    },
  );
}
