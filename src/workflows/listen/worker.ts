/** From a delivery to its verdict: once only, nothing else of the same group meanwhile, and again by the kind of failure. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createContext } from '../../context.ts';
import type { Context } from '../../context.ts';
import { PackitError, messageOf } from '../../errors.ts';
import type { Delivery, Verdict } from '../../remote/queue/index.ts';
import type { Journal } from './journal.ts';
import type { Metrics } from './metrics.ts';
import { fromMessage, groupOf, projectOf } from './queued-event.ts';
import { PATIENCE, afterFailure } from './retry.ts';
import type { Handle, HandledEvent } from './types.ts';

export interface WorkerOptions {
  ctx: Context;
  handle: Handle;
  journal: Journal;
  metrics: Pick<Metrics, 'job' | 'took' | 'waited' | 'retry'>;
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
/** Seconds until the next look where the handler names none. */
const LOOK_AGAIN = 120;
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
  since: string;
}

export function createWorker(options: WorkerOptions): Worker {
  const { ctx, handle, journal, metrics, stop, limit = LIMIT, random = Math.random } = options;
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
    const key = `${event.id}#${journey.revived}.${journey.round}`;
    const taken = journal.take(key);
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
    const verdict = await work(event, delivery, journey);
    if (groupKey !== undefined) journal.free(groupKey);
    if (verdict.as === 'done') {
      // What is done is done, even if the broker does not hear of it.
      journal.done(key);
      handled += 1;
      return verdict;
    }
    return { ...verdict, settled: (known) => (known ? journal.done(key) : journal.free(key)) };
  }

  async function work(event: HandledEvent, { lane }: Delivery, journey: Journey): Promise<Verdict> {
    const age = (ctx.now().getTime() - Date.parse(journey.since)) / 1000;
    if (journey.round === 0) metrics.waited(lane, Math.max(0, age));
    const begun = performance.now();
    const ui = ctx.ui.scoped(event.id);
    try {
      const { outcome, note, again = LOOK_AGAIN } = await inOwnContext(event);
      ui.info(outcome === 'later' ? `${note}; next look in ${again} s` : note);
      if (outcome !== 'later') {
        metrics.job(lane, outcome);
        return { as: 'done' };
      }
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

  /** A directory, a child-process runner and a signal of its own, so that one job can be ended alone. */
  async function inOwnContext(event: HandledEvent) {
    const cwd = await mkdtemp(join(ctx.paths.temp, 'packit-event-'));
    const tooLong = new PackitError('JOB_TIME', `It was not done after ${limit} s`);
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(tooLong), limit * 1000);
    const onStop = (): void => controller.abort(stop.reason);
    stop.addEventListener('abort', onStop, { once: true });
    if (stop.aborted) onStop();
    try {
      const own = createContext({
        cwd,
        env: ctx.env,
        ui: ctx.ui.scoped(event.id),
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
      await rm(cwd, { recursive: true, force: true, maxRetries: 3 });
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

function journeyOf({ headers }: Delivery, now: Date): Journey {
  const count = (name: string): number => (typeof headers[name] === 'number' ? headers[name] : 0);
  const since = headers['packit-since'];
  return {
    attempts: count('packit-attempts'),
    round: count('packit-round'),
    revived: count('packit-revived'),
    since: typeof since === 'string' && !Number.isNaN(Date.parse(since)) ? since : now.toISOString(),
  };
}

function headersOf({ attempts, round, revived, since }: Journey): Record<string, string | number> {
  return {
    'packit-attempts': attempts,
    'packit-round': round,
    'packit-revived': revived,
    'packit-since': since,
  };
}

/** The headers of a dead letter that begins anew. */
export function revivedHeaders(headers: Delivery['headers'], now: Date): Record<string, string | number> {
  const journey = journeyOf({ headers } as Delivery, now);
  return headersOf({ attempts: 0, round: 0, revived: journey.revived + 1, since: now.toISOString() });
}
