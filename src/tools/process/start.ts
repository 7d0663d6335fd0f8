/**
 * Starting a child process. The plain case (no stdin, output captured) is most of what packit runs, and
 * Node's own `spawn` does it; input, files and terminals are execa's, which takes as long to load as a small
 * SRPM takes to build and is therefore loaded only for them.
 */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { RunOptions } from './types.ts';

export interface StartOptions extends RunOptions {
  /** The whole environment of the child. */
  environment: Record<string, string>;
}

export interface Outcome {
  exitCode: number | undefined;
  signal: NodeJS.Signals | undefined;
  /** Why the program could not be started. */
  cause: unknown;
  stdout: Buffer;
  stderr: Buffer;
}

export interface Child {
  pid: number | undefined;
  stdout: Readable | null;
  stderr: Readable | null;
  /** Never rejects. */
  ended: Promise<Outcome>;
}

/** Starts a program, in a process group of its own unless it shares the terminal. */
export async function start(file: string, args: readonly string[], options: StartOptions): Promise<Child> {
  const plain = options.inherit !== true && options.input === undefined && options.stdoutFile === undefined;
  return plain ? startPlain(file, args, options) : await startWithExeca(file, args, options);
}

function startPlain(file: string, args: readonly string[], options: StartOptions): Child {
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: options.environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  if (options.stdoutTo === undefined) child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const ended = new Promise<Outcome>((resolve) => {
    let cause: unknown;
    child.on('error', (error) => {
      cause = error;
      // A program that never started does not close.
      if (child.pid === undefined) resolve(outcome(undefined, undefined));
    });
    child.on('close', (code, signal) => resolve(outcome(code ?? undefined, signal ?? undefined)));
    function outcome(exitCode: number | undefined, signal: NodeJS.Signals | undefined): Outcome {
      return { exitCode, signal, cause, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
    }
  });
  return { pid: child.pid, stdout: child.stdout, stderr: child.stderr, ended };
}

async function startWithExeca(file: string, args: readonly string[], options: StartOptions): Promise<Child> {
  const { execa } = await import('execa');
  const inherit = options.inherit === true;
  const child = execa(file, args, {
    cwd: options.cwd,
    env: options.environment,
    extendEnv: false,
    reject: false,
    // A pager must stay in the terminal's group.
    detached: !inherit,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: Number.POSITIVE_INFINITY,
    stdin: inherit ? 'inherit' : options.input === undefined ? 'ignore' : 'pipe',
    stdout: inherit ? 'inherit' : options.stdoutFile === undefined ? 'pipe' : { file: options.stdoutFile },
    stderr: inherit ? 'inherit' : 'pipe',
    ...(options.input === undefined || inherit ? {} : { input: options.input }),
    ...(options.stdoutTo === undefined ? {} : { buffer: { stdout: false } }),
  });
  return { pid: child.pid, stdout: child.stdout, stderr: child.stderr, ended: outcomeOf(child) };
}

interface ExecaResult {
  exitCode?: number | undefined;
  signal?: NodeJS.Signals | undefined;
  cause?: unknown;
  stdout?: unknown;
  stderr?: unknown;
}

async function outcomeOf(child: PromiseLike<ExecaResult>): Promise<Outcome> {
  const { exitCode, signal, cause, stdout, stderr } = await child;
  return { exitCode, signal, cause, stdout: toBuffer(stdout), stderr: toBuffer(stderr) };
}

function toBuffer(value: unknown): Buffer {
  return value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : Buffer.alloc(0);
}
