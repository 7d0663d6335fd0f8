import { buildLocally } from '../../../workflows/build/here/index.ts';
import type { Command } from '../../command.ts';
import { parseDuration, sourceInput } from './build-input.ts';
import type { SourceFlags } from './build-input.ts';
import { rpmReport } from './rpm-report.ts';

export interface LocalFlags extends SourceFlags {
  timeout?: string;
}

export const buildLocallyCommand: Command<LocalFlags> = async ({ ctx, args, options, global }) => {
  const result = await buildLocally(ctx, {
    ...sourceInput(args, options, global),
    timeout: options.timeout === undefined ? undefined : parseDuration(options.timeout),
  });
  return rpmReport(ctx, result);
};
