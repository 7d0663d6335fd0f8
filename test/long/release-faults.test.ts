/** The connection is cut at every request of a release in turn, before it is answered and after. */
import { expect, jest, test } from '@jest/globals';
import {
  DIST_GIT_INIT,
  PROPOSE_UPDATE,
  PULL_FROM_UPSTREAM,
  SYNC_FROM_DOWNSTREAM,
  disturbed,
  faultPoints,
  undisturbed,
} from '../support/release-faults.ts';

jest.setTimeout(3_600_000);

test.each([PROPOSE_UPDATE, PULL_FROM_UPSTREAM, SYNC_FROM_DOWNSTREAM, DIST_GIT_INIT])(
  '$command: whatever request fails, the next run completes the job, and nothing is done twice',
  async (subject) => {
    const baseline = await undisturbed(subject);
    expect(baseline.result.exitCode).toBe(0);
    // The others share its steps: of theirs, every third request is enough.
    const every = subject === PROPOSE_UPDATE ? 1 : 3;
    for (const point of faultPoints(baseline).filter((_, index) => index % every === 0)) {
      const { second, state } = await disturbed(point, subject);
      expect({ point, exitCode: second.exitCode, state }).toEqual({
        point,
        exitCode: 0,
        state: baseline.state,
      });
    }
  },
);
