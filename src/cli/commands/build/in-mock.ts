import { PackitError } from '../../../errors.ts';
import { buildInMock } from '../../../workflows/build/here/index.ts';
import type { Command } from '../../command.ts';
import { parseDuration, sourceInput } from './build-input.ts';
import type { LocalFlags } from './locally.ts';
import { rpmReport } from './rpm-report.ts';

export interface MockFlags extends LocalFlags {
  root?: string;
  resultdir?: string;
  defaultResultdir?: boolean;
}

export const buildInMockCommand: Command<MockFlags> = async ({ ctx, args, options, global }) => {
  const { resultdir, defaultResultdir, timeout } = options;
  if (resultdir !== undefined && defaultResultdir === true) {
    throw new PackitError('USAGE', '--resultdir and --default-resultdir exclude each other', {
      hint: 'Give one of them.',
    });
  }
  const result = await buildInMock(ctx, {
    ...sourceInput(args, options, global),
    root: options.root,
    resultDir: resultdir,
    mockResultDir: defaultResultdir,
    timeout: timeout === undefined ? undefined : parseDuration(timeout),
  });
  return rpmReport(ctx, result);
};
