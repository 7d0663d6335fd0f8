/**
 * Every expected failure of packit. One renderer (`cli/main.ts`) turns these into text, JSON or
 * annotations; nothing else in the code prints an error.
 */

/** Process exit codes, as documented in `docs/exit-codes.md`. */
export const EXIT = {
  ok: 0,
  interrupted: 1,
  failure: 2,
  service: 3,
  bug: 4,
  partial: 5,
} as const;

/** A place in a file. Lines and columns count from 1. */
export interface SourceLocation {
  file: string;
  line?: number;
  column?: number;
}

export interface PackitErrorOptions {
  /** What to do next: a command to run or a configuration change, one or two sentences. */
  hint?: string;
  /** Lines of evidence shown under the message: the tail of a tool's output, a list of candidates. */
  details?: readonly string[];
  exitCode?: number;
  cause?: unknown;
  location?: SourceLocation;
}

/** An expected failure. `code` is stable and upper snake case (`SPEC_VERSION_MISSING`). */
export class PackitError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly details: readonly string[];
  readonly exitCode: number;
  readonly location: SourceLocation | undefined;

  constructor(code: string, message: string, options: PackitErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PackitError';
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? [];
    this.exitCode = options.exitCode ?? EXIT.failure;
    this.location = options.location;
  }
}

export interface CommandFailure {
  argv: readonly string[];
  cwd: string;
  /** Undefined if the program was ended by a signal or never started. */
  exitCode: number | undefined;
  signal: string | undefined;
  stdout: Uint8Array;
  stderr: Uint8Array;
}

/** A program that packit ran failed: could not start, exited non-zero, timed out or was ended by a signal. */
export class CommandError extends PackitError {
  readonly failure: CommandFailure;

  constructor(code: string, message: string, failure: CommandFailure, options: PackitErrorOptions = {}) {
    super(code, message, options);
    this.failure = failure;
  }
}

/** A remote service refused, failed or could not be reached. Exit code 3. */
export class ServiceError extends PackitError {
  /** HTTP status, if there was an answer. */
  readonly status: number | undefined;

  constructor(code: string, message: string, options: PackitErrorOptions & { status?: number } = {}) {
    super(code, message, { exitCode: EXIT.service, ...options });
    this.status = options.status;
  }
}

/** The user (Ctrl-C) or the system (SIGTERM) asked packit to stop. Exit code 1. */
export class InterruptedError extends PackitError {
  constructor(signal = 'SIGINT') {
    super('INTERRUPTED', `Interrupted by ${signal}`, { exitCode: EXIT.interrupted });
  }
}

export function isPackitError(error: unknown): error is PackitError {
  return error instanceof PackitError;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return isObject(error) && typeof error.message === 'string' ? error.message : String(error);
}

/** True for a system error (`ENOENT`, `EACCES`, ...) of the given code. */
export function hasErrnoCode(error: unknown, code: string): boolean {
  return isObject(error) && error.code === code;
}

/** Errors may come from another realm (a worker, a test's sandbox), so `instanceof` is not enough. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
