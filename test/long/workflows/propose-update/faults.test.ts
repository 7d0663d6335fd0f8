/** The network goes away at some of the requests; all of them are in the long tests. */
import { expect, jest, test } from '@jest/globals';
import { disturbed, faultPoints, undisturbed } from '../../../support/release-faults.ts';

jest.setTimeout(300_000);

/** Every so many points. */
const STRIDE = 13;

test('a run after a broken one leaves what an undisturbed one leaves', async () => {
  const baseline = await undisturbed();
  expect(baseline.result.exitCode).toBe(0);
  const points = faultPoints(baseline).filter((_point, index) => index % STRIDE === 0);
  expect(points.length).toBeGreaterThan(3);
  for (const point of points) {
    const { second, state } = await disturbed(point);
    expect({ point, exitCode: second.exitCode, state }).toEqual({
      point,
      exitCode: 0,
      state: baseline.state,
    });
  }
});
