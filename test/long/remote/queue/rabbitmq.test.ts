/** The queue of work against a real RabbitMQ: what is published is delivered, again after a crash, later when asked, and put away at last. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { parseBrokerAddress } from '../../../../src/remote/amqp/index.ts';
import { openRabbitQueue } from '../../../../src/remote/queue/index.ts';
import type { Delivery, Verdict, WorkQueue } from '../../../../src/remote/queue/index.ts';
import { RABBIT_ABSENT, startRabbit } from '../../../support/rabbitmq.ts';
import type { Rabbit } from '../../../support/rabbitmq.ts';
import { until } from '../../../support/until.ts';

if (RABBIT_ABSENT) console.warn('RabbitMQ is not installed: the tests of the queue are skipped');

(RABBIT_ABSENT ? describe.skip : describe)('the queue of work in RabbitMQ', () => {
  let rabbit: Rabbit;
  const open: WorkQueue[] = [];

  beforeAll(async () => {
    rabbit = await startRabbit();
  }, 180_000);

  afterAll(async () => {
    for (const queue of open) await queue.close();
    await rabbit?.close();
  }, 60_000);

  async function queueFor(name: string, log: string[] = []): Promise<WorkQueue> {
    const queue = await openRabbitQueue({
      address: parseBrokerAddress(rabbit.url),
      name,
      onChange: (sentence) => log.push(sentence),
      maxDelay: 1000,
    });
    open.push(queue);
    return queue;
  }

  const message = (id: string, headers = {}) => ({ id, body: JSON.stringify({ id }), headers });

  it('delivers what was confirmed, with its headers, and forgets what is done', async () => {
    const queue = await queueFor(`t${randomUUID()}`);
    await queue.publish('events', message('a', { 'packit-kind': 'github', round: 3 }));
    await queue.publish('results', message('b'));
    expect(await queue.depths()).toEqual({ results: 1, events: 1, long: 0, later: 0, dead: 0 });
    const seen: Delivery[] = [];
    const all = new Promise<void>((done) => {
      const take = (delivery: Delivery): Promise<Verdict> => {
        seen.push(delivery);
        if (seen.length === 2) done();
        return Promise.resolve({ as: 'done' });
      };
      void queue.consume('events', 1, take);
      void queue.consume('results', 1, take);
    });
    await all;
    expect(seen.find(({ id }) => id === 'a')).toEqual({
      lane: 'events',
      id: 'a',
      body: '{"id":"a"}',
      headers: { 'packit-kind': 'github', round: 3 },
      redelivered: false,
    });
    await until(async () =>
      expect(await queue.depths()).toEqual({ results: 0, events: 0, long: 0, later: 0, dead: 0 }),
    );
  });

  it('brings a message back after the time it was put off, in the same lane, and not before', async () => {
    const queue = await queueFor(`t${randomUUID()}`);
    const times: number[] = [];
    const headers: unknown[] = [];
    const done = new Promise<void>((resolve) => {
      void queue.consume('long', 1, async (delivery) => {
        times.push(performance.now());
        headers.push(delivery.headers);
        if (times.length === 3) {
          resolve();
          return { as: 'done' };
        }
        return { as: 'again', seconds: 1, headers: { round: times.length } };
      });
    });
    await queue.publish('long', message('later'));
    await done;
    expect(headers).toEqual([{}, { round: 1 }, { round: 2 }]);
    for (const at of [1, 2]) expect((times[at] ?? 0) - (times[at - 1] ?? 0)).toBeGreaterThan(900);
  });

  it('puts away what is dead, shows it, revives and drops it', async () => {
    const queue = await queueFor(`t${randomUUID()}`);
    const consumer = await queue.consume('events', 2, async ({ id }) => ({
      as: 'dead',
      reason: `no use for ${id}`,
    }));
    for (const id of ['one', 'two', 'three']) await queue.publish('events', message(id, { attempts: 2 }));
    await until(async () => expect((await queue.depths()).dead).toBe(3));
    await consumer.cancel();
    const letters = await queue.dead.list(10);
    expect(letters.map(({ id, lane, reason }) => `${id} ${lane}: ${reason}`).sort()).toEqual([
      'one events: no use for one',
      'three events: no use for three',
      'two events: no use for two',
    ]);
    expect(await queue.dead.list(1)).toHaveLength(1);
    expect(await queue.dead.drop(new Set(['one', 'nobody']))).toEqual(['one']);
    expect(await queue.dead.retry(new Set(['two']), (headers) => ({ ...headers, attempts: 0 }))).toEqual([
      'two',
    ]);
    await until(async () => expect(await queue.depths()).toMatchObject({ events: 1, dead: 1 }));
    const revived = new Promise<Delivery>((resolve) => {
      void queue.consume('events', 1, async (delivery) => {
        resolve(delivery);
        return { as: 'done' };
      });
    });
    expect(await revived).toMatchObject({ id: 'two', headers: { attempts: 0 }, body: '{"id":"two"}' });
  });

  it('puts away by itself what ends whoever takes it', async () => {
    const name = `t${randomUUID()}`;
    const queue = await queueFor(name);
    await queue.publish('events', message('poison'));
    let taken = 0;
    await queue.consume('events', 1, async () => {
      taken += 1;
      throw new Error('worker gone');
    });
    await until(async () => expect((await queue.depths()).dead).toBe(1));
    expect(taken).toBe(6);
    const [letter] = await queue.dead.list(1);
    expect(letter).toMatchObject({
      id: 'poison',
      lane: 'events',
      reason: expect.stringContaining('taken several times'),
    });
    expect(letter?.since).toMatch(/^20\d\d-/);
  });

  it('makes its queues again when somebody deletes them', async () => {
    const name = `t${randomUUID()}`;
    const log: string[] = [];
    const queue = await queueFor(name, log);
    const seen: string[] = [];
    await queue.consume('events', 1, async ({ id }) => {
      seen.push(id);
      return { as: 'done' };
    });
    rabbit.ctl('delete_queue', `${name}.events`);
    await until(() => expect(log).toContain(`The queue ${name}.events was taken away; it is made again`));
    await until(async () => {
      await queue.publish('events', message('after')).catch(() => {});
      expect(seen).toContain('after');
    });
  });

  it('refuses a message that no queue takes', async () => {
    const name = `t${randomUUID()}`;
    const queue = await queueFor(name);
    rabbit.ctl('delete_queue', `${name}.long`);
    await expect(queue.publish('long', message('lost'))).rejects.toMatchObject({
      code: 'QUEUE_REFUSED',
      exitCode: 3,
    });
  });

  it('lives through a broker that is stopped and started: nothing confirmed is lost, what was under way comes again', async () => {
    const log: string[] = [];
    const queue = await queueFor(`t${randomUUID()}`, log);
    const done = new Set<string>();
    const taken: string[] = [];
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await queue.consume('events', 3, async ({ id }) => {
      taken.push(id);
      await held;
      done.add(id);
      return { as: 'done' };
    });
    const confirmed: string[] = [];
    for (let at = 0; at < 20; at += 1) {
      await queue.publish('events', message(`m${at}`));
      confirmed.push(`m${at}`);
    }
    await until(() => expect(taken).toHaveLength(3));
    await rabbit.stop();
    await until(() => expect(queue.connected).toBe(false));
    await expect(queue.publish('events', message('away'))).rejects.toMatchObject({ code: 'QUEUE_AWAY' });
    letGo();
    await rabbit.start();
    await until(() => expect(queue.connected).toBe(true), 60_000);
    await until(() => expect([...done].sort()).toEqual([...confirmed].sort()), 30_000);
    expect(log.some((line) => line.startsWith('Lost the broker'))).toBe(true);
    expect(log.at(-1)).toMatch(/^Connected again to the broker amqp:\/\/127\.0\.0\.1:\d+$/);
  }, 180_000);

  it('says in one sentence what is wrong with a broker', async () => {
    const refused = (url: string) => openRabbitQueue({ address: parseBrokerAddress(url), name: 'x' });
    await expect(refused(rabbit.url.replace('guest:guest', 'guest:wrong'))).rejects.toMatchObject({
      code: 'BROKER_REFUSED',
      message: `The broker amqp://127.0.0.1:${rabbit.port} refuses the login`,
    });
    await expect(refused(`${rabbit.url}/nowhere`)).rejects.toMatchObject({
      code: 'BROKER_REFUSED',
      message: `The broker amqp://127.0.0.1:${rabbit.port}/nowhere does not open the virtual host`,
    });
    await expect(refused('amqp://127.0.0.1:1')).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: 'No message broker answers at amqp://127.0.0.1:1: connection refused',
    });
  });
});
