/** Daemons as processes on a real RabbitMQ, killed, stopped and cut off: nothing is lost, nothing is submitted twice. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { parseBrokerAddress } from '../../../../src/remote/amqp/index.ts';
import { openRabbitQueue } from '../../../../src/remote/queue/index.ts';
import type { WorkQueue } from '../../../../src/remote/queue/index.ts';
import { toMessage } from '../../../../src/workflows/listen/queued-event.ts';
import { bundleDaemon, linesIn, startDaemon } from '../../../support/listen-daemon.ts';
import type { Daemon } from '../../../support/listen-daemon.ts';
import type { ProcessSettings } from '../../../support/listen-process.ts';
import { RABBIT_ABSENT, startRabbit } from '../../../support/rabbitmq.ts';
import type { Rabbit } from '../../../support/rabbitmq.ts';
import { tempDir } from '../../../support/temp.ts';
import { until } from '../../../support/until.ts';

if (RABBIT_ABSENT) console.warn('RabbitMQ is not installed: the tests of packit listen are skipped');

(RABBIT_ABSENT ? describe.skip : describe)('daemons', () => {
  let rabbit: Rabbit;
  let bundle: string;
  const daemons: Daemon[] = [];
  const queues: WorkQueue[] = [];

  beforeAll(async () => {
    bundle = bundleDaemon(tempDir());
    rabbit = await startRabbit();
  }, 180_000);

  afterEach(async () => {
    for (const one of daemons.splice(0)) {
      one.kill('SIGKILL');
      await one.ended;
    }
    for (const queue of queues.splice(0)) await queue.close();
  });

  afterAll(async () => {
    await rabbit?.close();
  }, 60_000);

  async function world() {
    const name = `t${randomUUID()}`;
    const directory = tempDir();
    const queue = await openRabbitQueue({ address: parseBrokerAddress(rabbit.url), name, maxDelay: 1000 });
    queues.push(queue);
    const start = async (more: Partial<ProcessSettings> = {}): Promise<Daemon> => {
      const daemon = await startDaemon(bundle, {
        broker: rabbit.url,
        name,
        directory,
        roles: ['worker'],
        workers: 4,
        grace: 20,
        ...more,
      });
      daemons.push(daemon);
      return daemon;
    };
    const publish = (build: number, more: object = {}, id = `message:${build}`): Promise<void> =>
      queue.publish(
        'results',
        toMessage(
          {
            source: 'message',
            name: 'copr.build.end',
            payload: { owner: 'o', copr: 'p', build, ...more },
            id,
          },
          new Date(),
        ),
      );
    const submitted = (): string[] => linesIn(`${directory}/submitted`);
    const begun = (): string[] => linesIn(`${directory}/begun`);
    return { queue, start, publish, submitted, begun, directory };
  }

  it('10,000 messages, some of them twice, four workers, one of them killed and replaced', async () => {
    const { queue, start, publish, submitted } = await world();
    const all = 10_000;
    const pending: Promise<void>[] = [];
    for (let build = 0; build < all; build += 1) {
      pending.push(publish(build));
      // The same message again, and another one about the same build.
      if (build % 20 === 0) pending.push(publish(build));
      if (build % 20 === 10) pending.push(publish(build, {}, `message:${build}-other`));
      if (pending.length >= 500) await Promise.all(pending.splice(0));
    }
    await Promise.all(pending);
    const workers = [await start(), await start(), await start(), await start()];
    await until(() => expect(submitted().length).toBeGreaterThan(1000), 60_000);
    workers[1]?.kill('SIGKILL');
    await start();
    await until(() => expect(new Set(submitted()).size).toBe(all), 300_000);
    await until(
      async () => expect(await queue.depths()).toEqual({ results: 0, events: 0, long: 0, later: 0, dead: 0 }),
      60_000,
    );
    expect(submitted()).toHaveLength(all);
    for (const worker of [workers[0], workers[2], workers[3]]) worker?.kill('SIGTERM');
    for (const worker of [workers[0], workers[2], workers[3]]) {
      expect(await worker?.ended).toBe(0);
      // All of them worked.
      expect(worker?.result()?.handled).toBeGreaterThan(100);
    }
  }, 500_000);

  it('a killed worker leaves its job to another', async () => {
    const { start, publish, submitted, begun } = await world();
    const first = await start();
    await publish(1, { hold: 3000 });
    await until(() => expect(begun()).toHaveLength(1));
    first.kill('SIGKILL');
    await start();
    await until(() => expect(submitted()).toEqual(['1']));
    expect(begun()).toHaveLength(2);
  }, 60_000);

  it('SIGTERM: what is under way is finished, nothing new is begun', async () => {
    const { queue, start, publish, submitted } = await world();
    const daemon = await start({ workers: 1 });
    for (const build of [1, 2]) await publish(build, { hold: 1500 });
    await until(() => expect(daemon.log.length).toBeGreaterThan(0));
    await until(async () => expect(await metric(daemon, 'packit_jobs_running')).toBe(1));
    daemon.kill('SIGTERM');
    await until(async () => expect((await fetch(`${daemon.monitor}/ready`)).status).toBe(503));
    expect(await daemon.ended).toBe(0);
    expect(daemon.result()).toEqual({ handled: 1, interrupted: 0 });
    expect(submitted()).toHaveLength(1);
    expect((await queue.depths()).results).toBe(1);
  }, 60_000);

  it('SIGTERM: what takes longer than the grace is given back, and done by the next', async () => {
    const { queue, start, publish, submitted } = await world();
    const daemon = await start({ grace: 1 });
    await publish(1, { hold: 4000 });
    await until(async () => expect(await metric(daemon, 'packit_jobs_running')).toBe(1));
    const asked = performance.now();
    daemon.kill('SIGTERM');
    expect(await daemon.ended).toBe(0);
    expect(performance.now() - asked).toBeLessThan(5000);
    expect(daemon.result()).toEqual({ handled: 0, interrupted: 1 });
    const { results, later } = await queue.depths();
    expect(results + later).toBe(1);
    await start();
    await until(() => expect(submitted()).toEqual(['1']), 30_000);
  }, 60_000);

  it('a broker that goes away and comes back: 503 meanwhile, and everything confirmed is done', async () => {
    const { start, submitted } = await world();
    const daemon = await start({ roles: ['web', 'worker'] });
    const post = (build: number) =>
      fetch(`${daemon.web}/webhooks/gitlab`, {
        method: 'POST',
        headers: {
          'x-gitlab-token': 'token',
          'x-gitlab-event': 'Push Hook',
          'x-gitlab-event-uuid': `u${build}`,
        },
        body: JSON.stringify({ build, looks: 2 }),
      }).then(({ status }) => status);
    expect(await post(1)).toBe(202);
    await rabbit.stop();
    await until(async () => expect((await fetch(`${daemon.monitor}/ready`)).status).toBe(503));
    expect(await post(2)).toBe(503);
    expect((await fetch(`${daemon.monitor}/live`)).status).toBe(200);
    await rabbit.start();
    await until(async () => expect((await fetch(`${daemon.monitor}/ready`)).status).toBe(200), 60_000);
    expect(await post(2)).toBe(202);
    expect(await post(2)).toBe(202);
    await until(() => expect(submitted().sort((a, b) => a.localeCompare(b))).toEqual(['1', '2']), 60_000);
    expect(await metric(daemon, 'packit_events_total', 'result="failed"')).toBe(1);
  }, 120_000);

  it('what fails comes to the dead letters after three attempts, and from there back', async () => {
    const { queue, start, publish } = await world();
    const daemon = await start();
    await publish(1, { fail: 'nobody knows' });
    await until(async () => expect(await metric(daemon, 'packit_retries_total', 'kind="unknown"')).toBe(1));
    // Two more attempts are 7 and 14 s away.
    await until(async () => expect((await queue.depths()).dead).toBe(1), 60_000);
    const [letter] = await queue.dead.list(10);
    expect(letter).toMatchObject({ id: 'message:1', lane: 'results', reason: 'nobody knows (3 attempts)' });
  }, 120_000);
});

async function metric(daemon: Daemon, name: string, label = ''): Promise<number | undefined> {
  const text = await (await fetch(`${daemon.monitor}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name}{`) && one.includes(label));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}
