/** Whatever a spec looks like: after an edit rpm reads it, and reads what was set. */
import { expect, test } from '@jest/globals';
import { judgeEdits } from '../../support/edits-judged-by-rpm.ts';
import { tempDir } from '../../support/temp.ts';

test('rpm reads what an edit wrote', async () => {
  expect(await judgeEdits(tempDir(), { seed: 20240229, numRuns: 20 })).toBe(200);
}, 240_000);
