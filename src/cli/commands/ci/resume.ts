import { PackitError } from '../../../errors.ts';
import { resumeCi } from '../../../workflows/ci/index.ts';
import type { Command } from '../../command.ts';
import { ciReport } from './report.ts';
import { runInput } from './run.ts';
import type { CiRunFlags } from './run.ts';

export interface CiResumeFlags extends CiRunFlags {
  pullRequest?: string;
  branch?: string;
  tag?: string;
  repository?: string;
}

export const ciResumeCommand: Command<CiResumeFlags> = async ({ ctx, options, global }) => {
  const result = await resumeCi(ctx, {
    ...runInput(options, global),
    pullRequest: numberOf(options.pullRequest),
    branch: options.branch,
    tag: options.tag,
    repository: options.repository,
  });
  return ciReport(ctx, result);
};

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new PackitError('USAGE', `--pull-request wants a number, not "${text}"`, {
    hint: 'Give the number that the forge shows, such as 42.',
  });
}
