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

/**
 * True for what may be over in a while: no answer, a server that is out of order or busy. GitHub says 403 when its limit is reached. Any
 * other answer will be the same tomorrow.
 */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false;
  const { status, code } = error;
  return (
    status === undefined || status >= 500 || status === 429 || status === 408 || code.includes('RATE_LIMIT')
  );
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

const SYSTEM_ERRORS: Readonly<Record<string, readonly [code: string, problem: string, hint: string]>> = {
  ENOSPC: [
    'DISK_FULL',
    'The disk is full',
    'Free some space, or set TMPDIR to a directory on a larger disk.',
  ],
  EDQUOT: [
    'DISK_FULL',
    'The disk quota is used up',
    'Remove what is not needed, or set TMPDIR to another disk.',
  ],
  EROFS: [
    'NOT_WRITABLE',
    'The file system is read-only',
    'Work on a copy of the directory, or mount it writable.',
  ],
  EACCES: [
    'NOT_ALLOWED',
    'Permission is denied',
    'Check owner and mode of the file and of the directories above it.',
  ],
  EPERM: [
    'NOT_ALLOWED',
    'The operation is not permitted',
    'Check owner and mode of the file (ls -l, lsattr).',
  ],
  EMFILE: ['TOO_MANY_FILES', 'Too many files are open', 'Raise the limit: ulimit -n 4096.'],
  ENAMETOOLONG: [
    'NAME_TOO_LONG',
    'The name of a file is too long for the file system',
    'Choose a shorter name: 255 bytes for one part of a path, 4095 for all of it.',
  ],
  ELOOP: ['LINK_LOOP', 'A symbolic link leads back to itself', 'Replace the link by a file.'],
  ENOTDIR: [
    'NOT_A_DIRECTORY',
    'Part of the path is a file, not a directory',
    'Correct the path where it is configured or given.',
  ],
  EISDIR: ['IS_DIRECTORY', 'The path is a directory, not a file', 'Name a file in it.'],
  E2BIG: [
    'ARGUMENTS_TOO_LONG',
    'A command has more arguments than the system takes',
    'Shorten the values it is given in the configuration or on the command line.',
  ],
  ENFILE: [
    'TOO_MANY_FILES',
    'Too many files are open on this machine',
    'Close other programs and try again.',
  ],
};

/**
 * What the machine refused is no bug: a full disk, a read-only file system, a missing permission, a name no file can have. Others
 * stay as they are.
 */
export function explainSystemError(error: unknown): unknown {
  if (!isObject(error) || error instanceof PackitError) return error;
  if (error.code === 'ERR_INVALID_ARG_VALUE' && /null bytes/.test(messageOf(error))) return nulByte(error);
  if (typeof error.syscall !== 'string') return error;
  const known = SYSTEM_ERRORS[String(error.code)];
  if (known === undefined) return error;
  const [code, problem, hint] = known;
  const path = typeof error.path === 'string' ? `: ${error.path}` : '';
  return new PackitError(code, `${problem}${path} (${error.syscall})`, { hint, cause: error });
}

/** Node refuses a NUL byte in paths and arguments: C's strings end there. Its message quotes the value. */
function nulByte(error: Record<string, unknown>): PackitError {
  const value = /Received (.*)$/s.exec(messageOf(error))?.[1];
  return new PackitError(
    'NUL_BYTE',
    `A path or argument holds a NUL byte, which none can${value === undefined ? '' : `: ${value}`}`,
    {
      hint: 'Take the NUL byte ("\\0" in double quotes) out of the value in the configuration or on the command line.',
      cause: error,
    },
  );
}
