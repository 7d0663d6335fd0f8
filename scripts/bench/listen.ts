/**
 * `packit listen` on a real RabbitMQ: how many events a second 1, 2 and 4 worker processes bring to their end, how long an event waits,
 * and what a worker weighs. The handler is that of the tests, which looks into a file and adds a line: what is measured is the way
 * through queue and journal.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseBrokerAddress } from '../../src/remote/amqp/index.ts';
import { openRabbitQueue } from '../../src/remote/queue/index.ts';
import { toMessage } from '../../src/workflows/listen/queued-event.ts';
import { bundleDaemon, linesIn, startDaemon } from '../../test/support/listen-daemon.ts';
import type { Daemon } from '../../test/support/listen-daemon.ts';
import { RABBIT_ABSENT, startRabbit } from '../../test/support/rabbitmq.ts';
import type { Row, Scenario } from './scenario.ts';

const EVENTS = 2000;
/** As many as a busy service gets in an hour, one after the other. */
const PACED = 300;
const PACE_MS = 50;

export const listenScenario: Scenario = {
  name: 'listen',
  large: true,
  async run(directory) {
    if (RABBIT_ABSENT)
      return [{ subject: '`packit listen`', measured: 'RabbitMQ is not installed', holds: true }];
    const bundle = bundleDaemon(directory);
    const rabbit = await startRabbit();
    try {
      const rows: Row[] = [];
      for (const workers of [1, 2, 4]) rows.push(...(await measure(directory, bundle, rabbit.url, workers)));
      return rows;
    } finally {
      await rabbit.close();
    }
  },
};

async function measure(directory: string, bundle: string, broker: string, workers: number): Promise<Row[]> {
  const name = `bench-${workers}`;
  const work = join(directory, name);
  const queue = await openRabbitQueue({ address: parseBrokerAddress(broker), name });
  const publish = (build: number): Promise<void> => {
    const payload = { owner: 'o', copr: 'p', build };
    const event = { source: 'message' as const, name: 'copr.build.end', payload, id: `message:${build}` };
    return queue.publish('results', toMessage(event, new Date()));
  };
  const daemons: Daemon[] = [];
  const submitted = join(work, 'submitted');
  try {
    mkdirSync(work, { recursive: true });
    await Promise.all(Array.from({ length: EVENTS }, (_, build) => publish(build)));
    for (let at = 0; at < workers; at += 1) {
      const settings = { broker, name, directory: work, roles: ['worker' as const], workers: 4, grace: 5 };
      daemons.push(await startDaemon(bundle, settings));
    }
    const atStart = linesIn(submitted).length;
    const begun = performance.now();
    while (linesIn(submitted).length < EVENTS) await delay(50);
    const perSecond = (EVENTS - atStart) / ((performance.now() - begun) / 1000);
    // Without a backlog: from the confirmation of the queue to the line.
    const waits: number[] = [];
    for (let at = 0; at < PACED; at += 1) {
      const build = EVENTS + at;
      await publish(build);
      const sent = performance.now();
      while (!linesIn(submitted).includes(String(build))) await delay(2);
      waits.push(performance.now() - sent);
      await delay(PACE_MS);
    }
    waits.sort((a, b) => a - b);
    const heaviest = Math.max(...daemons.map(({ pid }) => residentMegabytes(pid)));
    const subject = `\`packit listen\`, ${workers} worker ${workers === 1 ? 'process' : 'processes'}`;
    return [
      { subject: `${subject}: events a second`, measured: perSecond.toFixed(0), holds: true },
      {
        subject: `${subject}: from queue to end of the handler, 95 of 100`,
        measured: `${(waits[Math.floor(waits.length * 0.95)] ?? 0).toFixed(0)} ms`,
        bound: 'under 1000 ms',
        holds: (waits[Math.floor(waits.length * 0.95)] ?? 0) < 1000,
      },
      {
        subject: `${subject}: memory afterwards`,
        measured: `${heaviest.toFixed(0)} MB`,
        bound: 'under 250 MB',
        holds: heaviest < 250,
      },
    ];
  } finally {
    for (const one of daemons) one.kill('SIGTERM');
    for (const one of daemons) await one.ended;
    await queue.close();
  }
}

function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}
