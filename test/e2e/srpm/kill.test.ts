/** A sample of the kill points; `test/long/srpm/kill.test.ts` takes them all. */
import { describe, expect, test } from '@jest/globals';
import { createKillScene, endAt } from '../../support/kill-points.ts';
import { tempDir } from '../../support/temp.ts';

describe('packit srpm that is ended leaves the checkout as it was, and the next run is clean', () => {
  test.each([
    ['SIGKILL', false, 4],
    ['SIGKILL', true, 6],
    ['SIGINT', false, 1],
    ['SIGINT', true, 8],
    ['SIGTERM', true, 5],
  ] as const)('%s, actions: %s, at step %i', async (signal, actions, step) => {
    const ending = await endAt(createKillScene(tempDir(), actions), signal, { step });
    expect(ending).toMatchObject({ unchanged: true, leftAfterNextRun: [], nextExitCode: 0, strange: [] });
    if (signal !== 'SIGKILL') expect(ending).toMatchObject({ exitCode: 1, leftBehind: [] });
  });
});
