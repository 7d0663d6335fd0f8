import { expect, test } from '@jest/globals';
import { fuzz } from '../support/config-fuzz.ts';

test('10,000 broken configurations: a diagnostic with a place, or success', async () => {
  expect(await fuzz(10_000, 4)).toBeUndefined();
}, 600_000);
