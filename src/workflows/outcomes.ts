/** How each of several targets ended, as data, and what that means for the exit code. */
import type { Context } from '../context.ts';
import { EXIT, InterruptedError, isPackitError, messageOf } from '../errors.ts';

/** Why one target failed while others were tried. */
export interface TargetFailure {
  code: string;
  message: string;
  hint: string | undefined;
  details: readonly string[];
  exitCode: number;
}

/** Expected failures as data; anything else, and an interruption, is passed on. */
export function failureOf(error: unknown, { signal }: Pick<Context, 'signal'>): TargetFailure {
  if (signal.aborted || error instanceof InterruptedError) throw error;
  if (!isPackitError(error)) throw error;
  return {
    code: error.code,
    message: messageOf(error),
    hint: error.hint,
    details: error.details,
    exitCode: error.exitCode,
  };
}

/** 0 if nothing failed, 5 if some did, else the code of what failed: 3 only if services alone are to blame. */
export function exitCodeOf(outcomes: readonly (TargetFailure | undefined)[]): number {
  const failures = outcomes.filter((failure) => failure !== undefined);
  if (failures.length === 0) return EXIT.ok;
  if (failures.length < outcomes.length) return EXIT.partial;
  return failures.every(({ exitCode }) => exitCode === EXIT.service) ? EXIT.service : EXIT.failure;
}
