import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  comparePep440,
  markPrerelease,
  maskAllows,
  parsePep440,
  satisfiesSpecifiers,
  specifiersRefuse,
} from '../../../../src/project/version/index.ts';

/** PEP 440's own example of the order, and its normal forms beside odd spellings. */
const ORDERED = [
  '1.dev0',
  '1.0.dev456',
  '1.0a1',
  '1.0a2.dev456',
  '1.0a12.dev456',
  '1.0a12',
  '1.0b1.dev456',
  '1.0b2',
  '1.0b2.post345.dev456',
  '1.0b2.post345',
  '1.0rc1.dev456',
  '1.0rc1',
  '1.0',
  '1.0+abc.5',
  '1.0+abc.7',
  '1.0+5',
  '1.0.post456.dev34',
  '1.0.post456',
  '1.0.15',
  '1.1.dev1',
  '1.10',
  '2!0.1',
  '2!1',
]; // prettier-ignore

const EQUAL: readonly [string, string][] = [
  ['1.0', '1'],
  ['v1.0', '1.0'],
  ['1.0-alpha.1', '1.0a1'],
  ['1.0_c3', '1.0rc3'],
  ['1.0preview', '1.0rc0'],
  ['1.0-1', '1.0.post1'],
  ['1.0-r4', '1.0.post4'],
  ['1.0DEV', '1.0.dev0'],
  [' 1.0+Ubuntu-1 ', '1.0+ubuntu.1'],
];

function compare(a: string, b: string): number {
  const [left, right] = [parsePep440(a), parsePep440(b)];
  if (left === undefined || right === undefined) throw new Error(`no version: ${a} or ${b}`);
  return comparePep440(left, right);
}

describe('versions by PEP 440', () => {
  test('are in the order of the standard', () => {
    for (const [index, a] of ORDERED.entries()) {
      for (const [other, b] of ORDERED.entries()) {
        expect([a, b, compare(a, b)]).toEqual([a, b, Math.sign(index - other)]);
      }
    }
  });

  test.each(EQUAL)('%s is %s', (a, b) => {
    expect(compare(a, b)).toBe(0);
  });

  test.each(['', 'abc', '1.0-foo', '1.0.x', '1..0', '1.0~rc1', '1.0^git'])('%j is none', (text) => {
    expect(parsePep440(text)).toBeUndefined();
  });

  test('numbers of any length are compared exactly', () => {
    expect(compare('1.20240101000000000001', '1.20240101000000000002')).toBe(-1);
  });

  test('are totally ordered', () => {
    const version = fc.stringMatching(
      /^[0-2](\.[0-2]){0,2}((a|rc)[0-2])?(\.post[0-2])?(\.dev[0-2])?(\+[a0-1])?$/,
    );
    fc.assert(
      fc.property(version, version, version, (...texts) => {
        const parsed = texts.map((text) => parsePep440(text)).filter((value) => value !== undefined);
        const [a, b, c] = parsed.sort(comparePep440);
        if (a === undefined || b === undefined || c === undefined) throw new Error('not parsed');
        expect(comparePep440(a, c)).toBeLessThanOrEqual(0);
        expect(comparePep440(a, b) + comparePep440(b, a)).toBe(0);
      }),
      { seed: 3, numRuns: 500 },
    );
  });
});

/** Answers of Python’s `packaging` 26: `version in SpecifierSet(specifiers)`. */
const SPECIFIERS: readonly [specifiers: string, version: string, satisfied: boolean][] = [
  ['>=3.11.0, <3.12.0', '3.11.5', true],
  ['>=3.11.0, <3.12.0', '3.12.0', false],
  ['~=3.11.0', '3.11.9', true],
  ['~=3.11.0', '3.12', false],
  ['~=2.2', '2.9', true],
  ['~=2.2', '3.0', false],
  ['~=1.4.5', '1.4.6rc1', true],
  ['~=1.4.5a4', '1.4.5', true],
  ['==1.1', '1.1.post1', false],
  ['==1.1.*', '1.1.post1', true],
  ['==1.1.*', '1.1a1', true],
  ['==1.1.*', '1.2', false],
  ['==1.1.*', '1.1.0', true],
  ['!=1.1.*', '1.1.7', false],
  ['!=1.1.*', '1.2', true],
  ['==1.0', '1.0+local', true],
  ['==1.0+local', '1.0', false],
  ['!=1.0', '1.0+x', false],
  ['<=1.0', '1.0+x', true],
  ['>1.0', '1.0+x', false],
  ['>1.7', '1.7.1', true],
  ['>1.7', '1.7.0.post1', false],
  ['>1.7.post2', '1.7.0.post3', true],
  ['>1.7.post2', '1.7.0', false],
  ['>1.0rc1', '1.0rc1.post2', false],
  ['>1.0rc1', '1.0rc2', true],
  ['>1.0.dev1', '1.0.post1', true],
  ['<2', '2.0rc1', false],
  ['<2rc2', '2.0rc1', true],
  ['<2.0.post1', '2.0', true],
  ['<2.0.post1', '2.0.post1.dev1', false],
  ['>=1.0', '2.0rc1', true],
  ['===1.0RC1', '1.0rc1', true],
  ['===1.0', '1.0.0', false],
  ['', '1.0', true],
  ['>=1', 'not-a-version', false],
  ['>=1!1', '2.0', false],
];

describe('version specifiers', () => {
  test.each(SPECIFIERS)('%j with %s', (specifiers, version, satisfied) => {
    expect(satisfiesSpecifiers(version, specifiers)).toBe(satisfied);
  });

  test.each(['1.0', '=1.0', '>=', '~=1', '>=1.0.*', '==1.0a1.*', '>=1.0+local', '>=abc', '>=1.0;x'])(
    '%j is refused',
    (specifiers) => {
      expect(() => satisfiesSpecifiers('1.0', specifiers)).toThrow(
        expect.objectContaining({ code: 'SPECIFIERS_INVALID', hint: expect.stringContaining('>=3.11.0') }),
      );
    },
  );

  test('say why a version is refused', () => {
    expect(specifiersRefuse(undefined, '1')).toBeUndefined();
    expect(specifiersRefuse('', '1')).toBeUndefined();
    expect(specifiersRefuse('<2', '1')).toBeUndefined();
    expect(specifiersRefuse('<2', '2')).toMatch(/2 does not satisfy version_update_specifiers "<2"/);
    expect(specifiersRefuse('<2', '1.0^git')).toMatch(/PEP 440/);
    expect(specifiersRefuse('2', '1')).toMatch(/"2" is not a version specifier/);
  });
});

describe('the version update mask', () => {
  test.each([
    ['\\d+\\.\\d+\\.', '3.8.0', '3.9.0', false],
    ['\\d+\\.\\d+\\.', '3.8.0', '3.8.1', true],
    ['\\d+\\.', '3.8.0', '4.0', false],
    ['v\\d', '3.8.0', '4.0', true],
    ['', '3', '4', true],
    [null, '3', '4', true],
  ])('%s from %s to %s', (mask, current, proposed, allowed) => {
    expect(maskAllows(mask, current, proposed)).toBe(allowed);
  });
});

describe('a pre-release', () => {
  const standard = '([.\\-_~^]?)(alpha|beta|rc|pre(view)?)([.\\-_]?\\d+)?';
  test.each([
    ['1.0rc1', '1.0~rc1', true],
    ['1.0-RC.1', '1.0~RC.1', true],
    ['1.0~rc1', '1.0~rc1', true],
    ['1.0.beta', '1.0~beta', true],
    ['1.0', '1.0', false],
    ['1.0rc1.post1', '1.0rc1.post1', false],
    ['1.0dev1', '1.0dev1', false],
  ])('%s is %s', (version, expected, prerelease) => {
    expect(markPrerelease(version, standard)).toEqual({ version: expected, prerelease });
  });

  test('pattern without a group, or none at all', () => {
    expect(() => markPrerelease('1.0rc1', 'rc\\d')).toThrow(
      expect.objectContaining({ code: 'REGEX_INVALID' }),
    );
    expect(markPrerelease('1.0rc1', null)).toEqual({ version: '1.0rc1', prerelease: false });
  });
});
