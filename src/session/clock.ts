/** The clock of a session: it stands still but for the time that is waited, so that a replay sees the same times. */
import { setTimeout as delay } from 'node:timers/promises';

export interface SessionClock {
  now: () => Date;
  sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** @param really wait as well as move on; a replay only moves on */
export function createClock(start: Date, really: boolean): SessionClock {
  let moved = 0;
  return {
    now: () => new Date(start.getTime() + moved),
    sleep: async (milliseconds, signal) => {
      const until = moved + milliseconds;
      await delay(really ? milliseconds : 0, undefined, signal === undefined ? {} : { signal });
      // Others may have waited at the same time.
      moved = Math.max(moved, until);
    },
  };
}
