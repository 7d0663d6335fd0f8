/**
 * A daemon as a process of its own, to be killed: everything real but the handler, which plays a service that things are submitted to.
 * Started by `listen-daemon.ts`; its settings come as JSON in LISTEN_TEST.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createContext } from '../../src/context.ts';
import { parseBrokerAddress } from '../../src/remote/amqp/index.ts';
import { readMessagingConfig } from '../../src/remote/fedora-messaging/index.ts';
import { silentUi } from '../../src/ui.ts';
import { listen } from '../../src/workflows/listen/index.ts';
import type { Handle, Role } from '../../src/workflows/listen/index.ts';

export interface ProcessSettings {
  broker: string;
  name: string;
  /** Journal, and `submitted`, the service's memory: a line for each submission. */
  directory: string;
  roles: Role[];
  workers: number;
  grace: number;
  messaging?: string;
  sweepEvery?: number;
}

const settings = JSON.parse(process.env.LISTEN_TEST ?? '{}') as ProcessSettings;
const submitted = join(settings.directory, 'submitted');
const begun = join(settings.directory, 'begun');

/** Looks whether the service has it, takes a moment, submits: twice if two do so at one time. */
const handle: Handle = async (ctx, { name, payload, source }) => {
  const {
    build = name,
    hold = 0,
    fail,
    looks = 0,
  } = payload as {
    build?: number | string;
    hold?: number;
    fail?: string;
    looks?: number;
  };
  appendFileSync(begun, `${build} ${process.pid} ${source}\n`);
  if (fail !== undefined) throw new Error(fail);
  if (hold > 0) await delay(hold, undefined, { signal: ctx.signal });
  if (linesOf(begun).filter((line) => line.startsWith(`${build} `)).length <= looks) {
    return { outcome: 'later', note: 'it runs', again: 1 };
  }
  if (linesOf(submitted).some((line) => line === String(build)))
    return { outcome: 'done', note: 'there already' };
  await delay(2);
  appendFileSync(submitted, `${build}\n`);
  return { outcome: 'done', note: 'submitted' };
};

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

const stop = new AbortController();
process.on('SIGTERM', () => stop.abort(new Error('SIGTERM')));
const ui = { ...silentUi(), info: (line: string) => void process.stderr.write(`${line}\n`) };
const ctx = createContext({ ui: { ...ui, scoped: () => ui }, signal: stop.signal });
const result = await listen(
  ctx,
  {
    roles: settings.roles,
    broker: { address: parseBrokerAddress(settings.broker) },
    name: settings.name,
    version: '1.2.3',
    web: { host: '127.0.0.1', port: 0 },
    monitor: { host: '127.0.0.1', port: 0 },
    secrets: { gitlab: 'token' },
    messaging: settings.messaging === undefined ? undefined : readMessagingConfig(settings.messaging),
    accounts: ['packit'],
    workers: settings.workers,
    grace: settings.grace,
    state: join(settings.directory, 'state'),
    projects: [],
    sweepEvery: settings.sweepEvery ?? 3600,
  },
  handle,
  (at) => process.stdout.write(`${JSON.stringify({ ready: at })}\n`),
);
process.stdout.write(`${JSON.stringify({ result })}\n`);
