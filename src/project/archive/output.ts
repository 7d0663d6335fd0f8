/** What a `create-archive` action printed, and which file it means. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PackitError } from '../../errors.ts';

/** Lines as Python's `str.splitlines` sees them, from which the rule comes. */
const LINE_END = /\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/;
const LONGEST_PATH = 4096;

/**
 * Finds the archive: the last command's output first, its last line first, the first line that names an
 * existing regular file. Relative paths are relative to `root`, the directory the action ran in. Lines too long
 * for a path or with a NUL in them are passed over.
 * @returns the absolute path
 * @throws PackitError `ARCHIVE_NO_OUTPUT` if nothing was printed, `ARCHIVE_NOT_FOUND` if no line is a file
 */
export async function findCreatedArchive(outputs: readonly Uint8Array[], root: string): Promise<string> {
  const lines = outputs.map(linesOf);
  for (const line of lines.toReversed().flatMap((ofCommand) => ofCommand.toReversed())) {
    const path = resolve(root, line);
    if (await isFile(path)) return path;
  }
  const printed = lines.flat();
  const hint =
    'The last command of create-archive must print the path of the archive, alone on a line and relative to ' +
    'the repository (or absolute), for example: echo dist/name-1.0.tar.gz';
  if (printed.length === 0) {
    throw new PackitError('ARCHIVE_NO_OUTPUT', 'The action create-archive printed nothing on stdout', {
      hint,
    });
  }
  throw new PackitError('ARCHIVE_NOT_FOUND', 'The action create-archive printed no line that names a file', {
    hint,
    details: ['It printed:', ...printed.slice(-10).map(shorten), `Looked in: ${root}`],
  });
}

function linesOf(output: Uint8Array): string[] {
  return new TextDecoder()
    .decode(output)
    .split(LINE_END)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

async function isFile(path: string): Promise<boolean> {
  if (path.length > LONGEST_PATH || path.includes('\0')) return false;
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function shorten(line: string): string {
  const text = line.replaceAll('\0', '\\0');
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
