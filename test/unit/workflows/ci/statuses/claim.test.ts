import { describe, expect, test } from '@jest/globals';
import {
  CLAIM_SECONDS,
  foreignClaim,
  isOtherOrder,
  winner,
} from '../../../../../src/workflows/ci/statuses/claim.ts';
import { claimIn, claimUrl, looksSame, toRecord } from '../../../../../src/workflows/ci/statuses/record.ts';
import type { StatusRecord } from '../../../../../src/workflows/ci/statuses/record.ts';
import { statusText } from '../../../../../src/workflows/ci/statuses/texts.ts';

const NOW = 1_800_000_000;

function claimed(id: string, run: string, options: { cause?: string; age?: number } = {}): StatusRecord {
  const { cause = 'event', age = 10 } = options;
  return toRecord({
    id,
    name: 'srpm-build',
    state: 'pending',
    description: 'The task was accepted.',
    url: claimUrl('https://ci.example/run', { run, cause }),
    creator: 'bot',
    updatedAt: new Date((NOW - age) * 1000).toISOString(),
  });
}

describe('foreignClaim', () => {
  const question = { run: '2.1', cause: 'event', now: NOW };

  test('is what another run has claimed for the same cause a moment ago', () => {
    expect(foreignClaim({ ...question, records: [claimed('1', '1.1')] })?.id).toBe('1');
  });

  test.each([
    ['nothing was claimed', []],
    ['the claim is old', [claimed('1', '1.1', { age: CLAIM_SECONDS })]],
    ['the claim is for another cause', [claimed('1', '1.1', { cause: 'comment:9' })]],
    ['the claim is of an earlier attempt of this run', [claimed('1', '2.0')]],
    ['a build has followed', [claimed('1', '1.1'), { ...claimed('2', '1.1'), claim: undefined }]],
  ] as [string, StatusRecord[]][])('is none where %s', (_, records) => {
    expect(foreignClaim({ ...question, records })).toBeUndefined();
  });

  test('is the first of those that wrote at once, also for who wrote last', () => {
    const records = [claimed('1', '1.1'), claimed('2', '2.1')];
    expect(foreignClaim({ ...question, records })?.id).toBe('1');
    expect(foreignClaim({ ...question, run: '1.1', records })).toBeUndefined();
  });

  test('of a run that died gives way to one that is fresh', () => {
    const records = [claimed('1', '1.1', { age: CLAIM_SECONDS + 5 }), claimed('2', '3.1', { age: 5 })];
    expect(foreignClaim({ ...question, records })?.id).toBe('2');
  });

  test('a time that cannot be read holds nobody up', () => {
    expect(
      foreignClaim({ ...question, records: [{ ...claimed('1', '1.1'), updatedAt: undefined }] }),
    ).toBeUndefined();
  });
});

describe('winner', () => {
  test('of two that wrote at once it is the first where there is a history', () => {
    const records = [claimed('7', '0.1', { age: 999 }), claimed('8', '1.1'), claimed('9', '2.1')];
    expect(winner({ records, cause: 'event' }, '7', true)).toBe('1.1');
  });

  test('claims that were there before do not count', () => {
    expect(winner({ records: [claimed('7', '1.1'), claimed('8', '2.1')], cause: 'event' }, '7', true)).toBe(
      '2.1',
    );
  });

  test('without a history it is who is left', () => {
    expect(winner({ records: [claimed('9', '2.1')], cause: 'event' }, undefined, false)).toBe('2.1');
  });

  test('claims for another cause do not count', () => {
    const records = [claimed('8', '1.1', { cause: 'comment:1' }), claimed('9', '2.1')];
    expect(winner({ records, cause: 'event' }, undefined, true)).toBe('2.1');
  });
});

describe('isOtherOrder', () => {
  const own = { run: '2.1', cause: 'event' };

  test.each(['comment:5', 'build:7 comment:5', 'run:9.2'])('%s of another run is one', (cause) => {
    expect(isOtherOrder({ run: '1.1', cause }, own)).toBe(true);
  });

  test.each([
    ['what every run does', { run: '1.1', cause: 'event' }],
    ['the tests of a build, which every run submits', { run: '1.1', cause: 'build:7' }],
    ['an order of this run', { run: '2.1', cause: 'comment:5' }],
  ])('%s is none', (_, claim) => expect(isOtherOrder(claim, own)).toBe(false));

  test('the same order in another run is none', () => {
    const asked = { run: '2.1', cause: 'comment:5' };
    expect(isOtherOrder({ run: '1.1', cause: 'build:7 comment:5' }, asked)).toBe(false);
  });
});

describe('records', () => {
  test('an address of a claim keeps the page and says who and why', () => {
    const url = claimUrl('https://ci.example/run#old', { run: '12.3', cause: 'comment:4 5' });
    expect(url.startsWith('https://ci.example/run#packit-run=12.3')).toBe(true);
    expect(claimIn(url)).toEqual({ run: '12.3', cause: 'comment:4 5' });
    expect(claimIn('https://ci.example/run#L12')).toBeUndefined();
  });

  test('an address of Copr names its build, one of Testing Farm its request', () => {
    const record = (url: string): StatusRecord =>
      toRecord({
        id: '1',
        name: 'n',
        state: 'pending',
        description: '',
        url,
        creator: 'b',
        updatedAt: undefined,
      });
    expect(record('https://copr.example/coprs/build/123/').build).toBe('123');
    expect(record('https://artifacts.example/0b1c2d3e-0000-4000-8000-000000000001').farm).toBe(
      '0b1c2d3e-0000-4000-8000-000000000001',
    );
    expect(record('123').build).toBeUndefined();
  });

  test('states that a forge does not tell apart look the same', () => {
    const shown = { state: 'running', description: 'a', url: 'u' } as const;
    expect(looksSame(shown, { ...shown, state: 'pending' })).toBe(true);
    expect(looksSame({ ...shown, state: 'neutral' }, { ...shown, state: 'error' })).toBe(true);
    expect(looksSame(shown, { ...shown, state: 'success' })).toBe(false);
    expect(looksSame(shown, { ...shown, description: 'b' })).toBe(false);
    expect(looksSame(shown, { ...shown, url: 'v' })).toBe(false);
  });

  test('a text is one line of at most 140 characters', () => {
    expect(statusText('one\n two')).toBe('one two');
    const long = statusText('ä'.repeat(200));
    expect(Array.from(long)).toHaveLength(140);
    expect(long.endsWith('…')).toBe(true);
  });
});
