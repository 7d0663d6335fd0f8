import { describe, expect, test } from '@jest/globals';
import { pythonRegex } from '../../../../src/project/version/index.ts';

/** Results of Python 3.11 `re.match(pattern, text)`: the matched text, or null. */
const MATCH: readonly [pattern: string, text: string, matched: string | null][] = [
  ['v\\d+', 'v12.3', 'v12'],
  ['v\\d+', 'xv12', null],
  ['^2\\..+', '2.1', '2.1'],
  ['2\\.0$', '2.0\n', '2.0'],
  ['2\\.0\\Z', '2.0\n', null],
  ['\\A2', '2', '2'],
  ['[]a]+', ']a]b', ']a]'],
  ['[^]a]+', 'xy]', 'xy'],
  ['[a-]+', 'a-a', 'a-a'],
  ['[\\w.-]+', 'é_1.2-3 x', 'é_1.2-3'],
  ['[^\\W\\d]+', 'ab1', 'ab'],
  ['a{', 'a{', 'a{'],
  ['a{,2}b', 'aab', 'aab'],
  ['a{,}b', 'aab', 'aab'],
  ['a{2}', 'aaa', 'aa'],
  ['a{x}', 'a{x}', 'a{x}'],
  ['(?P<n>a)(?P=n)', 'aa', 'aa'],
  ['(a)\\1', 'aa', 'aa'],
  ['(?i)V1', 'v1', 'v1'],
  ['(?x) v \\d # the number', 'v1', 'v1'],
  ['(?#remark)v', 'v', 'v'],
  ['(?s:.)x', '\nx', '\nx'],
  ['.x', '\nx', null],
  ['.x', '\rx', '\rx'],
  ['\\d', '\u0663', '\u0663'],
  ['(?a:\\d)', '\u0663', null],
  ['\\bv\\b', 'v.1', 'v'],
  ['v\\B', 'vé', 'v'],
  ['\\x76\\u0031\\062', 'v12', 'v12'],
  ['a&&b', 'a&&b', 'a&&b'],
  ['[&&~~]+', '&~', '&~'],
  ['😀+', '😀😀', '😀😀'],
  ['a|b', 'b', 'b'],
  ['ab|b', 'cb', null],
  ['(?<!x)v(?=1)(?!2)', 'v1', 'v'],
  ['[.\\-_~^]?rc', '~rc', '~rc'],
  ['^mesa-26\\.2\\..*$', 'mesa-26.2.0-rc1', 'mesa-26.2.0-rc1'],
];

describe('a Python regular expression', () => {
  test.each(MATCH)('%j on %j', (pattern, text, matched) => {
    expect(pythonRegex(pattern).exec(text)?.[0] ?? null).toBe(matched);
  });

  test('matches anywhere, at the start, or the whole', () => {
    expect(pythonRegex('b', { anchor: 'none' }).test('abc')).toBe(true);
    expect(pythonRegex('a', { anchor: 'start' }).test('abc')).toBe(true);
    expect(pythonRegex('ab|abc', { anchor: 'whole' }).test('abc')).toBe(true);
    expect(pythonRegex('ab', { anchor: 'whole' }).test('abc')).toBe(false);
  });

  test.each([
    '(',
    'a)',
    '[a',
    '*',
    'a++',
    '(?>a)',
    '\\q',
    '(?P<n>a)(?P<n>b)',
    '(?z)',
    'a\\',
    '[\\w-z]',
    '\\2',
  ])('refuses %j and names the key', (pattern) => {
    expect(() => pythonRegex(pattern, { name: 'upstream_tag_include' })).toThrow(
      expect.objectContaining({
        code: 'REGEX_INVALID',
        message: expect.stringContaining('upstream_tag_include'),
      }),
    );
  });
});
