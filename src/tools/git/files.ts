import { decode } from './git.ts';
import type { Git } from './git.ts';

/** A path as git gave it, byte for byte (`latin1` of the bytes), so that names in any encoding survive. */
export type RawPath = string;

/** Untracked paths relative to `git.dir`; whole directories end in a slash. */
export interface OtherFiles {
  untracked: RawPath[];
  ignored: RawPath[];
}

/** Lists what is not tracked, directories collapsed: two processes side by side. */
export async function listOtherFiles(git: Git): Promise<OtherFiles> {
  const list = async (extra: readonly string[]): Promise<RawPath[]> => {
    const { stdout } = await git.exec([
      'ls-files',
      '-z',
      '--others',
      '--exclude-standard',
      '--directory',
      ...extra,
    ]);
    return splitRaw(stdout);
  };
  const [untracked, ignored] = await Promise.all([list([]), list(['--ignored'])]);
  return { untracked, ignored };
}

/** Splits NUL-terminated bytes into raw paths. */
export function splitRaw(bytes: Buffer): RawPath[] {
  return bytes
    .toString('latin1')
    .split('\0')
    .filter((path) => path !== '');
}

/** Raw path to text for people: UTF-8 where it is, replacement characters where it is not. */
export function displayRaw(path: RawPath): string {
  return decode(Buffer.from(path, 'latin1'));
}

export interface Submodule {
  /** Relative to the repository's top. */
  path: RawPath;
  sha: string;
}

/** The submodules HEAD records, one level deep. */
export async function listSubmodules(git: Git): Promise<Submodule[]> {
  const { stdout } = await git.exec(['ls-files', '-z', '--stage', '--full-name']);
  const found: Submodule[] = [];
  for (const entry of splitRaw(stdout)) {
    const match = /^160000 ([0-9a-f]+) \d\t(.+)$/s.exec(entry);
    if (match?.[1] !== undefined && match[2] !== undefined) found.push({ sha: match[1], path: match[2] });
  }
  return found;
}

/** Files at `revision` below `prefix`, as raw paths relative to the top. */
export async function listTree(git: Git, revision: string, prefix?: string): Promise<RawPath[]> {
  const { stdout } = await git.exec([
    'ls-tree',
    '-r',
    '-z',
    '--full-tree',
    '--name-only',
    revision,
    ...(prefix === undefined ? [] : ['--', prefix]),
  ]);
  return splitRaw(stdout);
}
