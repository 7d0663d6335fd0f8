import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { compareRpmVersions } from '../../../../src/project/version/index.ts';

describe('the order of versions against the installed rpm', () => {
  test('is the same for 400 pairs', () => {
    const version = fc.stringMatching(/^[0-2ab.~^_+]{1,8}$/);
    const pairs = fc.sample(fc.tuple(version, version), { numRuns: 400, seed: 11 });
    const script = pairs.map(([a, b]) => `print(rpm.vercmp("${a}","${b}").."\\n")`).join(' ');
    const answers = execFileSync('rpm', ['--eval', `%{lua:${script}}`], { encoding: 'utf8' });
    const ours = pairs.map(([a, b]) => [a, b, compareRpmVersions(a, b)]);
    expect(ours).toEqual(pairs.map(([a, b], index) => [a, b, Number(answers.trim().split(/\n+/)[index])]));
  });
});
