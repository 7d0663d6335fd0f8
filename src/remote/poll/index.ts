/**
 * Waiting for something that runs elsewhere: the one mechanism behind every `--wait`. Failures of single requests are the
 * HTTP client's affair (`remote/http` repeats them); this decides when to look again and when to stop looking.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { InterruptedError, PackitError } from '../../errors.ts';

export interface PollOptions {
  /** Milliseconds before the second look. Default 10 s, or `PACKIT_POLL_DELAY`'s value handed over by the caller. */
  delay?: number;
  /** Each look without a change waits this much longer. Default 1.3. */
  factor?: number;
  /** The longest pause, in milliseconds. Default: six times the first, which is 60 s. */
  maxDelay?: number;
  /**
   * No pause is shorter than this part of the time waited so far (and none longer than `maxDelay`): bounds the number of looks
   * however many changes there are. Default 0.05.
   */
  share?: number;
  /** Part of a pause that is left to chance, so that many clients do not ask at one time. Default 0.1. */
  jitter?: number;
  /** Milliseconds in all; after them the answer is `undefined`. Default: no limit. */
  timeout?: number;
  signal?: AbortSignal | undefined;
  /** Milliseconds since any fixed moment; for tests. */
  now?: () => number;
  /** For tests. 0 to 1. */
  random?: () => number;
  /** For tests. */
  sleep?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Asked when `look` failed: true goes on polling (a server away for minutes), false throws the error. */
  survives?: (error: unknown) => boolean;
}

/** What one look found. `changed` starts the pauses anew; `done` ends it. */
export interface Look<T> {
  value: T;
  done: boolean;
  changed: boolean;
}

/**
 * Looks until `done`. Pauses grow while nothing changes, and shrink to the first one after a change.
 * @returns the last value and whether it is final: `done: false` means that `timeout` ran out
 * @throws what `look` throws (unless it survives), PackitError INTERRUPTED
 */
export async function poll<T>(
  look: (count: number) => Promise<Look<T>>,
  options: PollOptions = {},
): Promise<{ value: T | undefined; done: boolean; looks: number }> {
  const { factor = 1.3, jitter = 0.1, share = 0.05, signal } = options;
  const first = options.delay ?? 10_000;
  const maxDelay = options.maxDelay ?? 6 * first;
  const now = options.now ?? (() => performance.now());
  const random = options.random ?? Math.random;
  const sleep = options.sleep ?? pause;
  const start = now();
  const end = options.timeout === undefined ? Number.POSITIVE_INFINITY : start + options.timeout;

  let wait = first;
  let value: T | undefined;
  for (let looks = 1; ; looks += 1) {
    throwIfAborted(signal);
    try {
      const found = await look(looks);
      value = found.value;
      if (found.done) return { value, done: true, looks };
      if (found.changed) wait = first;
    } catch (error) {
      throwIfAborted(signal);
      if (options.survives?.(error) !== true) throw error;
    }
    const left = end - now();
    if (left <= 0) return { value, done: false, looks };
    wait = Math.max(wait, Math.min(share * (now() - start), maxDelay));
    const varied = wait * (1 + jitter * (2 * random() - 1));
    try {
      await sleep(Math.min(varied, left), signal);
    } catch (error) {
      throwIfAborted(signal);
      throw error;
    }
    wait = Math.min(wait * factor, maxDelay);
  }
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw signal.reason instanceof PackitError ? signal.reason : new InterruptedError();
}
