/** `packit listen`: sources, queue and workers in one process, or each of them in processes of its own. */
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { ServiceError, messageOf } from '../../errors.ts';
import { consumeFedoraMessages } from '../../remote/fedora-messaging/index.ts';
import type { MessageConsumer, MessagingConfig } from '../../remote/fedora-messaging/index.ts';
import { LANES, openRabbitQueue } from '../../remote/queue/index.ts';
import type { Consumer, RabbitQueueOptions, WorkQueue } from '../../remote/queue/index.ts';
import { openJournal } from './journal.ts';
import { eventOfMessage } from './messages.ts';
import { createMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';
import { openMonitor } from './monitor.ts';
import { laneOf, toMessage } from './queued-event.ts';
import type { SeenProject } from './queued-event.ts';
import { createSweeper } from './sweeper.ts';
import type { Handle, HandledEvent, Role } from './types.ts';
import { openWebDoor } from './web/index.ts';
import type { Address, WebDoor, WebhookSecrets } from './web/index.ts';
import { openWaitingRoom } from './waiting.ts';
import { createWorker } from './worker.ts';

export interface ListenInput {
  roles: readonly Role[];
  broker: Pick<RabbitQueueOptions, 'address' | 'tls'>;
  /** What queues and metrics are called: stage and production side by side. */
  name: string;
  /** Of packit, for the metrics. */
  version: string;
  web: Address;
  /** Undefined: none. */
  monitor: Address | undefined;
  secrets: WebhookSecrets;
  /** Undefined: no messages are read. */
  messaging: MessagingConfig | undefined;
  /** Whose builds and tasks are ours, in messages. */
  accounts: readonly string[];
  /** Jobs at once in each lane. */
  workers: number;
  /** Seconds for what is under way when it is to stop. */
  grace: number;
  /** Directory of the journal. */
  state: string;
  projects: readonly SeenProject[];
  /** Seconds between sweeps. */
  sweepEvery: number;
}

export interface ListenResult {
  /** Events that were brought to an end. */
  handled: number;
  /** Jobs that were ended by the stop, and come again. */
  interrupted: number;
}

/** Jobs at once in the lane of git work: one per package at most, and it is heavy. */
const LONG_AT_ONCE = 2;
/** Milliseconds that ended jobs are given to clean up. */
const CLEAN_UP = 5000;
const BEAT = 45_000;

/**
 * Runs until `ctx.signal`: then it takes nothing new, finishes what is under way within `grace`, and gives back the rest.
 * @throws ServiceError `BROKER_UNREACHABLE` and others if there is no broker at the start; PackitError `LISTEN_ADDRESS`, `LISTEN_STATE`
 */
export async function listen(
  ctx: Context,
  input: ListenInput,
  handle: Handle,
  onReady: (at: { web: Address | undefined; monitor: Address | undefined }) => void = () => {},
): Promise<ListenResult> {
  const has = (role: Role): boolean => input.roles.includes(role);
  const say = (line: string): void => ctx.ui.info(line);
  const problems = new Set<string>(['it is starting']);
  const closing: (() => Promise<void> | void)[] = [];
  const timers: NodeJS.Timeout[] = [];
  const stopJobs = new AbortController();
  const journal = openJournal({ directory: join(input.state, input.name), now: ctx.now });
  closing.push(() => journal.close());
  let queue: WorkQueue | undefined;
  let consumer: MessageConsumer | undefined;
  try {
    queue = await openRabbitQueue({
      ...input.broker,
      name: input.name,
      clientProperties: {
        app: 'packit listen',
        connection_name: `packit listen ${input.name} (${input.roles.join(', ')})`,
      },
      onChange: say,
    });
    const opened = queue;
    closing.push(() => opened.close());
    const metrics: Metrics = createMetrics(
      {
        running: () => worker.running(),
        connected: () => ({
          queue: opened.connected,
          ...(consumer === undefined ? {} : { messages: consumer.connected }),
        }),
        depths: async () => opened.depths().catch(() => undefined),
      },
      { name: input.name, version: input.version },
    );
    const worker = createWorker({
      ctx,
      handle,
      journal,
      metrics,
      waiting: openWaitingRoom(join(input.state, input.name, 'waiting'), ctx.now),
      publish: (lane, message) => opened.publish(lane, message),
      stop: stopJobs.signal,
    });
    const enqueue = async (event: HandledEvent): Promise<void> => {
      const message = toMessage(event, ctx.now());
      await opened.publish(laneOf(event), message);
    };

    const monitor =
      input.monitor === undefined
        ? undefined
        : await openMonitor({
            address: input.monitor,
            metrics,
            problems: () => [
              ...problems,
              ...(opened.connected ? [] : ['the broker of the queue is away']),
              ...(consumer?.connected === false ? ['the broker of the messages is away'] : []),
            ],
          });
    if (monitor !== undefined) closing.push(() => monitor.close());

    const working: Consumer[] = [];
    if (has('worker')) {
      for (const lane of LANES) {
        const atOnce = lane === 'long' ? Math.min(LONG_AT_ONCE, input.workers) : input.workers;
        working.push(await opened.consume(lane, atOnce, (delivery) => worker.take(delivery)));
      }
    }
    let door: WebDoor | undefined;
    if (has('web')) {
      door = await openWebDoor({
        address: input.web,
        secrets: input.secrets,
        enqueue,
        say,
        count: (from, result) => metrics.event(from, result),
      });
    }
    if (has('consumer') && input.messaging !== undefined) {
      consumer = await consumeMessages(input, input.messaging, { enqueue, metrics, say });
      const begun = consumer;
      closing.push(() => begun.close());
    }
    if (has('sweeper')) {
      const { projects, sweepEvery: every } = input;
      const sweeper = createSweeper({ journal, projects, every, now: ctx.now, enqueue, say });
      const sweep = (): void =>
        void sweeper.sweep().catch((error: unknown) => say(`No sweep this time: ${messageOf(error)}`));
      sweep();
      timers.push(setInterval(sweep, every * 1000));
    }
    timers.push(setInterval(() => journal.beat(), BEAT));
    problems.delete('it is starting');
    onReady({ web: door?.address, monitor: monitor?.address });

    await aborted(ctx.signal);

    problems.add('it is stopping');
    say(`Stopping: ${worker.running()} jobs are under way, and have ${input.grace} s`);
    for (const timer of timers) clearInterval(timer);
    const sources = [door?.close() ?? Promise.resolve(), consumer?.cancel() ?? Promise.resolve()];
    await within(Promise.allSettled([...sources, ...working.map((one) => one.cancel())]), CLEAN_UP);
    await within(worker.idle(), input.grace * 1000);
    const interrupted = worker.running();
    if (interrupted > 0) {
      say(`${interrupted} jobs are ended; they come again`);
      stopJobs.abort(ctx.signal.reason);
      await within(worker.idle(), CLEAN_UP);
    }
    // The last verdicts are on their way to the broker.
    await new Promise((done) => setTimeout(done, 100));
    return { handled: worker.handled(), interrupted };
  } finally {
    for (const timer of timers) clearInterval(timer);
    for (const close of closing.toReversed()) await Promise.resolve(close()).catch(() => {});
  }
}

async function consumeMessages(
  { accounts }: ListenInput,
  config: MessagingConfig,
  {
    enqueue,
    metrics,
    say,
  }: { enqueue: (event: HandledEvent) => Promise<void>; metrics: Metrics; say: (line: string) => void },
): Promise<MessageConsumer> {
  try {
    return await consumeFedoraMessages({
      config,
      async take(message) {
        const { event } = eventOfMessage(message, { accounts });
        if (event !== undefined) await enqueue(event);
        metrics.event('fedora-messaging', event === undefined ? 'ignored' : 'queued');
      },
      onUndecodable(topic, problem) {
        metrics.event('fedora-messaging', 'refused');
        say(`A message on ${topic} was refused: ${problem}`);
      },
      onChange: (sentence) => say(`Fedora Messaging: ${sentence}`),
    });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ServiceError(error.code, `Fedora Messaging: ${error.message}`, {
      hint: `See amqp_url and [tls] in ${config.file}, or start without --fedora-messaging.`,
      cause: error,
    });
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
}

async function within(work: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((done) => {
    timer = setTimeout(done, milliseconds);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
