/** What can be counted and measured, for Prometheus. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { LANES } from '../../remote/queue/index.ts';
import type { Lane } from '../../remote/queue/index.ts';

export type Outcome = 'done' | 'ignored' | 'later' | 'retry' | 'dead' | 'duplicate' | 'busy' | 'stopped';

export interface Metrics {
  /** `from`: github, gitlab, copr ...; `result`: queued, ignored, refused, failed. */
  event(from: string, result: string): void;
  /** A delivery was answered. */
  job(lane: Lane, outcome: Outcome): void;
  /** Seconds a handler took, and seconds from the event's coming to its first handling. */
  took(lane: Lane, seconds: number): void;
  waited(lane: Lane, seconds: number): void;
  retry(kind: string): void;
  /** All of it, as Prometheus reads it. */
  text(): Promise<string>;
  readonly contentType: string;
}

export interface Gauges {
  /** Jobs that are being worked on. */
  running: () => number;
  /** Is the connection there: of the `queue`, of the `messages`. */
  connected: () => Readonly<Record<string, boolean>>;
  /** Messages that wait; undefined while the broker is away. */
  depths: () => Promise<Readonly<Record<string, number>> | undefined>;
}

const SECONDS = [0.05, 0.1, 0.5, 1, 2, 5, 10, 15, 25, 60, 300, 900, 3600];

export function createMetrics(gauges: Gauges, labels: { name: string; version: string }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ name: labels.name });
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const events = new Counter({
    name: 'packit_events_total',
    help: 'Events that came in, by source and by what became of them.',
    labelNames: ['source', 'result'],
    registers,
  });
  const jobs = new Counter({
    name: 'packit_jobs_total',
    help: 'Deliveries to workers, by lane and outcome.',
    labelNames: ['lane', 'outcome'],
    registers,
  });
  const retries = new Counter({
    name: 'packit_retries_total',
    help: 'Failures after which an event comes again, by kind.',
    labelNames: ['kind'],
    registers,
  });
  const took = new Histogram({
    name: 'packit_job_seconds',
    help: 'Time a handler took.',
    labelNames: ['lane'],
    buckets: SECONDS,
    registers,
  });
  const waited = new Histogram({
    name: 'packit_event_wait_seconds',
    help: 'Time from the coming of an event to its first handling.',
    labelNames: ['lane'],
    buckets: SECONDS,
    registers,
  });
  // Those that never happened are 0, not absent: alerts are written for them.
  for (const lane of LANES)
    for (const outcome of ['done', 'retry', 'dead'] as const) jobs.inc({ lane, outcome }, 0);
  new Gauge({ name: 'packit_info', help: 'The version that runs.', labelNames: ['version'], registers }).set(
    { version: labels.version },
    1,
  );
  addGauges(gauges, registers);
  return {
    event: (source, result) => events.inc({ source, result }),
    job: (lane, outcome) => jobs.inc({ lane, outcome }),
    took: (lane, seconds) => took.observe({ lane }, seconds),
    waited: (lane, seconds) => waited.observe({ lane }, seconds),
    retry: (kind) => retries.inc({ kind }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** Asked for at the moment Prometheus asks. */
function addGauges(gauges: Gauges, registers: Registry[]): void {
  const running: Gauge = new Gauge({
    name: 'packit_jobs_running',
    help: 'Jobs that are being worked on.',
    registers,
    collect: () => running.set(gauges.running()),
  });
  const brokers: Gauge = new Gauge({
    name: 'packit_broker_connected',
    help: '1 while the broker is there.',
    labelNames: ['broker'],
    registers,
    collect() {
      for (const [broker, there] of Object.entries(gauges.connected()))
        brokers.set({ broker }, there ? 1 : 0);
    },
  });
  const waiting: Gauge = new Gauge({
    name: 'packit_queue_messages',
    help: 'Messages that wait: of a lane, for a later time, dead.',
    labelNames: ['queue'],
    registers,
    async collect() {
      waiting.reset();
      for (const [queue, count] of Object.entries((await gauges.depths()) ?? {}))
        waiting.set({ queue }, count);
    },
  });
}
