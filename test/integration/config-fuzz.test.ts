import { expect, test } from '@jest/globals';
import { fuzz } from '../support/config-fuzz.ts';

test('500 broken configurations: a diagnostic with a place, or success', async () => {
  expect(await fuzz(500, 20240229)).toBeUndefined();
}, 60_000);
