/** Runs the built command line as a user would: a process of its own, its streams and exit code. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { shareCompiledCode } from './compiled-code.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const BIN = join(ROOT, 'bin', 'packit.js');

export interface CliOptions {
  cwd: string;
  /** Added to the test's environment; `undefined` removes. */
  env?: Record<string, string | undefined>;
  input?: string;
  /** Milliseconds until the process is killed. Default: 60 s. */
  timeout?: number;
  /** Sees the process as soon as it runs, to send it signals. */
  onStart?: (child: ChildProcessWithoutNullStreams) => void;
}

export interface CliResult {
  exitCode: number | undefined;
  signal: string | undefined;
  stdout: string;
  stderr: string;
}

/** @throws Error if the bundle was not built (`npm run build`) */
export function packit(args: readonly string[], options: CliOptions): Promise<CliResult> {
  if (!existsSync(join(ROOT, 'dist', 'cli.cjs'))) throw new Error('dist/ is not there: run npm run build');
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...process.env, NODE_OPTIONS: undefined, ...options.env })) {
    if (value !== undefined) env[name] = value;
  }
  const takeCompiled = shareCompiledCode(args, env);
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [BIN, ...args], { cwd: options.cwd, env, stdio: 'pipe' });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeout ?? 60_000);
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', fail);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      takeCompiled();
      done({
        exitCode: code ?? undefined,
        signal: signal ?? undefined,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      });
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    options.onStart?.(child);
  });
}
