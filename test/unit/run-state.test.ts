import { describe, expect, test } from '@jest/globals';
import { exitCodeOf, isFinal, overallState } from '../../src/run-state.ts';

describe('states of what runs elsewhere', () => {
  test('queued and running are not final', () => {
    expect(isFinal('queued')).toBe(false);
    expect(isFinal('running')).toBe(false);
    for (const state of ['succeeded', 'failed', 'cancelled', 'skipped', 'lost'] as const) {
      expect(isFinal(state)).toBe(true);
    }
  });

  test.each([
    [['succeeded', 'running', 'failed'], 'running'],
    [['succeeded', 'queued'], 'queued'],
    [['succeeded', 'lost', 'failed'], 'failed'],
    [['succeeded', 'skipped'], 'succeeded'],
    [[], 'skipped'],
  ] as const)('%j together are %s', (states, all) => {
    expect(overallState(states)).toBe(all);
  });

  test.each([
    [['succeeded', 'skipped'], 0],
    [[], 0],
    [['succeeded', 'failed'], 5],
    [['failed', 'cancelled'], 2],
    [['failed', 'lost'], 2],
    [['lost', 'lost'], 3],
  ] as const)('%j end with exit code %d', (states, code) => {
    expect(exitCodeOf(states)).toBe(code);
  });
});
