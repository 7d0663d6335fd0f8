/** `packit source-git update-dist-git` ended at its steps: all of the last ones, where the repository is changed, and some before. */
import { expect, test } from '@jest/globals';
import { endUpdate, undisturbed } from '../../support/patched-pair.ts';
import { tempDir } from '../../support/temp.ts';

test.each([
  ['SIGKILL', ['-m', 'All']],
  ['SIGTERM', ['-m', 'All']],
  ['SIGKILL', []],
  ['SIGINT', []],
] as const)(
  '%s with %j leaves all or nothing done, and the next run does the rest',
  async (signal, args) => {
    const { steps, done } = await undisturbed(args, tempDir);
    expect(steps).toBeGreaterThan(20);
    for (let step = 2; step <= steps; step += step < steps - 4 ? 6 : 1) {
      await endUpdate({ args, signal, step, done, directory: tempDir() });
    }
  },
  240_000,
);
