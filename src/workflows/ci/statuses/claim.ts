/** Who of several runs for one event does the work. Pure; forges have no locks, but most keep their statuses in the order they came. */
import type { Claim, StatusRecord } from './record.ts';

/** Seconds after which a claim that nothing came of may be taken over: its run is dead, or was never to submit. */
export const CLAIM_SECONDS = 120;

export interface ClaimQuestion {
  /** Own records of one name, oldest first: all there were where the forge keeps them, else the latest. */
  records: readonly StatusRecord[];
  run: string;
  cause: string;
  /** Seconds since 1970. */
  now: number;
}

/**
 * A fresh claim of another run for the same cause that nothing has followed but claims: it is theirs to do. The first of several
 * counts, for those who lost have written theirs as well.
 */
export function foreignClaim({ records, run, cause, now }: ClaimQuestion): StatusRecord | undefined {
  const last = records.findLastIndex(({ claim }) => claim?.cause !== cause);
  const first = records.slice(last + 1).find((record) => secondsSince(record, now) < CLAIM_SECONDS);
  return first?.claim === undefined || sameRun(first.claim.run, run) ? undefined : first;
}

/**
 * Whose it is after everybody has written: of the claims behind `base` the first where there is a history, else the one that is
 * left.
 * @param base number of the last record before the own claim was written; undefined if there was none
 */
export function winner(
  { records, cause }: Pick<ClaimQuestion, 'records' | 'cause'>,
  base: string | undefined,
  history: boolean,
): string | undefined {
  const at = base === undefined ? -1 : records.findIndex(({ id }) => id === base);
  const since = records.slice(at + 1).filter(({ claim }) => claim?.cause === cause);
  return (history ? since[0] : since.at(-1))?.claim?.run;
}

/**
 * True for what another run does because a person asked for it: a comment, a job that was started again. What every run for the event
 * would do, whoever does it, is no other order.
 */
export function isOtherOrder(claim: Claim, own: Claim): boolean {
  const asked = claim.cause.split(' ').find((part) => part !== 'event' && !part.startsWith('build:'));
  return claim.run !== own.run && asked !== undefined && asked !== own.cause;
}

/** `123.2` is the second attempt of the run `123.1`, which therefore has ended. */
function sameRun(one: string, other: string): boolean {
  const number = (run: string): string => run.replace(/\.\d+$/, '');
  return number(one) === number(other);
}

function secondsSince({ updatedAt }: StatusRecord, now: number): number {
  const at = updatedAt === undefined ? Number.NaN : Date.parse(updatedAt) / 1000;
  // A forge that does not say when: better a second build than none.
  return Number.isNaN(at) ? Number.POSITIVE_INFINITY : now - at;
}
