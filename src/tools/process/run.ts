import { statSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CommandError, InterruptedError, PackitError, hasErrnoCode, messageOf } from '../../errors.ts';
import type { OutputStream } from '../../ui.ts';
import type { Redactor } from './redact.ts';
import { start } from './start.ts';
import type { Child, Outcome } from './start.ts';
import type { Environment, Run, RunOptions, RunResult } from './types.ts';

export interface RunnerOptions {
  /** The whole environment children get, before the per-call changes. */
  env: Environment;
  signal?: AbortSignal;
  onOutput?: (chunk: Uint8Array, stream: OutputStream) => void;
  onCommand?: (argv: readonly string[], cwd: string) => void;
  redactor?: Redactor;
  /** Sees every program before it is started: recorded sessions. */
  interceptProgram?: InterceptProgram | undefined;
}

/** A program about to be started. */
export interface Program {
  file: string;
  args: readonly string[];
  cwd: string;
  environment: Readonly<Record<string, string>>;
  input: Uint8Array | string | undefined;
  /** The project's own code. */
  own: boolean;
}

/**
 * Stands between packit and the programs it runs: starts the program (with another environment, if it likes), or hands back a
 * child that only seems to have run.
 */
export type InterceptProgram = (
  program: Program,
  start: (environment?: Record<string, string>) => Promise<Child>,
) => Promise<Child>;

const KILL_GRACE_MS = 3000;
const TAIL_LINES = 20;
const LINE_FEED = 10;

/** Makes the `run` of a context. */
export function createRun(runner: RunnerOptions): Run {
  return (argv, options) => runCommand(argv, options, runner);
}

async function runCommand(
  argv: readonly string[],
  options: RunOptions,
  runner: RunnerOptions,
): Promise<RunResult> {
  const [file, ...args] = argv;
  if (file === undefined) throw new RangeError('run() needs at least the name of a program');
  throwIfAborted(runner.signal);
  const signal = options.uninterrupted === true ? undefined : runner.signal;
  runner.onCommand?.(argv, options.cwd);

  const inherit = options.inherit === true;
  const environment = childEnvironment(runner.env, options.env);
  const startNow = (changed = environment): Promise<Child> =>
    start(file, args, { ...options, environment: changed });
  const child = await (runner.interceptProgram === undefined
    ? startNow()
    : runner.interceptProgram(
        { file, args, cwd: options.cwd, environment, input: options.input, own: options.own === true },
        startNow,
      ));
  const copied = copyStdout(child.stdout, options);

  let lastByte = LINE_FEED;
  let lastStream: OutputStream = 'stderr';
  const passOn = options.onOutput ?? runner.onOutput;
  if (passOn !== undefined && !inherit && (options.live === true || options.onOutput !== undefined)) {
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.on('data', (chunk: Uint8Array) => {
        lastByte = chunk.at(-1) ?? lastByte;
        lastStream = stream;
        passOn(chunk, stream);
      });
    }
  }

  const group = inherit ? child.pid : child.pid === undefined ? undefined : -child.pid;
  let timedOut = false;
  let forced: NodeJS.Timeout | undefined;
  const end = (): void => {
    endProcess(group, 'SIGTERM');
    forced ??= setTimeout(() => endProcess(group, 'SIGKILL'), KILL_GRACE_MS).unref();
  };
  const timer =
    options.timeout === undefined
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          end();
        }, options.timeout);
  signal?.addEventListener('abort', end, { once: true });

  let outcome: Outcome;
  try {
    outcome = await child.ended;
    // What comes next begins a line of its own.
    if (lastByte !== LINE_FEED && options.onOutput === undefined) passOn?.(Buffer.of(LINE_FEED), lastStream);
    const copyError = await copied;
    if (copyError !== undefined && !isAborted(signal)) throw copyError;
  } finally {
    clearTimeout(timer);
    clearTimeout(forced);
    signal?.removeEventListener('abort', end);
  }
  if (isAborted(signal)) endProcess(group, 'SIGKILL');
  throwIfAborted(signal);

  const { exitCode, stdout, stderr } = outcome;
  if (!timedOut && exitCode !== undefined && (options.okExitCodes ?? [0]).includes(exitCode)) {
    return { argv, exitCode, stdout, stderr };
  }

  const failure = { argv, cwd: options.cwd, exitCode, signal: outcome.signal, stdout, stderr };
  const name = displayCommand(argv, runner.redactor);
  const details = tail(stderr.length > 0 ? stderr : stdout, runner.redactor);
  if (timedOut) {
    throw new CommandError(
      'COMMAND_TIMEOUT',
      `${name} did not finish within ${(options.timeout ?? 0) / 1000} s`,
      failure,
      { details },
    );
  }
  if (outcome.cause !== undefined && exitCode === undefined && outcome.signal === undefined) {
    if (hasErrnoCode(outcome.cause, 'ENOENT') || hasErrnoCode(outcome.cause, 'EACCES')) {
      checkDirectory(options.cwd);
      throw new CommandError('COMMAND_NOT_FOUND', `Cannot run ${file}: ${reason(outcome.cause)}`, failure, {
        cause: outcome.cause,
      });
    }
    throw new CommandError('COMMAND_FAILED', `Cannot run ${file}: ${messageOf(outcome.cause)}`, failure, {
      cause: outcome.cause,
    });
  }
  if (outcome.signal !== undefined) {
    throw new CommandError(
      'COMMAND_KILLED',
      `${name} was ended by signal ${outcome.signal} (${constants.signals[outcome.signal]})`,
      failure,
      { details },
    );
  }
  throw new CommandError('COMMAND_FAILED', `${name} failed with exit code ${exitCode}`, failure, { details });
}

/** Resolves to what went wrong with the stream: a rejection nobody waits for yet would end the process. */
async function copyStdout(stdout: Readable | null, options: RunOptions): Promise<unknown> {
  if (options.stdoutTo === undefined || stdout === null) return undefined;
  try {
    await pipeline(stdout, options.stdoutTo);
    return undefined;
  } catch (error) {
    // The child was ended before it closed its output: its exit code or signal says why.
    return hasErrnoCode(error, 'ERR_STREAM_PREMATURE_CLOSE') ? undefined : error;
  }
}

function reason(cause: unknown): string {
  return hasErrnoCode(cause, 'ENOENT') ? 'not found' : 'not allowed to run it';
}

/** Node says ENOENT of the program when it is the directory that is missing. */
function checkDirectory(cwd: string): void {
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new PackitError('DIRECTORY_MISSING', `Cannot work in ${cwd}: there is no such directory`, {
    hint: 'It may have been removed while packit ran. Run the command again.',
  });
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw signal.reason instanceof InterruptedError ? signal.reason : new InterruptedError();
}

function childEnvironment(base: Environment, changes: Environment = {}): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...base, ...changes })) {
    if (value !== undefined) result[name] = value;
  }
  return result;
}

function endProcess(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch {
    // Already gone.
  }
}

/** The command as a person would type it, shortened, secrets hidden. For messages only, never for a shell. */
export function displayCommand(argv: readonly string[], redactor?: Redactor): string {
  const words = argv.map((word) =>
    /^[\w@%+=:,./~^-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`,
  );
  const joined = words.join(' ');
  // Shortened afterwards: half a secret would not be recognised.
  const text = redactor?.text(joined) ?? joined;
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}

/** The last lines of a tool's output, decoded leniently, without control characters. */
export function tail(bytes: Uint8Array, redactor?: Redactor, count = TAIL_LINES): string[] {
  const from = Math.max(0, bytes.length - 64 * 1024);
  const text = new TextDecoder().decode(bytes.subarray(from));
  const lines = text
    .split(/\r\n|\n|\r/)
    // oxlint-disable-next-line no-control-regex -- stripping them is the point
    .map((line) => line.replace(/\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f]/g, ''))
    .filter((line) => line.trim() !== '');
  return lines.slice(-count).map((line) => redactor?.text(line) ?? line);
}
