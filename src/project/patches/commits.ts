/** The commits of a range, read as bytes: messages and names may be in any encoding. */
import { decodeText } from '../../spec/index.ts';
import type { Git } from '../../tools/git/index.ts';

export interface RangeCommit {
  sha: string;
  parents: readonly string[];
  tree: string;
  /** `Name <address>`. Bytes that are not UTF-8 are kept as the spec library keeps them. */
  author: string;
  message: string;
  /** The trailer lines of the message. */
  trailers: string;
  /** The same tree as its only parent. */
  empty: boolean;
}

const FIELDS = '%H%x00%P%x00%T%x00%an <%ae>%x00%B%x00%(trailers:only=true,unfold=false)%x00';
const FIELD_COUNT = 6;

/**
 * All commits of `base..tip`, merges included, parents before their children. One process, and one more where there are any.
 * @param base a full hash
 */
export async function readRange(git: Git, base: string, tip: string): Promise<RangeCommit[]> {
  const { stdout } = await git.exec([
    'log',
    '--topo-order',
    '--reverse',
    '--no-color',
    '--no-decorate',
    '--no-show-signature',
    '--no-notes',
    `--format=tformat:${FIELDS}`,
    `${base}..${tip}`,
    '--',
  ]);
  const fields = decodeText(stdout).split('\0');
  const commits: RangeCommit[] = [];
  for (let at = 0; at + FIELD_COUNT <= fields.length; at += FIELD_COUNT) {
    const [sha = '', parents = '', tree = '', author = '', message = '', trailers = ''] = fields.slice(
      at,
      at + FIELD_COUNT,
    );
    commits.push({
      sha: sha.trim(),
      parents: parents.split(' ').filter((parent) => parent !== ''),
      tree,
      author,
      message,
      trailers,
      empty: false,
    });
  }
  return markEmpty(git, commits);
}

async function markEmpty(git: Git, commits: readonly RangeCommit[]): Promise<RangeCommit[]> {
  const trees = new Map(commits.map(({ sha, tree }) => [sha, tree]));
  const outside = commits.flatMap(({ parents }) => parents.filter((parent) => !trees.has(parent)));
  if (outside.length > 0) {
    const { stdout } = await git.exec([
      'log',
      '--no-walk=unsorted',
      '--no-show-signature',
      '--format=tformat:%H %T',
      ...new Set(outside),
      '--',
    ]);
    for (const line of stdout.toString('latin1').split('\n')) {
      const [sha, tree] = line.split(' ');
      if (sha !== undefined && tree !== undefined) trees.set(sha, tree);
    }
  }
  return commits.map((commit) => ({
    ...commit,
    empty: commit.parents.length === 1 && trees.get(commit.parents[0] ?? '') === commit.tree,
  }));
}
