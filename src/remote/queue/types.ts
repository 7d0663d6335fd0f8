/**
 * A durable queue of work, as far as packit needs one: small enough that another engine can stand behind it. Delivery is at least
 * once: whoever takes a message must stand to see it again.
 */

/** Work is taken lane by lane, so that what waits in one does not hold up another. */
export const LANES = ['results', 'events', 'long'] as const;
export type Lane = (typeof LANES)[number];

export interface WorkMessage {
  /** Names the event wherever it came from; the same event has the same id. */
  id: string;
  /** JSON. */
  body: string;
  /** Travels with the message from round to round. */
  headers: Readonly<Record<string, string | number>>;
}

export interface Delivery extends WorkMessage {
  lane: Lane;
  /** Somebody had it before and did not say what became of it. */
  redelivered: boolean;
}

/** What becomes of a message. */
export type Verdict = (
  | { as: 'done' }
  /** Comes again after so many seconds (at most an hour), with these headers instead. */
  | { as: 'again'; seconds: number; headers: WorkMessage['headers'] }
  | { as: 'dead'; reason: string }
) & {
  /** Told at last whether the engine knows of it; if not, somebody gets the message again as it was. */
  settled?: (known: boolean) => void;
};

export interface Consumer {
  /** Takes no more; what was taken already may still be answered. */
  cancel(): Promise<void>;
}

export interface DeadLetter extends WorkMessage {
  lane: Lane;
  /** Why it was put away: packit's sentence, or that it was taken too often without an answer. */
  reason: string;
  /** ISO 8601. */
  since: string | undefined;
}

export interface DeadLetters {
  /** Oldest first. They are held while they are read: two readers at once see a part each. */
  list(limit: number): Promise<DeadLetter[]>;
  /** Back into their lanes, with new headers. @returns those that were found */
  retry(
    ids: ReadonlySet<string> | 'all',
    renew: (headers: WorkMessage['headers']) => WorkMessage['headers'],
  ): Promise<string[]>;
  /** @returns those that were found */
  drop(ids: ReadonlySet<string> | 'all'): Promise<string[]>;
}

export interface WorkQueue {
  /** False while the engine is away. */
  readonly connected: boolean;
  /**
   * Resolves when the engine has the message on its disk.
   * @throws ServiceError `QUEUE_AWAY`, `QUEUE_REFUSED`: it may or may not have it
   */
  publish(lane: Lane, message: WorkMessage): Promise<void>;
  /** Hands over messages, at most `atOnce` at a time, whose verdicts are carried out. Goes on after the engine was away. */
  consume(lane: Lane, atOnce: number, take: (delivery: Delivery) => Promise<Verdict>): Promise<Consumer>;
  /** Messages that wait: of each lane, `later` for those that come again, `dead`. */
  depths(): Promise<Readonly<Record<Lane | 'later' | 'dead', number>>>;
  readonly dead: DeadLetters;
  close(): Promise<void>;
}
