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
