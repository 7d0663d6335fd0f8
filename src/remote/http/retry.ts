import { setTimeout as delay } from 'node:timers/promises';
import pRetry from 'p-retry';
import { InterruptedError, PackitError, ServiceError } from '../../errors.ts';
import { neverSent } from './errors.ts';

export interface RetryPolicy {
  /** Repeats after the first attempt. */
  retries: number;
  /** Milliseconds before the first repeat; doubles each time. */
  delay: number;
  /** The longest wait that a service may ask for, in milliseconds. */
  maxDelay: number;
  /** May be repeated whatever happened. */
  idempotent: boolean;
  signal: AbortSignal | undefined;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  onRetry(error: PackitError, wait: number): void;
}

/** What services answer when the same request may well succeed a little later. */
const TRANSIENT_STATUS = new Set([408, 425, 429, 500, 502, 503, 504]);
const TRANSIENT_CODE = new Set([
  'HTTP_DNS',
  'HTTP_REFUSED',
  'HTTP_CONNECT_TIMEOUT',
  'HTTP_RESET',
  'HTTP_TIMEOUT',
  'HTTP_TRUNCATED',
]);
/** The wait that the service itself asked for, by error; kept apart from what people are shown. */
const askedToWait = new WeakMap<Error, number>();

export function rememberWait(error: Error, milliseconds: number | undefined): void {
  if (milliseconds !== undefined) askedToWait.set(error, milliseconds);
}

/** Repeats `attempt` while its failures may pass, with exponential back-off or as long as the service asks. */
export async function withRetries<T>(
  attempt: (count: number) => Promise<T>,
  policy: RetryPolicy,
): Promise<T> {
  throwIfAborted(policy.signal);
  try {
    return await pRetry((number) => attempt(number - 1), {
      retries: policy.retries,
      minTimeout: 0,
      ...(policy.signal === undefined ? {} : { signal: policy.signal }),
      async shouldRetry({ error, attemptNumber }) {
        throwIfAborted(policy.signal);
        if (!(error instanceof PackitError) || !mayRepeat(error, policy)) return false;
        const backOff = policy.delay * 2 ** (attemptNumber - 1);
        const wait = askedToWait.get(error) ?? backOff;
        if (wait > policy.maxDelay) return false;
        policy.onRetry(error, wait);
        // Waited for here and not by the library: the service may have asked for longer, and a replayed session waits for nothing.
        await policy.sleep(wait, policy.signal);
        return true;
      },
    });
  } catch (error) {
    throwIfAborted(policy.signal);
    throw error;
  }
}

function mayRepeat(error: PackitError, policy: RetryPolicy): boolean {
  // A service that says "too many" has not done anything.
  if (neverSent(error) || error.code === 'HTTP_RATE_LIMITED') return true;
  if (!policy.idempotent) return false;
  const status = error instanceof ServiceError ? error.status : undefined;
  return status === undefined ? TRANSIENT_CODE.has(error.code) : TRANSIENT_STATUS.has(status);
}

/** Waits, until the signal at the latest. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throwIfAborted(signal);
    throw error;
  }
}

/** @throws what the signal was aborted with, an InterruptedError where that is no error of packit's */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw signal.reason instanceof PackitError ? signal.reason : new InterruptedError();
}
