import { expect, test } from '@jest/globals';
import { judgeEdits } from '../support/edits-judged-by-rpm.ts';
import { tempDir } from '../support/temp.ts';

test('rpm reads what an edit wrote, in a great many specs', async () => {
  expect(await judgeEdits(tempDir(), { seed: 41, numRuns: 300 })).toBe(3000);
}, 900_000);
