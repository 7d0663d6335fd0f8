/** Starts daemons of `listen-process.ts` and watches them. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ProcessSettings } from './listen-process.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

export interface Daemon {
  pid: number;
  web: string;
  monitor: string;
  /** What it said, line by line. */
  log: string[];
  /** @returns exit code, or the signal's name */
  ended: Promise<number | string>;
  /** What `listen` returned; undefined if it was killed. */
  result(): { handled: number; interrupted: number } | undefined;
  kill(signal: NodeJS.Signals): void;
}

/** One file with everything in it, made once for a test file. */
export function bundleDaemon(directory: string): string {
  const outfile = join(directory, 'daemon.mjs');
  const options = {
    entryPoints: [join(ROOT, 'test/support/listen-process.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    outfile,
    banner: {
      js: "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);",
    },
  };
  // In a process of its own: esbuild does not work inside the realm of a test.
  const script = "import { build } from 'esbuild'; await build(JSON.parse(process.argv[1]))";
  const argv = ['--input-type=module', '--eval', script, JSON.stringify(options)];
  const made = spawnSync(process.execPath, argv, { cwd: ROOT, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  return outfile;
}

export async function startDaemon(bundle: string, settings: ProcessSettings): Promise<Daemon> {
  // The one that is killed last leaves its directories to the next that is started there.
  const temporary = join(settings.directory, 'temporary');
  mkdirSync(temporary, { recursive: true });
  const child = spawn(process.execPath, [bundle], {
    env: { ...process.env, TMPDIR: temporary, LISTEN_TEST: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  const out: string[] = [];
  let ready: (() => void) | undefined;
  const started = new Promise<void>((done) => (ready = done));
  child.stderr.on('data', (chunk: Buffer) =>
    log.push(
      ...String(chunk)
        .split('\n')
        .filter((line) => line !== ''),
    ),
  );
  child.stdout.on('data', (chunk: Buffer) => {
    out.push(
      ...String(chunk)
        .split('\n')
        .filter((line) => line !== ''),
    );
    ready?.();
  });
  const ended = new Promise<number | string>((done) => {
    child.on('close', (code, signal) => done(code ?? signal ?? 'nothing'));
  });
  const failed = ended.then((how) => {
    throw new Error(`the daemon ended with ${how}:\n${log.join('\n')}`);
  });
  failed.catch(() => {});
  await Promise.race([started, failed]);
  const { ready: at } = JSON.parse(out[0] ?? '{}') as {
    ready: { web?: { port: number }; monitor: { port: number } };
  };
  return {
    pid: child.pid ?? 0,
    web: `http://127.0.0.1:${at.web?.port ?? 0}`,
    monitor: `http://127.0.0.1:${at.monitor.port}`,
    log,
    ended,
    result: () =>
      (JSON.parse(out[1] ?? '{}') as { result?: { handled: number; interrupted: number } }).result,
    kill: (signal) => void child.kill(signal),
  };
}

/** Lines of a file that daemons write; none yet is an empty list. */
export function linesIn(file: string): string[] {
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}
