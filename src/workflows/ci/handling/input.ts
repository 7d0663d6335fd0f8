/** What a run of CI is told. Plain data. */
import type { CiPlanInput } from './read-event.ts';
import type { Prepared } from './prepare.ts';
import type { Order } from '../reconcile/index.ts';
import type { Board } from '../statuses/index.ts';
import type { Trust } from '../trust/index.ts';

export interface CiRunInput extends CiPlanInput {
  /** Wait for the end of what was begun. */
  wait: boolean;
  /** Seconds; after them what runs is left to `resume` or `sweep`. */
  deadline: number;
  /** Nothing is written to the forge. */
  report: 'statuses' | 'none';
  /** A local allow-list, instead of the target branch's. */
  allow: string | undefined;
  /** Builds and tests of commits that were pushed over run on. */
  keepSuperseded: boolean;
}

/** How far a run goes beyond looking. */
export interface Mode {
  order: Order;
  /** Claims of earlier runs for the event hold no more. */
  takeOver: boolean;
  /** Only units whose status is open are worked on. */
  acceptedOnly: boolean;
}

/** An event that may be worked on, with all that was found out about it. */
export interface Handling {
  input: CiRunInput;
  mode: Mode;
  board: Board;
  trust: Trust;
  prepared: Prepared;
}
