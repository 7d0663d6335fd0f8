import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PackitError, hasErrnoCode, messageOf } from '../../errors.ts';
import { findTag, parseSpec } from '../../spec/index.ts';
import type { SpecDocument } from '../../spec/index.ts';

export interface SpecFile {
  /** As it was given, made absolute. */
  path: string;
  bytes: Buffer;
  doc: SpecDocument;
}

/**
 * Reads a spec file. What is no spec at all is refused here, so that nobody edits it.
 * @throws PackitError `SPEC_NOT_FOUND`, `SPEC_IS_DIRECTORY`, `SPEC_UNREADABLE`, `SPEC_EMPTY`, `SPEC_BINARY`, `SPEC_INVALID`
 */
export async function readSpecFile(path: string): Promise<SpecFile> {
  const bytes = await readBytes(path);
  const location = { file: path };
  if (bytes.length === 0) {
    const hint = 'Give a spec file with at least Name, Version and Release.';
    throw new PackitError('SPEC_EMPTY', 'The spec file is empty', { hint, location });
  }
  if (bytes.includes(0)) {
    throw new PackitError('SPEC_BINARY', 'A spec file is text, this is not', {
      hint: 'Give the spec file itself: text with lines like "Name: package".',
      location: { file: path, line: lineOf(bytes, bytes.indexOf(0)) },
    });
  }
  const doc = parseSpec(bytes);
  if (findTag(doc, 'name') === undefined && findTag(doc, 'version') === undefined) {
    throw new PackitError('SPEC_INVALID', 'This is not a spec file: it has neither Name nor Version', {
      hint: 'Give a spec file; its first part holds lines like "Name: package" and "Version: 1.0".',
      location: { file: path, line: 1 },
    });
  }
  return { path, bytes, doc };
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const location = { file: path };
    if (hasErrnoCode(error, 'ENOENT') || hasErrnoCode(error, 'ENOTDIR')) {
      const hint = 'Check the path; packit spec show SPEC takes the spec file.';
      throw new PackitError('SPEC_NOT_FOUND', 'There is no such spec file', { hint, location, cause: error });
    }
    if (hasErrnoCode(error, 'EISDIR')) {
      const specs = await specsIn(path);
      const hint =
        specs[0] === undefined
          ? 'Give the spec file itself.'
          : `Give the spec file itself: ${join(path, specs[0])}.`;
      throw new PackitError('SPEC_IS_DIRECTORY', 'This is a directory, not a spec file', {
        hint,
        location,
        details: specs,
        cause: error,
      });
    }
    const reason = hasErrnoCode(error, 'EACCES') ? 'you may not read it' : messageOf(error);
    throw new PackitError('SPEC_UNREADABLE', `The spec file cannot be read: ${reason}`, {
      hint: `See who may: ls -l '${path}'.`,
      location,
      cause: error,
    });
  }
}

async function specsIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  return names.filter((name) => name.endsWith('.spec')).toSorted();
}

function lineOf(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at >= 0 && at < offset; at = bytes.indexOf(10, at + 1)) line += 1;
  return line;
}
