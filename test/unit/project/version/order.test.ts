import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { compareEvr, compareRpmVersions, parseEvr } from '../../../../src/project/version/index.ts';

/** rpm's own cases (tests/rpmvercmp.at): first, second, result. */
const RPM_CASES = `
1.0 1.0 0|1.0 2.0 -1|2.0 1.0 1|2.0.1 2.0.1 0|2.0 2.0.1 -1|2.0.1 2.0 1|2.0.1a 2.0.1a 0|2.0.1a 2.0.1 1
2.0.1 2.0.1a -1|5.5p1 5.5p1 0|5.5p1 5.5p2 -1|5.5p2 5.5p1 1|5.5p10 5.5p10 0|5.5p1 5.5p10 -1|5.5p10 5.5p1 1
10xyz 10.1xyz -1|10.1xyz 10xyz 1|xyz10 xyz10 0|xyz10 xyz10.1 -1|xyz10.1 xyz10 1|xyz.4 xyz.4 0|xyz.4 8 -1
8 xyz.4 1|xyz.4 2 -1|2 xyz.4 1|5.5p2 5.6p1 -1|5.6p1 5.5p2 1|5.6p1 6.5p1 -1|6.5p1 5.6p1 1|6.0.rc1 6.0 1
6.0 6.0.rc1 -1|10b2 10a1 1|10a2 10b2 -1|1.0aa 1.0aa 0|1.0a 1.0aa -1|1.0aa 1.0a 1|10.0001 10.0001 0
10.0001 10.1 0|10.1 10.0001 0|10.0001 10.0039 -1|10.0039 10.0001 1|4.999.9 5.0 -1|5.0 4.999.9 1
20101121 20101121 0|20101121 20101122 -1|20101122 20101121 1|2_0 2_0 0|2.0 2_0 0|2_0 2.0 0|a a 0|a+ a+ 0
a+ a_ 0|a_ a+ 0|+a +a 0|+a _a 0|_a +a 0|+_ +_ 0|_+ +_ 0|_+ _+ 0|+ _ 0|_ + 0|1.0~rc1 1.0~rc1 0
1.0~rc1 1.0 -1|1.0 1.0~rc1 1|1.0~rc1 1.0~rc2 -1|1.0~rc2 1.0~rc1 1|1.0~rc1~git123 1.0~rc1~git123 0
1.0~rc1~git123 1.0~rc1 -1|1.0~rc1 1.0~rc1~git123 1|1.0^ 1.0^ 0|1.0^ 1.0 1|1.0 1.0^ -1|1.0^git1 1.0^git1 0
1.0^git1 1.0 1|1.0 1.0^git1 -1|1.0^git1 1.0^git2 -1|1.0^git2 1.0^git1 1|1.0^git1 1.01 -1|1.01 1.0^git1 1
1.0^20160101 1.0^20160101 0|1.0^20160101 1.0.1 -1|1.0.1 1.0^20160101 1|1.0^20160101^git1 1.0^20160101^git1 0
1.0^20160102 1.0^20160101^git1 1|1.0^20160101^git1 1.0^20160102 -1|1.0~rc1^git1 1.0~rc1^git1 0
1.0~rc1^git1 1.0~rc1 1|1.0~rc1 1.0~rc1^git1 -1|1.0^git1~pre 1.0^git1~pre 0|1.0^git1 1.0^git1~pre 1
1.0^git1~pre 1.0^git1 -1|1b.fc17 1b.fc17 0|1b.fc17 1.fc17 -1|1.fc17 1b.fc17 1|1g.fc17 1g.fc17 0
1g.fc17 1.fc17 1|1.fc17 1g.fc17 -1|1.1.α 1.1.α 0|1.1.α 1.1.β 0|1.1.αα 1.1.α 0|1.1.ββ 1.1.αα 0`;

const cases = RPM_CASES.trim()
  .split(/[|\n]/)
  .map((line) => line.split(' '));

describe('rpm’s order of versions', () => {
  test.each(cases)('%s to %s is %s', (a = '', b = '', result = '') => {
    expect(compareRpmVersions(a, b)).toBe(Number(result));
  });

  const version = fc.stringMatching(/^[0-9ab.~^_]{0,10}$/);

  test('is antisymmetric, and every version equals itself', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(compareRpmVersions(a, b) + compareRpmVersions(b, a)).toBe(0);
        expect(compareRpmVersions(a, a)).toBe(0);
      }),
      { seed: 7, numRuns: 1000 },
    );
  });

  test('puts versions of the usual shape in one line', () => {
    const usual = fc.stringMatching(/^[0-9]{1,2}(\.[0-9]{1,2}){0,2}([~^](rc|git)[0-9])?$/);
    fc.assert(
      fc.property(usual, usual, usual, (...versions) => {
        const [a, b, c] = versions.sort(compareRpmVersions);
        expect(compareRpmVersions(a ?? '', c ?? '')).toBeLessThanOrEqual(0);
        expect(compareRpmVersions(a ?? '', b ?? '')).toBeLessThanOrEqual(0);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe('epoch, version and release', () => {
  test.each([
    ['1.0', { version: '1.0' }],
    ['2:1.0-3.fc42', { epoch: '2', version: '1.0', release: '3.fc42' }],
    [':1.0', { version: '1.0' }],
    ['1.0-rc1-1', { version: '1.0-rc1', release: '1' }],
  ])('of %s', (text, evr) => {
    expect(parseEvr(text)).toEqual(evr);
  });

  test.each([
    ['1:1.0-1', '2.0-1', 1],
    ['0:1.0', '1.0', 0],
    ['1.0-1', '1.0-2', -1],
    ['1.0', '1.0-2', 0],
    ['010:1', '10:1', 0],
  ])('%s to %s', (a, b, result) => {
    expect(compareEvr(parseEvr(a), parseEvr(b))).toBe(result);
  });
});
