/** Facts and edits of public specs beside what the reference recorded. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { run } from '../../scripts/conformance/specs.ts';

const shared = resolve(import.meta.dirname, '../../../shared');
const name = 'specs are read and edited as the reference does, and rpm reads what was edited';

if (!existsSync(resolve(shared, 'conformance/specs')))
  test.skip(`${name} (skipped: there is no ${shared})`, () => {});
else {
  test(name, async () => {
    const result = await run({ shared, print: () => {} });
    if (!result) throw new Error('nothing was compared');
    const { equal, better, wrong } = result.counts;
    expect(result.wrong).toEqual([]);
    expect(wrong).toBe(0);
    expect(equal / (equal + better + wrong)).toBeGreaterThanOrEqual(0.98);
    expect(result.reparsed.broken).toEqual([]);
    expect(result.refused.failures.filter((line) => !line.includes('has no'))).toEqual([]);
  }, 600_000);
}
