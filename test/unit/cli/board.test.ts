import { describe, expect, test } from '@jest/globals';
import { boardRows, changeLines } from '../../../src/cli/ui/board.ts';
import { durationText } from '../../../src/run-state.ts';
import type { Run } from '../../../src/run-state.ts';

describe('a board of runs', () => {
  test('in a log every change is a line, and nothing else', () => {
    const lines: string[] = [];
    const board = changeLines((line) => void lines.push(line));
    board.update([{ name: 'f42', state: 'queued' }]);
    board.update([{ name: 'f42', state: 'queued' }]);
    board.update([
      { name: 'f42', state: 'failed', seconds: 65, note: 'mock' },
      { name: 'f43', state: 'running' },
    ]);
    expect(lines).toEqual(['f42: queued', 'f42: failed after 1 min 05 s (mock)', 'f43: running']);
  });

  const now = Date.parse('2026-01-01T01:00:00Z');
  const plain = (text: string): string => text;

  test('on a terminal each has a row with its state and elapsed time', () => {
    const runs: Run[] = [
      { name: 'fedora-42-x86_64', state: 'running', since: '2026-01-01T00:58:00Z' },
      { name: 'epel-9-x86_64', state: 'succeeded', seconds: 3725 },
      { name: 'x', state: 'queued' },
    ];
    expect(boardRows(runs, { now, height: 10, paint: plain })).toEqual([
      'fedora-42-x86_64  running    2 min 00 s',
      'epel-9-x86_64     succeeded  1 h 02 min',
      'x                 queued',
    ]);
  });

  test('a small terminal shows what is under way', () => {
    const runs: Run[] = [
      { name: 'a', state: 'succeeded' },
      { name: 'b', state: 'succeeded' },
      { name: 'c', state: 'running' },
      { name: 'd', state: 'queued' },
    ];
    expect(boardRows(runs, { now, height: 3, paint: plain })).toEqual([
      'c  running',
      'd  queued',
      '... and 2 more',
    ]);
  });
});

test.each([
  [0, '0 s'],
  [59.4, '59 s'],
  [185, '3 min 05 s'],
  [7320, '2 h 02 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
