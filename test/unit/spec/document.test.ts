import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseSpec, spliceLines, specText, stringifySpec } from '../../../src/spec/document.ts';
import { decodeText, displayText, encodeText } from '../../../src/spec/text.ts';

const runs = { seed: 42, numRuns: 300 };

/** Bytes that look like a spec now and then: newlines, CRLF, UTF-8 and what is not UTF-8. */
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .array(
      fc
        .constantFrom('\n', '\r\n', '\r', '%if 1', 'Version: 1', 'ř', '\0', '\u{1F600}', '\uFEFF')
        .map((s) => Buffer.from(s, 'utf8')),
      { maxLength: 60 },
    )
    .map((parts) => new Uint8Array(Buffer.concat(parts))),
  fc
    .array(fc.constantFrom(0xed, 0xb2, 0x80, 0xf0, 0x9f, 0x98, 0x0a, 0x0d, 0xff), { maxLength: 60 })
    .map((b) => Uint8Array.from(b)),
);

describe('a document keeps every byte', () => {
  test('whatever the bytes are', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(Buffer.from(stringifySpec(parseSpec(bytes))).equals(Buffer.from(bytes))).toBe(true);
      }),
      runs,
    );
  });

  test.each([
    ['empty', ''],
    ['no final newline', 'Name: a\nVersion: 1'],
    ['CRLF', 'Name: a\r\nVersion: 1\r\n'],
    ['mixed endings', 'a\r\nb\nc\rd\r\n'],
    ['NUL', 'a\0b\n'],
    ['byte order mark', '\uFEFFName: a\n'],
  ])('%s', (_, text) => {
    expect(specText(parseSpec(text))).toBe(text);
    expect(Buffer.from(stringifySpec(parseSpec(text))).toString('utf8')).toBe(text);
  });

  test('a byte that is not UTF-8 is one character of the text, shown as U+FFFD', () => {
    const text = decodeText(Uint8Array.from([0x41, 0xe9, 0x42]));
    expect(text).toBe('A\uDCE9B');
    expect(displayText(text)).toBe('A\uFFFDB');
    expect([...encodeText(text)]).toEqual([0x41, 0xe9, 0x42]);
  });
});

describe('replacing lines', () => {
  test('new lines take the endings of the file', () => {
    const doc = parseSpec('a\r\nb\r\n');
    expect(specText(spliceLines(doc, 1, 1, ['x', 'y']))).toBe('a\r\nx\r\ny\r\n');
    expect(specText(spliceLines(doc, 2, 0, ['z']))).toBe('a\r\nb\r\nz\r\n');
  });

  test('a file without a final newline stays one', () => {
    expect(specText(spliceLines(parseSpec('a\nb'), 2, 0, ['c']))).toBe('a\nb\nc');
    expect(specText(spliceLines(parseSpec('a\nb'), 1, 1, []))).toBe('a');
  });

  test('nothing to change gives the same document', () => {
    const doc = parseSpec('a\nb\n');
    expect(spliceLines(doc, 0, 1, ['a'])).toBe(doc);
  });

  test('lines outside the range stay as they are', () => {
    fc.assert(
      fc.property(
        anyBytes,
        fc.nat(20),
        fc.nat(3),
        fc.array(fc.constant('new'), { maxLength: 3 }),
        (bytes, at, count, add) => {
          const doc = parseSpec(bytes);
          const start = Math.min(at, doc.lines.length);
          const result = spliceLines(doc, start, count, add);
          expect(result.lines.slice(0, start)).toEqual(doc.lines.slice(0, start));
          expect(result.lines.slice(start + add.length)).toEqual(doc.lines.slice(start + count));
        },
      ),
      runs,
    );
  });
});
