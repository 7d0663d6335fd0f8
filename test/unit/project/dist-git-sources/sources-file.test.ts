import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  NO_SOURCES,
  addEntries,
  parseSources,
  printSources,
  replaceEntries,
} from '../../../../src/project/dist-git-sources/index.ts';
import type { SourcesEntry } from '../../../../src/project/dist-git-sources/index.ts';

const HASH = 'ab'.repeat(64);
const OTHER = 'cd'.repeat(64);
const entry = (filename: string, hash = HASH, hashType = 'sha512'): SourcesEntry => ({
  hashType,
  hash,
  filename,
});

describe('reading', () => {
  test('the BSD form, the old form and the one of old CentOS', () => {
    const md5 = '0'.repeat(32);
    const text = `SHA512 (a-1.0.tar.gz) = ${HASH}\n\n  MD5 (b.zip) = ${md5}  \n${md5}  c d.tar\n${HASH} SOURCES/e.tar\n`;
    expect(parseSources(text).entries).toEqual([
      entry('a-1.0.tar.gz'),
      entry('b.zip', md5, 'md5'),
      entry('c d.tar', md5, 'md5'),
      entry('e.tar'),
    ]);
  });

  test('equal lines count once', () => {
    expect(parseSources(`SHA512 (a) = ${HASH}\nsha512 (a) = ${HASH}\n`).entries).toEqual([entry('a')]);
  });

  test.each(['nonsense', 'SHA512(a)=1', '<<<<<<< HEAD', `${'0'.repeat(33)} a`])(
    '%j is refused with its line',
    (line) => {
      expect(() => parseSources(`SHA512 (a) = ${HASH}\n${line}\n`, 'rpms/a/sources')).toThrow(
        expect.objectContaining({
          code: 'SOURCES_FILE_MALFORMED',
          location: { file: 'rpms/a/sources', line: 2 },
          exitCode: 2,
        }),
      );
    },
  );
});

describe('writing', () => {
  test('nothing changes where nothing is changed, blank lines and old forms included', () => {
    const text = `\nsha512 (a) = ${HASH}\r\n${'0'.repeat(32)}  b`;
    expect(printSources(parseSources(text))).toBe(text);
    const again = replaceEntries(parseSources(text), parseSources(text).entries.toReversed());
    expect(printSources(again)).toBe(text);
    expect(printSources(addEntries(parseSources(`sha512 (a) = ${HASH}`), [entry('a')]))).toBe(
      `sha512 (a) = ${HASH}`,
    );
  });

  test('new sources replace all', () => {
    const before = parseSources(`${'0'.repeat(32)}  old\n`);
    expect(printSources(replaceEntries(before, [entry('a'), entry('b', OTHER), entry('a')]))).toBe(
      `SHA512 (a) = ${HASH}\nSHA512 (b) = ${OTHER}\n`,
    );
    expect(printSources(replaceEntries(before, []))).toBe('');
  });

  test('added entries come last; other hash types and other content are refused', () => {
    const before = parseSources(`SHA512 (a) = ${HASH}\n`);
    expect(printSources(addEntries(before, [entry('b', OTHER)]))).toBe(
      `SHA512 (a) = ${HASH}\nSHA512 (b) = ${OTHER}\n`,
    );
    expect(() => addEntries(before, [entry('b', '0'.repeat(32), 'md5')])).toThrow(
      expect.objectContaining({ code: 'SOURCES_HASH_MIXED' }),
    );
    expect(() => addEntries(before, [entry('a', OTHER)])).toThrow(
      expect.objectContaining({ code: 'SOURCES_ENTRY_DIFFERS' }),
    );
    expect(addEntries(NO_SOURCES, [entry('a')]).text).toBe(`SHA512 (a) = ${HASH}\n`);
  });

  test.each(['a b', 'a)', 'a/b', '', 'a\tb'])(
    'the name %j, which could not be read back, is refused',
    (name) => {
      expect(() => replaceEntries(NO_SOURCES, [entry(name)])).toThrow(
        expect.objectContaining({ code: 'SOURCES_FILE_NAME' }),
      );
    },
  );

  test('what is written is read back', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => /^[^\s)/]+$/.test(text));
    const hash = fc.string({ minLength: 1, unit: fc.constantFrom('0', '7', 'a', 'f') });
    const entries = fc.array(fc.record({ hashType: fc.constantFrom('sha512', 'md5'), hash, filename: name }));
    fc.assert(
      fc.property(entries, (list) => {
        const written = replaceEntries(NO_SOURCES, list);
        expect(parseSources(printSources(written)).entries).toEqual(written.entries);
      }),
      { seed: 20240229 },
    );
  });
});
