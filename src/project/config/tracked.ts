/** Which files git knows, by its index: asked while a configuration is read, where no program is to be started. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * A function that tells of absolute paths whether they are in the index of the repository around a directory. All are not where there
 * is no repository, or where its index shortens names (version 4).
 */
export function trackedFiles(directory: string): (path: string) => boolean {
  const found = findIndex(directory);
  if (found === undefined) return () => false;
  const { top, index } = found;
  return (path) => index.includes(`${relative(top, path)}\0`);
}

const VERSION_AT = 4;
const SHORTENS_NAMES = 4;

function findIndex(directory: string): { top: string; index: Buffer } | undefined {
  for (let top = resolve(directory); ; top = dirname(top)) {
    const entry = join(top, '.git');
    if (existsSync(entry)) {
      try {
        const gitDir = statSync(entry).isDirectory() ? entry : linkedDirectory(entry, top);
        const index = readFileSync(join(gitDir, 'index'));
        return index.readUInt32BE(VERSION_AT) === SHORTENS_NAMES ? undefined : { top, index };
      } catch {
        return undefined;
      }
    }
    if (top === dirname(top)) return undefined;
  }
}

function linkedDirectory(file: string, top: string): string {
  return resolve(top, /^gitdir: (.+?)\s*$/.exec(readFileSync(file, 'utf8'))?.[1] ?? '.git');
}
