/** Commit objects as git stores them: bytes, so that names and messages in any encoding stay what they are. */
import { Buffer } from 'node:buffer';
import type { Git } from '../../tools/git/index.ts';

export interface CommitObject {
  /** `Name <address> <seconds> <zone>`, as bytes in `latin1`. */
  author: string;
  /** The encoding the message says it is in. */
  encoding: string | undefined;
  message: Buffer;
}

export function parseCommitObject(bytes: Buffer): CommitObject {
  const end = bytes.indexOf('\n\n');
  const header = bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
  const field = (name: string): string | undefined => new RegExp(`^${name} (.*)$`, 'm').exec(header)?.[1];
  return {
    author: field('author') ?? '',
    encoding: field('encoding'),
    message: end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 2),
  };
}

export interface NewCommit extends CommitObject {
  tree: string;
  parent: string;
  /** As the author, `latin1`. */
  committer: string;
}

export function printCommitObject(commit: NewCommit): Buffer {
  const lines = [
    `tree ${commit.tree}`,
    `parent ${commit.parent}`,
    `author ${commit.author}`,
    `committer ${commit.committer}`,
    ...(commit.encoding === undefined ? [] : [`encoding ${commit.encoding}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\n')}\n\n`, 'latin1'), commit.message]);
}

export async function readCommitObject(git: Git, sha: string): Promise<CommitObject> {
  const { stdout } = await git.exec(['cat-file', 'commit', sha]);
  return parseCommitObject(stdout);
}

/** Writes the object and returns its hash. */
export async function writeCommitObject(git: Git, commit: NewCommit): Promise<string> {
  return writeObject(git, 'commit', printCommitObject(commit));
}

export async function writeObject(git: Git, type: 'blob' | 'commit', content: Uint8Array): Promise<string> {
  const { stdout } = await git.exec(['hash-object', '-t', type, '-w', '--stdin', '--no-filters'], {
    input: content,
  });
  return stdout.toString('latin1').trim();
}

export async function readBlob(git: Git, sha: string): Promise<Buffer> {
  return (await git.exec(['cat-file', 'blob', sha])).stdout;
}
