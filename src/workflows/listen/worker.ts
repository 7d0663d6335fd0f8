/** From a delivery to its verdict: once only, nothing else of the same group meanwhile, and again by the kind of failure. */
import { createContext } from '../../context.ts';
import type { Context } from '../../context.ts';
import { PackitError, messageOf } from '../../errors.ts';
import { openScratch } from '../../project/workspace/index.ts';
import type { Delivery, Lane, Verdict, WorkMessage } from '../../remote/queue/index.ts';
import type { Journal } from './journal.ts';
import type { Metrics } from './metrics.ts';
import { fromMessage, groupOf, projectOf } from './queued-event.ts';
import { PATIENCE, afterFailure } from './retry.ts';
import type { Handle, HandledEvent } from './types.ts';
import { WOKEN_LANE } from './waiting.ts';
import type { WaitingRoom } from './waiting.ts';

export interface WorkerOptions {
  ctx: Context;
  handle: Handle;
  journal: Journal;
  metrics: Pick<Metrics, 'job' | 'took' | 'waited' | 'retry'>;
  waiting: WaitingRoom;
  /** @throws ServiceError if it cannot be queued */
  publish: (lane: Lane, message: WorkMessage) => Promise<void>;
  /** Ends the jobs that are under way; they come again. */
  stop: AbortSignal;
  /** Seconds one handling may take. */
  limit?: number;
  random?: () => number;
}

export interface Worker {
  take(delivery: Delivery): Promise<Verdict>;
  running(): number;
  /** Events that were brought to an end. */
  handled(): number;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** Work in dist-git takes minutes; a handler that waits for others says `later` instead. */
const LIMIT = 1800;
/** Seconds until the next look where the handler names none: this part of the event's age, and these bounds. */
const LOOK_AGAIN = { part: 0.15, least: 20, most: 3600 };
/** Seconds, for what cannot be begun now: somebody else is at it. */
const BUSY = 2;

/** What travels in the headers. */
interface Journey {
  /** Failures so far. */
  attempts: number;
  /** Looks and failures so far. With the id it names a piece of work. */
  round: number;
  /** Times it was brought back from the dead letters. */
  revived: number;
  /** The news that it was woken by, before its time; empty: none. */
  woken: string;
  since: string;
}

export function createWorker(options: WorkerOptions): Worker {
  const {
    ctx,
    handle,
    journal,
    metrics,
    waiting,
    publish,
    stop,
    limit = LIMIT,
    random = Math.random,
  } = options;
  const running = new Set<Promise<unknown>>();
  let handled = 0;

  async function take(delivery: Delivery): Promise<Verdict> {
    const journey = journeyOf(delivery, ctx.now());
    const busy: Verdict = { as: 'again', seconds: BUSY * (1 + random()), headers: headersOf(journey) };
    let event: HandledEvent;
    try {
      event = fromMessage(delivery.body);
    } catch (error) {
      metrics.job(delivery.lane, 'dead');
      return { as: 'dead', reason: messageOf(error) };
    }
    const ended = `${event.id}#${journey.revived}`;
    const key = `${ended}.${journey.round}${journey.woken}`;
    const taken = journal.has(ended) ? 'done' : journal.take(key);
    if (taken === 'done') {
      metrics.job(delivery.lane, 'duplicate');
      return { as: 'done' };
    }
    const group = groupOf(event);
    const groupKey = group === undefined ? undefined : `group ${group}`;
    if (taken === 'busy' || (groupKey !== undefined && journal.take(groupKey) !== 'mine')) {
      if (taken === 'mine') journal.free(key);
      metrics.job(delivery.lane, 'busy');
      return busy;
    }
    const project = projectOf(event);
    if (project !== undefined) journal.remember(JSON.stringify(project));
    const verdict = await work({ ...event, round: journey.round }, delivery, journey);
    if (groupKey !== undefined) journal.free(groupKey);
    if (verdict.as === 'done') {
      // What is done is done, even if the broker does not hear of it.
      if (verdict.ended === true) {
        journal.done(ended);
        handled += 1;
      }
      journal.done(key);
      return { as: 'done' };
    }
    return { ...verdict, settled: (known) => (known ? journal.done(key) : journal.free(key)) };
  }

  async function work(
    event: HandledEvent,
    delivery: Delivery,
    journey: Journey,
  ): Promise<Verdict & { ended?: boolean }> {
    const { lane } = delivery;
    const age = (ctx.now().getTime() - Date.parse(journey.since)) / 1000;
    if (journey.round === 0 && journey.woken === '') metrics.waited(lane, Math.max(0, age));
    const begun = performance.now();
    const ui = ctx.ui.scoped(event.id);
    try {
      const { outcome, note, again = lookAfter(age), waitsFor = [], wakes } = await inOwnContext(event);
      if (wakes !== undefined) await wake(wakes, event);
      if (outcome !== 'later') {
        ui.info(note);
        metrics.job(lane, outcome);
        return { as: 'done', ended: true };
      }
      waiting.wait(waitsFor, {
        id: event.id,
        body: delivery.body,
        headers: headersOf({ ...journey, woken: '' }),
      });
      if (journey.woken !== '') {
        // Its own next look is on its way.
        ui.info(note);
        metrics.job(lane, 'later');
        return { as: 'done' };
      }
      ui.info(`${note}; next look in ${Math.round(again)} s`);
      if (age > PATIENCE) {
        metrics.job(lane, 'dead');
        return { as: 'dead', reason: `it did not come to an end within a week: ${note}` };
      }
      metrics.job(lane, 'later');
      return {
        as: 'again',
        seconds: again,
        headers: headersOf({ ...journey, attempts: 0, round: journey.round + 1 }),
      };
    } catch (error) {
      if (stop.aborted) {
        // Not its fault: it comes again as it was, to somebody who has the time.
        ui.info('stopped before its end; it comes again');
        metrics.job(lane, 'stopped');
        return { as: 'again', seconds: BUSY, headers: headersOf({ ...journey, round: journey.round + 1 }) };
      }
      const failed = afterFailure(error, { attempts: journey.attempts, age, random: random() });
      const reason = ctx.redactor.text(failed.reason);
      if (failed.as === 'dead') {
        ui.warn({
          code: 'EVENT_DEAD',
          message: `given up: ${reason}`,
          hint: `packit listen dead show '${event.id}'`,
        });
        metrics.job(lane, 'dead');
        return { as: 'dead', reason };
      }
      ui.info(`failed, again in ${Math.round(failed.seconds)} s: ${reason}`);
      metrics.job(lane, 'retry');
      metrics.retry(failed.kind);
      const { attempts, round } = journey;
      return {
        as: 'again',
        seconds: failed.seconds,
        headers: headersOf({ ...journey, attempts: attempts + 1, round: round + 1 }),
      };
    } finally {
      metrics.took(lane, (performance.now() - begun) / 1000);
    }
  }

  /** Those who wait for what this event is news of come before their time. */
  async function wake(key: string, news: HandledEvent): Promise<void> {
    for (const waiter of waiting.waitersOf(key)) {
      if (waiter.id === news.id) continue;
      await publish(WOKEN_LANE, {
        ...waiter,
        headers: { ...waiter.headers, 'packit-woken': ` by ${news.id}` },
      });
    }
  }

  /** A directory, a child-process runner and a signal of its own, so that one job can be ended alone. */
  async function inOwnContext(event: HandledEvent) {
    const scratch = await openScratch(ctx.paths);
    const tooLong = new PackitError('JOB_TIME', `It was not done after ${limit} s`);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(tooLong), limit * 1000);
    const onStop = (): void => controller.abort(stop.reason);
    stop.addEventListener('abort', onStop, { once: true });
    if (stop.aborted) onStop();
    try {
      const own = createContext({
        cwd: scratch.dir,
        env: withoutOwnSecrets(ctx.env),
        // The table of one look says what the note says, and what the forge shows.
        ui: { ...ctx.ui.scoped(event.id), board: () => ({ update() {}, end() {} }) },
        signal: controller.signal,
        now: ctx.now,
      });
      return await handle(own, event);
    } catch (error) {
      // Whatever broke is a consequence of the time being over. It is unknown why: tried again, a few times.
      if (controller.signal.reason === tooLong) throw new Error(tooLong.message, { cause: error });
      throw error;
    } finally {
      clearTimeout(timer);
      stop.removeEventListener('abort', onStop);
      await scratch.dispose();
    }
  }

  return {
    take(delivery) {
      const job = take(delivery);
      running.add(job);
      return job.finally(() => running.delete(job));
    },
    running: () => running.size,
    handled: () => handled,
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

/** What the daemon itself needs is no business of the jobs, nor of the programs they start. */
function withoutOwnSecrets(env: Context['env']): Context['env'] {
  const own = /^PACKIT_(?:\w+_WEBHOOK_(?:SECRET|TOKEN)|(?:LISTEN_)?BROKER\w*?)(?:_FILE)?$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.test(name)));
}

/** Often at first, when most things end. */
function lookAfter(age: number): number {
  return Math.min(LOOK_AGAIN.most, Math.max(LOOK_AGAIN.least, age * LOOK_AGAIN.part));
}

function journeyOf({ headers }: Pick<Delivery, 'headers'>, now: Date): Journey {
  const count = (name: string): number => (typeof headers[name] === 'number' ? headers[name] : 0);
  const since = headers['packit-since'];
  return {
    attempts: count('packit-attempts'),
    round: count('packit-round'),
    revived: count('packit-revived'),
    woken: typeof headers['packit-woken'] === 'string' ? headers['packit-woken'] : '',
    since: typeof since === 'string' && !Number.isNaN(Date.parse(since)) ? since : now.toISOString(),
  };
}

function headersOf({ attempts, round, revived, woken, since }: Journey): Record<string, string | number> {
  return {
    'packit-attempts': attempts,
    'packit-round': round,
    'packit-revived': revived,
    'packit-since': since,
    ...(woken === '' ? {} : { 'packit-woken': woken }),
  };
}

/** The headers of a dead letter that begins anew. */
export function revivedHeaders(headers: Delivery['headers'], now: Date): Record<string, string | number> {
  const journey = journeyOf({ headers }, now);
  return headersOf({
    attempts: 0,
    round: 0,
    revived: journey.revived + 1,
    woken: '',
    since: now.toISOString(),
  });
}
