import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { splitCommand } from '../../../../src/project/actions/index.ts';

interface Case {
  text: string;
  words?: string[];
  error?: string;
}

/** Recorded from `shlex.split` of Python 3.11. */
const cases = JSON.parse(
  readFileSync(new URL('../../../../fixtures/shlex/python-shlex.json', import.meta.url), 'utf8'),
) as Case[];

describe('splitCommand', () => {
  test.each(cases)('splits $text as Python does', ({ text, words, error }) => {
    if (words !== undefined) {
      expect(splitCommand(text)).toEqual(words);
      return;
    }
    const problem = error === 'No closing quotation' ? /quotation is not closed/ : /ends with a backslash/;
    expect(() => splitCommand(text)).toThrow(problem);
  });

  test('gives back every word that was quoted as for a shell', () => {
    const quote = (word: string): string => `'${word.replaceAll("'", `'"'"'`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (words) => {
        expect(splitCommand(words.map(quote).join(' '))).toEqual(words);
      }),
      { seed: 20240229 },
    );
  });

  test('gives back every word whose every character is escaped', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, unit: 'grapheme' })), (words) => {
        const text = words.map((word) => Array.from(word, (char) => `\\${char}`).join('')).join('\t');
        expect(splitCommand(text)).toEqual(words);
      }),
      { seed: 20240229 },
    );
  });
});
