import { decode, gitText } from './git.ts';
import type { Git } from './git.ts';

export interface Tag {
  name: string;
  /** The full hash of what it names: a commit. */
  commit: string;
  /** Seconds since 1970: the tagger's date, or the committer's for a lightweight tag. */
  created: number;
}

/**
 * All tags, newest first by creation date (names break ties as git does): one process.
 * @param merged only tags reachable from this revision
 */
export async function listTags(git: Git, merged?: string): Promise<Tag[]> {
  const { stdout } = await git.exec(tagsQuestion(merged));
  return parseTags(decode(stdout));
}

export function tagsQuestion(merged?: string): string[] {
  return [
    'for-each-ref',
    '--sort=-creatordate',
    '--format=%(creatordate:unix) %(objectname) %(*objectname) %(refname:strip=2)',
    ...(merged === undefined || merged === '' ? [] : [`--merged=${merged}`]),
    'refs/tags',
  ];
}

/** Parses lines of `<seconds> <hash> <hash of what an annotated tag names> <name>`; a tag of a tree or blob has no date. */
export function parseTags(text: string): Tag[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [created = '', object = '', peeled = '', ...name] = line.split(' ');
      return { name: name.join(' '), commit: peeled === '' ? object : peeled, created: Number(created) };
    });
}

/** What `git describe` adds to the nearest tag. */
export interface Description {
  tag: string;
  /** Commits since that tag. */
  commits: number;
  /** Abbreviated hash as git chose it, without the `g`. */
  hash: string;
}

/** Exits with 128 without a tag. */
export const DESCRIBE_QUESTION: readonly string[] = ['describe', '--tags', '--long', '--match', '*'];

/** Describes HEAD by the nearest tag of any kind; undefined without a reachable tag (or commit). */
export async function describeHead(git: Git): Promise<Description | undefined> {
  const text = await gitText(git, DESCRIBE_QUESTION, { okExitCodes: [0, 128] });
  return parseDescription(text);
}

/** Parses `<tag>-<commits>-g<hash>`. */
export function parseDescription(text: string): Description | undefined {
  const match = /^(.+)-(\d+)-g([0-9a-f]+)$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) return undefined;
  return { tag: match[1], commits: Number(match[2]), hash: match[3] };
}

/**
 * The nearest of some tags that a revision contains, as `git describe` finds it; undefined if it contains none of them.
 * @param names of tags, more than can be asked for at once are cut off at the end
 */
export async function nearestTag(
  git: Git,
  names: readonly string[],
  revision = 'HEAD',
): Promise<string | undefined> {
  if (names.length === 0) return undefined;
  // No tag can be called by what a pattern is made of.
  const patterns = names.slice(0, MOST_PATTERNS).flatMap((name) => ['--match', name]);
  const text = await gitText(git, ['describe', '--tags', '--abbrev=0', ...patterns, revision], {
    okExitCodes: [0, 128],
  });
  return text === '' ? undefined : text;
}

/** Long names included they fit the argument list of a process. */
const MOST_PATTERNS = 2000;

/** The nearest tag (with `anyRef`: any ref) that matches a glob, as `git describe` finds it; undefined without one. */
export async function describeMatch(git: Git, glob: string, anyRef = false): Promise<string | undefined> {
  const text = await gitText(git, ['describe', '--abbrev=0', anyRef ? '--all' : '--tags', '--match', glob], {
    okExitCodes: [0, 128],
  });
  return text === '' ? undefined : text;
}
