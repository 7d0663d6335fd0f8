import { describe, expect, test } from '@jest/globals';
import { bounded, inTime, isRisky } from '../../../src/project/bounded-regex.ts';
import {
  filterTags,
  maskAllows,
  prereleaseRegex,
  versionFromTag,
} from '../../../src/project/version/index.ts';

const TEMPLATE = { upstream_tag_template: 'v{version}' };
const LONG = `${'1'.repeat(60)}x`;

describe('an expression that would run for ever ends with an error', () => {
  test.each([
    ['upstream_tag_include', () => filterTags([LONG], { ...TEMPLATE, upstream_tag_include: '(1+)+$' })],
    ['upstream_tag_exclude', () => filterTags([LONG], { ...TEMPLATE, upstream_tag_exclude: '(1|11)*$' })],
    ['version_update_mask', () => maskAllows('(1+)+$', LONG, LONG)],
    ['upstream_tag_template', () => versionFromTag(LONG, { upstream_tag_template: '(1+)+y{version}' })],
    [
      'a template of many fields',
      () => versionFromTag('a'.repeat(250), { upstream_tag_template: `${'{x}'.repeat(12)}{version}!` }),
    ],
  ])('%s', (_key, match) => {
    expect(match).toThrow(expect.objectContaining({ code: 'REGEX_TOO_SLOW' }));
  });
});

test('ordinary expressions match as they did, with groups and their places', () => {
  const regex = bounded(/^(\d+\.)*(?<last>\d+)$/d, 'x');
  expect(regex.exec('1.2.3')?.groups?.last).toBe('3');
  expect(regex.exec('1.2.3')?.indices?.[2]).toEqual([4, 5]);
  expect(regex.test('x')).toBe(false);
  expect(filterTags(['v1.0', 'w1'], { ...TEMPLATE, upstream_tag_include: 'v(\\d+\\.)+\\d+' })).toEqual([
    'v1.0',
  ]);
});

test('which expressions are watched', () => {
  for (const source of ['(a+)+', '(a|b)*', '(?:x){2,}', '(a?){30}', 'a?a?a?a?aaaa', 'a*b*c*d*'])
    expect(isRisky(source)).toBe(true);
  for (const source of ['v\\d+', '^a.*b$', '([.-]?)(rc|beta)(\\d+)?']) expect(isRisky(source)).toBe(false);
});

test('errors of the work itself come through, and the next work is bounded again', () => {
  expect(() =>
    inTime('x', () => {
      throw new RangeError('mine');
    }),
  ).toThrow(RangeError);
  expect(inTime('x', () => inTime('y', () => 7))).toBe(7);
});

test('the pattern of pre-releases, and any pattern on a long text', () => {
  const slow = expect.objectContaining({ code: 'REGEX_TOO_SLOW' });
  expect(() => prereleaseRegex('(a+)+$')?.exec(`1.2${'a'.repeat(40)}b`)).toThrow(slow);
  expect(() => versionFromTag('x'.repeat(5000), { upstream_tag_template: '.*.*.*{version}-y' })).toThrow(
    slow,
  );
  expect(prereleaseRegex('')).toBeUndefined();
});
