/** What becomes of an event whose handling failed, by the kind of failure. Pure. */
import { EXIT, PackitError, ServiceError, explainSystemError, isOutage, messageOf } from '../../errors.ts';

export type Failed =
  | { as: 'retry' /** until the next attempt */; seconds: number; kind: FailureKind; reason: string }
  | { as: 'dead'; kind: FailureKind; reason: string };

/**
 * `service`: a service is away or busy. `machine`: no disk space, too many open files. `refused`: it said no, and will say it again. `expected`: configuration, validation.
 * `unknown`: a bug, or something nobody thought of.
 */
export type FailureKind = 'service' | 'machine' | 'refused' | 'expected' | 'unknown';

/** Seconds before the first repetition; each further one waits twice as long, up to an hour. As the hosted service. */
const FIRST = 7;
const LONGEST = 3600;
/** What nobody knows is tried so often. */
const UNKNOWN_ATTEMPTS = 3;
/** Seconds after which an event is given up that never came to its end: a week. */
export const PATIENCE = 7 * 24 * 3600;

export interface Attempt {
  /** Failures before this one. */
  attempts: number;
  /** Seconds since the event came. */
  age: number;
  /** 0 to 1. */
  random: number;
}

export function afterFailure(thrown: unknown, { attempts, age, random }: Attempt): Failed {
  const error = explainSystemError(thrown);
  const kind = error === thrown ? kindOf(error) : 'machine';
  const reason = error instanceof PackitError ? `${error.code}: ${error.message}` : messageOf(error);
  if (kind === 'refused' || kind === 'expected') return { as: 'dead', kind, reason };
  if (kind === 'unknown' && attempts + 1 >= UNKNOWN_ATTEMPTS) {
    return { as: 'dead', kind, reason: `${reason} (${attempts + 1} attempts)` };
  }
  if (age > PATIENCE) return { as: 'dead', kind, reason: `${reason} (tried for a week)` };
  return { as: 'retry', seconds: delayAfter(attempts, random), kind, reason };
}

/** 7, 14, 28 ... 3600 seconds, each up to a quarter more or less, so that what failed together does not come back together. */
export function delayAfter(attempts: number, random: number): number {
  const base = Math.min(LONGEST, FIRST * 2 ** Math.min(attempts, 20));
  return Math.min(LONGEST, base * (0.75 + random / 2));
}

function kindOf(error: unknown): FailureKind {
  if (error instanceof ServiceError) {
    if (isOutage(error)) return 'service';
    // Somebody else was at it: once more may do.
    return error.status === 409 ? 'unknown' : 'refused';
  }
  if (!(error instanceof PackitError)) return 'unknown';
  return error.exitCode === EXIT.service ? 'service' : 'expected';
}
