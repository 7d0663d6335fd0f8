/** What an index names is found wherever it stands, across the pieces that the file is read in. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isPlainIndex } from '../../../../src/project/archive/git-archive.ts';
import { tempDir } from '../../../support/temp.ts';

const PIECE = 1024 * 1024;

function gitDirectory(...parts: (Buffer | string)[]): string {
  const directory = tempDir();
  writeFileSync(join(directory, 'index'), Buffer.concat(parts.map((part) => Buffer.from(part))));
  return directory;
}

describe('an index', () => {
  test('is plain without the two names, however long it is', () => {
    expect(isPlainIndex(gitDirectory('DIRC', Buffer.alloc(0)))).toBe(true);
    expect(isPlainIndex(gitDirectory(Buffer.alloc(3 * PIECE, 'ttributes')))).toBe(true);
  });

  test('that is not there is not known to be plain', () => {
    expect(isPlainIndex(tempDir())).toBe(false);
  });

  const around = [PIECE - 12, PIECE - 5, PIECE - 1, PIECE, PIECE + 3, PIECE + 9, PIECE + 10, 2 * PIECE + 5];
  test.each(around.flatMap((at) => ['.gitattributes\0', '.gitmodules\0'].map((name) => ({ at, name }))))(
    'names $name at $at',
    ({ at, name }) => {
      expect(isPlainIndex(gitDirectory(Buffer.alloc(at), name, Buffer.alloc(PIECE)))).toBe(false);
      expect(isPlainIndex(gitDirectory(Buffer.alloc(at), name))).toBe(false);
    },
  );
});
