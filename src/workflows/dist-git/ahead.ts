import { PackitError } from '../../errors.ts';
import { gitText } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';
import { AUTOMATION_NOTE } from './commit.ts';
import type { PreviousCommit } from './commit.ts';

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
