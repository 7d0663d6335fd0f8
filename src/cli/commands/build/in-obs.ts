import { buildInObs } from '../../../workflows/build/obs/index.ts';
import type { Command } from '../../command.ts';
import { sourceInput, waitInput } from './build-input.ts';
import type { SourceFlags, WaitFlags } from './build-input.ts';
import { buildReport } from './report.ts';

export interface InObsFlags extends SourceFlags, WaitFlags {
  owner?: string;
  project?: string;
  targets?: string;
  description?: string;
}

export const buildInObsCommand: Command<InObsFlags> = async ({ ctx, args, options, global }) => {
  const result = await buildInObs(ctx, {
    ...sourceInput(args, options, global),
    ...waitInput(options),
    owner: options.owner,
    obsProject: options.project,
    targets: options.targets,
    description: options.description,
  });
  return buildReport(ctx, result);
};
