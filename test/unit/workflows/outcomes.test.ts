import { describe, expect, test } from '@jest/globals';
import { exitCodeOf } from '../../../src/workflows/outcomes.ts';
import type { TargetFailure } from '../../../src/workflows/outcomes.ts';

describe('the exit code', () => {
  const failure = (exitCode: number): TargetFailure => ({
    code: 'X',
    message: 'x',
    hint: undefined,
    details: [],
    exitCode,
  });
  test.each([
    [[undefined, undefined], 0],
    [[2, undefined], 5],
    [[3, undefined, 2], 5],
    [[2, 3], 2],
    [[3, 3], 3],
    [[], 0],
  ])('%j: %i', (codes, expected) => {
    expect(exitCodeOf(codes.map((code) => (code === undefined ? undefined : failure(code))))).toBe(expected);
  });
});
