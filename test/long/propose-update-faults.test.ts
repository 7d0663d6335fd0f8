/** The connection is cut at every request of a release in turn, before it is answered and after. */
import { expect, jest, test } from '@jest/globals';
import { disturbed, faultPoints, undisturbed } from '../support/release-faults.ts';

jest.setTimeout(3_600_000);

test('whatever request fails, the next run completes the job, and nothing is done twice', async () => {
  const baseline = await undisturbed();
  expect(baseline.result.exitCode).toBe(0);
  for (const point of faultPoints(baseline)) {
    const { second, state } = await disturbed(point);
    expect({ point, exitCode: second.exitCode, state }).toEqual({
      point,
      exitCode: 0,
      state: baseline.state,
    });
  }
});
