/** Which files git knows, by its index: asked while a configuration is read, where no program is to be started. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * A function that tells of absolute paths whether they are in the index of the repository around a directory. None is where there
 * is no repository.
 */
export function trackedFiles(directory: string): (path: string) => boolean {
  const found = findIndex(directory);
  if (found === undefined) return () => false;
  const { top, names } = found;
  return (path) => names.has(relative(top, path));
}

function findIndex(directory: string): { top: string; names: ReadonlySet<string> } | undefined {
  for (let top = resolve(directory); ; top = dirname(top)) {
    const entry = join(top, '.git');
    if (existsSync(entry)) {
      try {
        const gitDir = statSync(entry).isDirectory() ? entry : linkedDirectory(entry, top);
        return { top, names: namesInIndex(readFileSync(join(gitDir, 'index'))) };
      } catch {
        // Before the first `git add`, or not of a form that is known.
        return undefined;
      }
    }
    if (top === dirname(top)) return undefined;
  }
}

function linkedDirectory(file: string, top: string): string {
  return resolve(top, /^gitdir: (.+?)\s*$/.exec(readFileSync(file, 'utf8'))?.[1] ?? '.git');
}

const HEADER = 12;
/** Times, numbers and sizes of a file before its hash. */
const STAT = 40;
const SHA1 = 20;
const EXTENDED = 0x4000;

/**
 * The paths in an index of git's versions 2 to 4 with hashes of 20 bytes.
 * @see https://git-scm.com/docs/index-format
 */
export function namesInIndex(index: Buffer): ReadonlySet<string> {
  const version = index.readUInt32BE(4);
  const count = index.readUInt32BE(8);
  const names = new Set<string>();
  let at = HEADER;
  let previous = '';
  for (let entry = 0; entry < count; entry += 1) {
    const start = at;
    const flags = index.readUInt16BE(at + STAT + SHA1);
    at += STAT + SHA1 + 2 + ((flags & EXTENDED) === 0 ? 0 : 2);
    let kept = '';
    if (version === 4) {
      const cut = readVarint(index, at);
      kept = previous.slice(0, previous.length - cut.value);
      at = cut.end;
    }
    const end = index.indexOf(0, at);
    if (end < 0) throw new RangeError('the index ends in a name');
    previous = kept + index.toString('latin1', at, end);
    names.add(Buffer.from(previous, 'latin1').toString());
    // Up to version 3 an entry is filled up with zeros, one at least, to a multiple of eight bytes.
    at = version === 4 ? end + 1 : start + Math.ceil((end + 1 - start) / 8) * 8;
  }
  return names;
}

/** Seven bits a byte, the first ones first; every further byte counts from one. */
function readVarint(bytes: Buffer, start: number): { value: number; end: number } {
  let at = start;
  let byte = bytes.readUInt8(at);
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    at += 1;
    byte = bytes.readUInt8(at);
    value = ((value + 1) << 7) | (byte & 0x7f);
  }
  return { value, end: at + 1 };
}
