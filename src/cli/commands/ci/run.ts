import { PackitError } from '../../../errors.ts';
import { runCi } from '../../../workflows/ci/index.ts';
import type { CiRunInput } from '../../../workflows/ci/index.ts';
import type { Command, GlobalOptions } from '../../command.ts';
import { parseDuration } from '../build/build-input.ts';
import { eventInput } from './plan.ts';
import type { EventFlags } from './plan.ts';
import { ciReport } from './report.ts';

export interface CiRunFlags extends EventFlags {
  wait?: boolean;
  deadline?: string;
  report?: string;
  allow?: string;
  keepSuperseded?: boolean;
}

export const ciRunCommand: Command<CiRunFlags> = async ({ ctx, options, global }) =>
  ciReport(ctx, await runCi(ctx, runInput(options, global)));

const FIVE_HOURS = 5 * 60 * 60;

/** @throws PackitError `USAGE` */
export function runInput(flags: CiRunFlags, global: GlobalOptions): CiRunInput {
  return {
    ...eventInput(flags, global),
    wait: flags.wait !== false,
    deadline: flags.deadline === undefined ? FIVE_HOURS : parseDuration(flags.deadline),
    report: reportOf(flags.report),
    allow: flags.allow,
    keepSuperseded: flags.keepSuperseded === true,
  };
}

function reportOf(value = 'statuses'): CiRunInput['report'] {
  if (value === 'statuses' || value === 'none') return value;
  throw new PackitError('USAGE', `--report cannot be "${value}"`, { hint: 'Choose statuses or none.' });
}
