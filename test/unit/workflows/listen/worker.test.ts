import { describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { createContext } from '../../../../src/context.ts';
import type { Context } from '../../../../src/context.ts';
import { PackitError, ServiceError } from '../../../../src/errors.ts';
import type { Delivery, Verdict, WorkMessage } from '../../../../src/remote/queue/index.ts';
import { openJournal } from '../../../../src/workflows/listen/journal.ts';
import { toMessage } from '../../../../src/workflows/listen/queued-event.ts';
import { openWaitingRoom } from '../../../../src/workflows/listen/waiting.ts';
import { createWorker, revivedHeaders } from '../../../../src/workflows/listen/worker.ts';
import type { Handle, HandledEvent } from '../../../../src/workflows/listen/index.ts';
import { githubPullRequest } from '../../../support/ci/payloads.ts';
import { tempDir } from '../../../support/temp.ts';

function world(handle: Handle, options: { limit?: number; at?: string } = {}) {
  const clock = { at: new Date(options.at ?? '2026-08-01T10:00:00Z') };
  const now = (): Date => clock.at;
  const ctx = createContext({
    env: {
      TMPDIR: tempDir(),
      PACKIT_GITHUB_TOKEN: 'kept',
      PACKIT_GITHUB_WEBHOOK_SECRET: 'not kept',
      PACKIT_GITLAB_WEBHOOK_TOKEN_FILE: '/not/kept',
      PACKIT_BROKER_PASSWORD: 'not kept',
      PACKIT_BROKER: 'amqp://not:kept@host',
    },
    now,
  });
  const journal = openJournal({ directory: join(tempDir(), 'state'), now });
  const counted: string[] = [];
  const published: WorkMessage[] = [];
  const stop = new AbortController();
  const worker = createWorker({
    ctx,
    handle,
    journal,
    waiting: openWaitingRoom(tempDir(), now),
    publish: async (_lane, message) => void published.push(message),
    stop: stop.signal,
    random: () => 0.5,
    metrics: {
      job: (lane, outcome) => void counted.push(`${lane} ${outcome}`),
      took: () => {},
      waited: (_lane, seconds) => void counted.push(`waited ${seconds}`),
      retry: (kind) => void counted.push(`retry ${kind}`),
    },
    ...(options.limit === undefined ? {} : { limit: options.limit }),
  });
  return { worker, counted, published, stop, clock, journal, ctx };
}

function delivery(event: Partial<HandledEvent> = {}, more: Partial<Delivery> = {}): Delivery {
  const message = toMessage(
    {
      source: 'webhook',
      forge: 'github',
      name: 'pull_request',
      payload: githubPullRequest(),
      id: 'github:1',
      ...event,
    },
    new Date('2026-08-01T09:59:57Z'),
  );
  return { ...message, lane: 'events', redelivered: false, ...more };
}

/** The message as it comes again after a verdict. */
function next(verdict: Verdict, before: Delivery): Delivery {
  verdict.settled?.(true);
  if (verdict.as !== 'again') throw new Error(`it does not come again: ${verdict.as}`);
  return { ...before, headers: verdict.headers };
}

const done: Handle = async () => ({ outcome: 'done', note: 'all statuses are set' });

describe('a worker', () => {
  it('hands the event to the handler, and does it once', async () => {
    const seen: HandledEvent[] = [];
    const { worker, counted } = world(async (_ctx, event) => {
      seen.push(event);
      return { outcome: 'done', note: '' };
    });
    expect(await worker.take(delivery())).toEqual({ as: 'done' });
    expect(await worker.take(delivery())).toEqual({ as: 'done' });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toEqual({
      source: 'webhook',
      forge: 'github',
      name: 'pull_request',
      payload: githubPullRequest(),
      id: 'github:1',
      round: 0,
    });
    expect(counted).toEqual(['waited 3', 'events done', 'events duplicate']);
    expect(worker.handled()).toBe(1);
  });

  it('gives each job a directory, and takes it away, and none of the secrets of the daemon', async () => {
    let directory = '';
    const { worker } = world(async (ctx: Context) => {
      directory = ctx.cwd;
      expect(ctx.env).toEqual({ TMPDIR: expect.any(String), PACKIT_GITHUB_TOKEN: 'kept' });
      expect(existsSync(directory)).toBe(true);
      return { outcome: 'ignored', note: '' };
    });
    await worker.take(delivery());
    expect(directory).not.toBe('');
    expect(existsSync(directory)).toBe(false);
  });

  it('removes the directory that a killed worker has left behind', async () => {
    const { worker, ctx } = world(async () => ({ outcome: 'ignored', note: '' }));
    // Of a process that cannot be: the largest number there is.
    const left = join(ctx.paths.temp, 'packit-4194304-1-1-abcdef');
    mkdirSync(left);
    utimesSync(left, 1, 1);
    await worker.take(delivery());
    expect(readdirSync(ctx.paths.temp)).toEqual([]);
  });

  it('does one event of a pull request at a time', async () => {
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const { worker } = world(async () => {
      await held;
      return { outcome: 'done', note: '' };
    });
    const first = worker.take(delivery());
    const second = delivery({ id: 'github:2' });
    const busy = await worker.take(second);
    expect(busy).toMatchObject({ as: 'again', seconds: 3 });
    letGo();
    expect(await first).toEqual({ as: 'done' });
    expect(await worker.take(next(busy, second))).toEqual({ as: 'done' });
  });

  it('looks again when the handler says so, and takes neither look twice', async () => {
    let looks = 0;
    const { worker } = world(async () => {
      looks += 1;
      return looks < 3 ? { outcome: 'later', note: 'builds run', again: 30 } : { outcome: 'done', note: '' };
    });
    const first = delivery();
    const verdict = await worker.take(first);
    expect(verdict).toMatchObject({
      as: 'again',
      seconds: 30,
      headers: { 'packit-round': 1, 'packit-attempts': 0 },
    });
    const second = next(verdict, first);
    // The event itself once more, by another way.
    expect(await worker.take(delivery())).toEqual({ as: 'done' });
    const third = next(await worker.take(second), second);
    expect(await worker.take(second)).toEqual({ as: 'done' });
    expect(await worker.take(third)).toEqual({ as: 'done' });
    expect(looks).toBe(3);
  });

  it('does a look over again if the broker did not hear of the next one', async () => {
    let looks = 0;
    const { worker } = world(async () => {
      looks += 1;
      return { outcome: 'later', note: '' };
    });
    const verdict = await worker.take(delivery());
    verdict.settled?.(false);
    expect((await worker.take(delivery(undefined, { redelivered: true }))).as).toBe('again');
    expect(looks).toBe(2);
  });

  it('comes back after a failure of a service, later each time, and forgets failures when there is progress', async () => {
    const answers: (() => never | 'later')[] = [
      () => {
        throw new ServiceError('HTTP_REFUSED', 'Copr is away');
      },
      () => {
        throw new ServiceError('HTTP_REFUSED', 'Copr is away');
      },
      () => 'later',
      () => {
        throw new ServiceError('HTTP_REFUSED', 'Copr is away');
      },
    ];
    const { worker, counted } = world(async () => ({
      outcome: (answers.shift() ?? (() => 'later'))(),
      note: '',
    }));
    let message = delivery();
    const seconds: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const verdict = await worker.take(message);
      if (verdict.as === 'again') seconds.push(verdict.seconds);
      message = next(verdict, message);
    }
    expect(seconds).toEqual([7, 14, 20, 7]);
    expect(counted.filter((line) => line.startsWith('retry'))).toEqual([
      'retry service',
      'retry service',
      'retry service',
    ]);
  });

  it('gives up what will never be right, with the reason', async () => {
    const { worker } = world(async () => {
      throw new PackitError('CONFIG_INVALID', 'jobs[0].trigger is not known');
    });
    const verdict = await worker.take(delivery());
    expect(verdict).toMatchObject({ as: 'dead', reason: 'CONFIG_INVALID: jobs[0].trigger is not known' });
  });

  it('keeps secrets out of the reason', async () => {
    const { worker, ctx } = world(async () => {
      throw new PackitError('X', 'refused hunter2hunter2 at https://me:pw@host/');
    });
    ctx.redactor.add('hunter2hunter2');
    expect(await worker.take(delivery())).toMatchObject({
      as: 'dead',
      reason: 'X: refused *** at https://***@host/',
    });
  });

  it('gives up an event that cannot be read, and one that has no end', async () => {
    const { worker, clock } = world(async () => ({ outcome: 'later', note: 'still building' }));
    expect(await worker.take(delivery({}, { body: '{' }))).toMatchObject({
      as: 'dead',
      reason: 'The event cannot be read: it is no JSON',
    });
    clock.at = new Date('2026-08-08T10:00:01Z');
    expect(await worker.take(delivery())).toMatchObject({
      as: 'dead',
      reason: 'it did not come to an end within a week: still building',
    });
  });

  it('ends a handler that takes too long, and tries again', async () => {
    const { worker } = world(
      (ctx) =>
        new Promise((_, fail) => ctx.signal.addEventListener('abort', () => fail(new Error('cut off')))),
      { limit: 0.05 },
    );
    expect(await worker.take(delivery())).toMatchObject({ as: 'again', headers: { 'packit-attempts': 1 } });
  });

  it('when stopped gives back what it was doing, without counting it as a failure', async () => {
    const { worker, stop, counted } = world(
      (ctx) => new Promise((_, fail) => ctx.signal.addEventListener('abort', () => fail(ctx.signal.reason))),
    );
    const job = worker.take(delivery());
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(worker.running()).toBe(1);
    stop.abort(new Error('SIGTERM'));
    expect(await job).toMatchObject({ as: 'again', headers: { 'packit-attempts': 0, 'packit-round': 1 } });
    await worker.idle();
    expect(worker.running()).toBe(0);
    expect(counted.at(-1)).toBe('events stopped');
  });

  it('handles a dead letter that is brought back as if it were new', async () => {
    let fail = true;
    const { worker } = world(async (...given) => {
      if (fail) throw new PackitError('X', 'not yet');
      return done(...given);
    });
    const first = await worker.take(delivery());
    first.settled?.(true);
    fail = false;
    const headers = revivedHeaders(delivery().headers, new Date());
    expect(headers).toMatchObject({ 'packit-revived': 1, 'packit-round': 0 });
    expect(await worker.take(delivery({}, { headers }))).toEqual({ as: 'done' });
    expect(worker.handled()).toBe(1);
  });

  it('looks at an event before its time when there is news of what it waits for', async () => {
    const looks: string[] = [];
    let built = false;
    const { worker, published } = world(async (_ctx, { id, name }) => {
      looks.push(id);
      if (name === 'copr.build.end') return { outcome: 'ignored', note: '', wakes: 'copr 7' };
      return built ? { outcome: 'done', note: '' } : { outcome: 'later', note: '', waitsFor: ['copr 7'] };
    });
    const news = (id: string) =>
      delivery({ source: 'message', name: 'copr.build.end', payload: {}, id }, { lane: 'results' });
    const first = delivery();
    const scheduled = next(await worker.take(first), first);
    // Something of the build has ended.
    await worker.take(news('message:1'));
    expect(published).toHaveLength(1);
    const woken = { ...first, ...published[0], lane: 'results' as const };
    // The build is not at its end: its next look is on its way already, so that there is no second one.
    expect(await worker.take(woken)).toEqual({ as: 'done' });
    expect(await worker.take(woken)).toEqual({ as: 'done' });
    built = true;
    await worker.take(news('message:2'));
    expect(await worker.take({ ...woken, ...published[1] })).toEqual({ as: 'done' });
    // What was to be looked at later has come to its end meanwhile.
    expect(await worker.take(scheduled)).toEqual({ as: 'done' });
    expect(looks).toEqual(['github:1', 'message:1', 'github:1', 'message:2', 'github:1']);
  });

  it('looks often at first and seldom at last', async () => {
    const { worker, clock } = world(async () => ({ outcome: 'later', note: '' }));
    const seconds: unknown[] = [];
    for (const [at, id] of [
      ['2026-08-01T10:00:00Z', 'a'],
      ['2026-08-01T11:00:00Z', 'b'],
      ['2026-08-02T11:00:00Z', 'c'],
    ] as const) {
      clock.at = new Date(at);
      const verdict = await worker.take(delivery({ id }));
      seconds.push(verdict.as === 'again' ? Math.round(verdict.seconds) : verdict);
    }
    expect(seconds).toEqual([20, 540, 3600]);
  });
});
