import { describe, expect, test } from '@jest/globals';
import { InterruptedError } from '../../../../src/errors.ts';
import { poll } from '../../../../src/remote/poll/index.ts';

/** A clock that only sleeping moves. */
function clock() {
  const pauses: number[] = [];
  let time = 0;
  return {
    pauses,
    now: () => time,
    sleep: (milliseconds: number) => {
      pauses.push(milliseconds);
      time += milliseconds;
      return Promise.resolve();
    },
    random: () => 0.5,
  };
}

describe('poll', () => {
  test('pauses grow while nothing changes and begin anew after a change', async () => {
    const time = clock();
    const result = await poll(
      (count) => Promise.resolve({ value: count, done: count === 6, changed: count === 4 }),
      { ...time, delay: 100, factor: 2, maxDelay: 350 },
    );
    expect(result).toEqual({ value: 6, done: true, looks: 6 });
    expect(time.pauses).toEqual([100, 200, 350, 100, 200]);
  });

  test('the time limit ends it with the last value, after one last look', async () => {
    const time = clock();
    const result = await poll((count) => Promise.resolve({ value: count, done: false, changed: false }), {
      ...time,
      delay: 100,
      factor: 1,
      timeout: 250,
    });
    expect(result).toEqual({ value: 4, done: false, looks: 4 });
    expect(time.pauses).toEqual([100, 100, 50]);
  });

  test('jitter varies a pause by its share in both directions', async () => {
    for (const [random, pause] of [
      [0, 90],
      [1, 110],
    ] as const) {
      const time = clock();
      const look = (count: number) => Promise.resolve({ value: 0, done: count === 2, changed: false });
      await poll(look, { ...time, random: () => random, delay: 100 });
      expect(time.pauses[0]).toBeCloseTo(pause);
    }
  });

  test('a failed look ends it, unless it is one to survive', async () => {
    const look = (count: number) =>
      count === 1
        ? Promise.reject(new Error('away'))
        : Promise.resolve({ value: 'back', done: true, changed: true });
    await expect(poll(look, clock())).rejects.toThrow('away');
    await expect(poll(look, { ...clock(), survives: () => true })).resolves.toEqual({
      value: 'back',
      done: true,
      looks: 2,
    });
  });

  test('an abort ends the pause at once, with the reason', async () => {
    const abort = new AbortController();
    const waiting = poll(
      () => {
        setTimeout(() => abort.abort(new InterruptedError()), 5);
        return Promise.resolve({ value: 0, done: false, changed: false });
      },
      { signal: abort.signal, delay: 60_000 },
    );
    await expect(waiting).rejects.toThrow(InterruptedError);
  });
});
