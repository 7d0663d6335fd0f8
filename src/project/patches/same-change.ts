/** Whether two patch files make the same change, whatever their headers, line numbers and tools. Pure. */
import type { Buffer } from 'node:buffer';

interface FileChange {
  /** Names as they are in the patch, less the first component; `/dev/null` for none. */
  old: string;
  new: string;
  /** Modes, renames and copies. */
  extras: string[];
  /** Lines of hunks and of binary data, with their first character. */
  body: string[];
}

/**
 * True if both patches change the same files in the same way: the same lines go and come between the same neighbours, to the byte.
 * Messages, hashes, line numbers, time stamps and the name of the first directory (`a/`, `hello-1.0.orig/`) do not count. False
 * also where a format is not understood.
 * @param noPrefix names have no such directory
 */
export function isSameChange(before: Buffer, after: Buffer, noPrefix = false): boolean {
  const [old, made] = [readChanges(before, noPrefix), readChanges(after, noPrefix)];
  return old !== undefined && made !== undefined && JSON.stringify(old) === JSON.stringify(made);
}

/** The changes of a patch, in the order of the files' names; undefined for a format that is not unified or git's. */
export function readChanges(patch: Buffer, noPrefix = false): FileChange[] | undefined {
  const nameOf = (written: string): string => fileName(written, noPrefix);
  let lines = patch.toString('latin1').split('\n');
  // `patch` takes the returns away where even the headers have them.
  if (lines.every((line) => line === '' || line.endsWith('\r')))
    lines = lines.map((line) => line.slice(0, -1));
  const changes: FileChange[] = [];
  let current: FileChange | undefined;
  const begin = (old: string, name: string): FileChange => {
    current = { old, new: name, extras: [], body: [] };
    changes.push(current);
    return current;
  };
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const next = lines[at + 1] ?? '';
    if (line.startsWith('diff --git ')) {
      const [old = '', name = ''] = gitNames(line);
      begin(nameOf(old), nameOf(name));
    } else if (current !== undefined && EXTRA.test(line) && current.body.length === 0) {
      if (!PLAIN_FILE.test(line)) current.extras.push(line);
    } else if (line === 'GIT binary patch') {
      const end = lines.findIndex((text, index) => index > at && isEndOfBinary(lines, index, text));
      const stop = end < 0 ? lines.length : end;
      (current ?? begin('', '')).body.push(...lines.slice(at + 1, stop).filter((text) => text !== ''));
      at = stop - 1;
    } else if (
      line.startsWith('--- ') &&
      next.startsWith('+++ ') &&
      (lines[at + 2] ?? '').startsWith('@@ ')
    ) {
      const isGit = current !== undefined && current.body.length === 0;
      const change = isGit && current !== undefined ? current : begin('', '');
      change.old = nameOf(line.slice(4));
      change.new = nameOf(next.slice(4));
      at = readHunks(lines, at + 2, change) - 1;
    } else if (line.startsWith('*** ') && next.startsWith('--- ')) {
      return undefined;
    }
  }
  return changes.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

const EXTRA =
  /^(?:old mode|new mode|deleted file mode|new file mode|rename from|rename to|copy from|copy to) /;
/** What a patch without git's headers makes as well. */
const PLAIN_FILE = /^(?:new file mode 100644|deleted file mode \d+)$/;

function key({ old, new: name }: FileChange): string {
  return name === '/dev/null' ? old : name;
}

/** Reads hunks from `start` on; returns the line after them. */
function readHunks(lines: readonly string[], start: number, change: FileChange): number {
  let at = start;
  for (;;) {
    const header = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(lines[at] ?? '');
    if (header === null) return at;
    let [old, added] = [Number(header[1] ?? 1), Number(header[2] ?? 1)];
    if (old === 0 && header[0].startsWith('@@ -0')) change.old = '/dev/null';
    if (added === 0 && header[0].includes('+0,')) change.new = '/dev/null';
    change.body.push('@@');
    for (at++; old > 0 || added > 0 || (lines[at] ?? '').startsWith('\\'); at++) {
      const line = lines[at];
      if (line === undefined) return at;
      if (!line.startsWith('+') && !line.startsWith('\\')) old--;
      if (!line.startsWith('-') && !line.startsWith('\\')) added--;
      // Editors take the blank of an empty line of context away.
      change.body.push(line === '' ? ' ' : line);
    }
  }
}

function isEndOfBinary(lines: readonly string[], index: number, text: string): boolean {
  if (/^(?:diff --git |From [0-9a-f]{40}|-- $)/.test(text)) return true;
  // Both halves, forward and backward, end with an empty line; what follows them is no data.
  return text === '' && !/^(?:literal|delta) \d/.test(lines[index + 1] ?? '');
}

/** `a/x b/x` of git's header; names with blanks cannot always be told apart and are told by other lines. */
function gitNames(line: string): string[] {
  const rest = line.slice('diff --git '.length);
  const quoted = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/.exec(rest);
  if (quoted !== null) return [quoted[1] ?? '', quoted[2] ?? ''];
  const half = (rest.length - 1) / 2;
  return [rest.slice(0, half), rest.slice(half + 1)];
}

function fileName(line: string, noPrefix: boolean): string {
  // No path is longer.
  const written = line.slice(0, 5000);
  const name = written.startsWith('"')
    ? written.replace(/^"|"(?:\t.*)?$/g, '')
    : written.replace(/\t.*$/, '').replace(/ +\d{4}-\d\d-\d\d.*$/, '');
  if (name === '/dev/null' || noPrefix) return name;
  const inside = name.replace(/^\.\//, '');
  // A name that has no directory to leave out is none of the same file.
  return inside.includes('/') ? inside.replace(/^[^/]*\/+/, '') : `/${inside}`;
}
