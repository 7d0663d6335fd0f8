import { describe, expect, test } from '@jest/globals';
import { ignoreFiles } from '../../../../src/project/dist-git-sources/index.ts';

/** The results are rpkg 1.70's own. */
const CASES: [before: string, names: string[], after: string][] = [
  ['', ['a'], '/a\n'],
  ['*.tar.gz\n', ['a-1.tar.gz', 'b.zip'], '*.tar.gz\n/b.zip\n'],
  ['/a', ['b'], '/a\n/b\n'],
  ['//a\n', ['a'], '//a\n'],
  ['[ab].txt\n[!c]x\n', ['a.txt', 'c.txt', 'cx', 'dx'], '[ab].txt\n[!c]x\n/c.txt\n/cx\n'],
  ['a[\n', ['a['], 'a[\n'],
  ['?.x\r\n', ['a.x'], '?.x\r\n'],
  ['[]]\n', [']'], '[]]\n'],
  ['[z-a]\n', ['b'], '[z-a]\n/b\n'],
  ['!a\n#b\n', ['a', 'b'], '!a\n#b\n/a\n/b\n'],
  ['a*c/\n', ['abc'], 'a*c/\n/abc\n'],
  ['[^a]\n', ['b', '^', 'a'], '[^a]\n/b\n'],
  ['a.b+c\n', ['aXb+c', 'a.b+c'], 'a.b+c\n/aXb+c\n'],
  ['{a}\n', ['{a}'], '{a}\n'],
  ['\n\n', ['x'], '\n\n/x\n'],
  [' a\n', ['a'], ' a\n/a\n'],
  ['[a-c]1\n', ['b1', 'd1'], '[a-c]1\n/d1\n'],
  ['[!]a]\n', [']', 'b'], '[!]a]\n/]\n'],
];

describe('.gitignore', () => {
  test.each(CASES)('%j with %j added', (before, names, after) => {
    expect(ignoreFiles(before, names)).toBe(after);
  });

  test('a last line without an end stays so if nothing is added', () => {
    expect(ignoreFiles('*.gz', ['a.gz'])).toBe('*.gz');
    expect(ignoreFiles('*.gz', [])).toBe('*.gz');
  });
});
