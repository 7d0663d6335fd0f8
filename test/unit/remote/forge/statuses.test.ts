import { describe, expect, test } from '@jest/globals';
import { assert, property, string } from 'fast-check';
import {
  GITHUB_STATES,
  GITLAB_STATES,
  oldestFirst,
  PAGURE_STATES,
  readState,
  statusDescription,
} from '../../../../src/remote/forge/statuses.ts';
import type { CommitStatus } from '../../../../src/remote/forge/statuses.ts';

describe('a description', () => {
  test.each([
    ['Building', 'Building'],
    ['  two\nlines\t of it ', 'two lines of it'],
    ['x'.repeat(140), 'x'.repeat(140)],
    ['x'.repeat(141), `${'x'.repeat(139)}…`],
    [`${'x'.repeat(138)} yz`, `${'x'.repeat(138)}…`],
    ['\u{1F600}'.repeat(141), `${'\u{1F600}'.repeat(139)}…`],
    // e with an accent of its own is one character of two code points.
    [`${'x'.repeat(138)}e\u0301yz`, `${'x'.repeat(138)}…`],
    [`${'x'.repeat(137)}e\u0301yz`, `${'x'.repeat(137)}e\u0301…`],
  ])('%j is sent as %j', (text, sent) => {
    expect(statusDescription(text)).toBe(sent);
  });

  test('has at most 140 code points, no half of one, and is sent as it is the second time', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 400 }), (text) => {
        const sent = statusDescription(text);
        expect(Array.from(sent).length).toBeLessThanOrEqual(140);
        expect(sent).not.toMatch(/\p{Surrogate}/u);
        expect(statusDescription(sent)).toBe(sent);
      }),
    );
  });
});

describe('states', () => {
  test('of others are read as near as can be', () => {
    expect(
      ['warning', 'skipped', undefined, 'constructor'].map((word) => readState(GITHUB_STATES, word)),
    ).toEqual(['failure', 'neutral', 'pending', 'pending']);
    expect(
      ['created', 'waiting_for_resource', 'canceling', 'skipped', 'manual'].map((word) =>
        readState(GITLAB_STATES, word),
      ),
    ).toEqual(['pending', 'pending', 'running', 'neutral', 'pending']);
    expect(readState(PAGURE_STATES, 'canceled')).toBe('cancelled');
  });

  test.each([GITHUB_STATES, GITLAB_STATES, PAGURE_STATES])('an end is never read as unfinished', (words) => {
    for (const state of ['success', 'failure', 'error', 'neutral', 'cancelled'] as const) {
      const read = readState(words, words.write[state]);
      expect(['pending', 'running']).not.toContain(read);
      // Required checks pass for what succeeded and nothing else.
      expect(read === 'success').toBe(state === 'success');
    }
  });
});

test('statuses in the order of their last change, then of their numbers', () => {
  const status = (id: string, updatedAt: string | undefined): CommitStatus => ({
    id,
    updatedAt,
    name: 'n',
    state: 'success',
    description: '',
    url: '',
    creator: undefined,
  });
  const sorted = oldestFirst([
    status('10', '2024-02-29T12:00:01Z'),
    status('9', '2024-02-29T12:00:01.000Z'),
    status('11', '2024-02-29T12:00:00Z'),
    status('12', undefined),
  ]);
  expect(sorted.map(({ id }) => id)).toEqual(['12', '11', '9', '10']);
});
