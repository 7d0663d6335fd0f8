import type { Context } from '../../context.ts';
import type { ForgeKind } from '../../remote/forge/index.ts';

/** One event as the handlers of `packit ci` take it. Plain data. */
export interface HandledEvent {
  source: 'webhook' | 'message' | 'sweep';
  /** Undefined for messages of services that are no forge (Copr, Koji). */
  forge?: ForgeKind;
  /** Of the event at its source: `pull_request`, `Merge Request Hook`, `copr.build.end`; `sweep`. */
  name: string;
  payload: unknown;
  /** The same for every delivery of the same event. */
  id: string;
  /** Looks and failures before this one. */
  round?: number;
}

export interface Handled {
  /** `later`: it has not come to its end and is to be looked at again. */
  outcome: 'done' | 'ignored' | 'later';
  /** What was done, in one sentence, for the log. */
  note: string;
  /** Seconds until the next look. Default: a part of its age, from 20 s to an hour. */
  again?: number;
  /** What the next look need not wait longer for: `copr 123`, `testing-farm ID`. */
  waitsFor?: readonly string[];
  /** This event is news of it: those who wait for it are looked at now. */
  wakes?: string;
}

/**
 * What is done with an event. It may be called again for the same one (at least once), so it finds out by itself what has been done.
 * What it throws decides whether it is tried again: see `retry.ts`.
 */
export type Handle = (ctx: Context, event: HandledEvent) => Promise<Handled>;

export const ROLES = ['web', 'consumer', 'worker', 'sweeper'] as const;
export type Role = (typeof ROLES)[number];
