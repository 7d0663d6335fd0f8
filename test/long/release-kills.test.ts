/** `kill -9` at every request to the forge in turn: the next run completes the job and cleans up. */
import { expect, jest, test } from '@jest/globals';
import {
  PROPOSE_UPDATE,
  PULL_FROM_UPSTREAM,
  SYNC_FROM_DOWNSTREAM,
  killed,
  notKilled,
} from '../support/release-faults.ts';

jest.setTimeout(3_600_000);

test.each([PROPOSE_UPDATE, PULL_FROM_UPSTREAM, SYNC_FROM_DOWNSTREAM])(
  '$command: whenever it is killed, two runs leave what one leaves',
  async (subject) => {
    const { state, requests } = await notKilled(subject);
    for (let number = 1; number < requests; number += 1) {
      const outcome = await killed(number, subject);
      expect({ number, exitCode: outcome.exitCode, state: outcome.state, left: outcome.left }).toEqual({
        number,
        exitCode: 0,
        state,
        left: [],
      });
    }
  },
);
