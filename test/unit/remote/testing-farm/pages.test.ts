import { describe, expect, test } from '@jest/globals';
import { farmRequestIdIn, farmState } from '../../../../src/remote/testing-farm/index.ts';

const ID = '129bd474-e4d3-49e0-9dec-d994a99feebc';

describe('an address of Testing Farm', () => {
  test.each([
    [`https://api.testing-farm.io/v0.1/requests/${ID}`],
    [`https://artifacts.dev.testing-farm.io/${ID}`],
    [`https://artifacts.dev.testing-farm.io/${ID}/results.xml#docs`],
    [`https://artifacts.osci.redhat.com/testing-farm/${ID.toUpperCase()}/`],
    [ID],
  ])('%s names a request', (url) => {
    expect(farmRequestIdIn(url)).toBe(ID);
  });

  test.each([
    [''],
    ['https://copr.fedorainfracloud.org/coprs/build/123/'],
    [`https://example.org/?id=${ID}`],
    [`https://example.org/x${ID}`],
  ])('%j names none', (url) => {
    expect(farmRequestIdIn(url)).toBeUndefined();
  });
});

test.each([
  ['new', undefined, 'queued'],
  ['queued', undefined, 'queued'],
  ['running', undefined, 'running'],
  ['cancel-requested', undefined, 'running'],
  ['canceled', undefined, 'cancelled'],
  ['error', undefined, 'failed'],
  ['complete', 'passed', 'succeeded'],
  ['complete', 'skipped', 'skipped'],
  ['complete', 'failed', 'failed'],
  ['complete', 'error', 'failed'],
  ['complete', 'needs_inspection', 'failed'],
  ['complete', undefined, 'failed'],
  ['a word of tomorrow', undefined, 'queued'],
])('%s with the result %s is %s', (word, overall, state) => {
  expect(farmState(word, overall)).toBe(state);
});
