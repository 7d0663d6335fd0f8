import type { Writable } from 'node:stream';
import type { OutputStream } from '../../ui.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface RunOptions {
  /** Absolute directory to run in. */
  cwd: string;
  /** Added to (or, with `undefined`, removed from) the environment of the context; `process.env` is never changed. */
  env?: Environment;
  /** Bytes for the child's stdin; without it stdin is empty. */
  input?: Uint8Array | string;
  /** Pass the output on to the user as it comes. Default: false, captured only. */
  live?: boolean;
  /** Write stdout to this file instead of capturing it (archives: no memory needed). */
  stdoutFile?: string;
  /** Write stdout to this stream as it comes instead of capturing it; it is ended with the child. */
  stdoutTo?: Writable;
  /** Connect stdin, stdout and stderr to the terminal (pagers, password prompts). Nothing is captured. */
  inherit?: boolean;
  /** Milliseconds; the whole process group is ended afterwards. Default: none. */
  timeout?: number;
  /** Exit codes that are not failures. Default: [0]. */
  okExitCodes?: readonly number[];
  /** Not ended by an abort: what it has begun would be left half done. For what takes a moment only. */
  uninterrupted?: boolean;
  /** The project's own code (an action): a replayed session runs it for real. */
  own?: boolean;
  /** Replaces the user interface for `live` output (a scoped one). */
  onOutput?: (chunk: Uint8Array, stream: OutputStream) => void;
}

export interface RunResult {
  argv: readonly string[];
  exitCode: number;
  stdout: Buffer;
  stderr: Buffer;
}

/**
 * Runs a program: `argv[0]` is looked up on PATH, no shell is involved.
 * @throws CommandError `COMMAND_NOT_FOUND`, `COMMAND_FAILED`, `COMMAND_TIMEOUT`, `COMMAND_KILLED`
 * @throws InterruptedError if the context's signal was aborted
 */
export type Run = (argv: readonly string[], options: RunOptions) => Promise<RunResult>;
