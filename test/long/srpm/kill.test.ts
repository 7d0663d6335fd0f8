import { describe, expect, test } from '@jest/globals';
import { countSteps, createKillScene, endAt } from '../../support/kill-points.ts';
import { tempDir } from '../../support/temp.ts';

describe('packit srpm that is ended at any step leaves the checkout as it was, and the next run is clean', () => {
  test.each([
    ['SIGKILL', false],
    ['SIGKILL', true],
    ['SIGINT', false],
    ['SIGINT', true],
    ['SIGTERM', true],
  ] as const)(
    '%s, actions: %s',
    async (signal, actions) => {
      const scene = createKillScene(tempDir(), actions);
      const steps = await countSteps(scene);
      expect(steps).toBeGreaterThanOrEqual(actions ? 8 : 5);
      for (let step = 1; step <= steps; step += 1) {
        const ending = await endAt(scene, signal, { step });
        expect({ step, ...ending }).toMatchObject({
          step,
          unchanged: true,
          leftAfterNextRun: [],
          nextExitCode: 0,
          strange: [],
        });
        if (signal === 'SIGKILL') continue;
        // The last programs may be done before the signal is.
        expect([0, 1]).toContain(ending.exitCode);
        expect({ step, leftBehind: ending.leftBehind }).toEqual({ step, leftBehind: [] });
      }
    },
    120_000,
  );

  test('SIGKILL at any moment, the copying of the checkout included', async () => {
    const scene = createKillScene(tempDir(), true);
    for (let after = 0; after <= 600; after += 30) {
      const ending = await endAt(scene, 'SIGKILL', { after });
      expect({ after, ...ending }).toMatchObject({
        after,
        unchanged: true,
        leftAfterNextRun: [],
        nextExitCode: 0,
        strange: [],
      });
    }
  }, 120_000);
});
