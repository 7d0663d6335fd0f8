/** What failed in one of several targets, as errors are shown. */
import { PackitError } from '../../errors.ts';
import type { TargetFailure } from '../../workflows/outcomes.ts';
import type { Failure } from '../command.ts';

export function failureOfTarget(subject: string, { code, message, hint, details }: TargetFailure): Failure {
  return { subject, code, message, details, ...(hint === undefined ? {} : { hint }) };
}

/** For the one failure that is the whole report. */
export function errorOfTarget({ code, message, hint, details, exitCode }: TargetFailure): PackitError {
  return new PackitError(code, message, { details, exitCode, ...(hint === undefined ? {} : { hint }) });
}
