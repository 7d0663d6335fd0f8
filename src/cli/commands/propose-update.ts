import { proposeUpdate } from '../../workflows/propose-update/index.ts';
import type { ProposeUpdateInput } from '../../workflows/propose-update/index.ts';
import type { Command } from '../command.ts';
import { releaseInput } from './release-input.ts';
import type { ReleaseFlags } from './release-input.ts';
import { reportUpdates } from './release-report.ts';

export interface ProposeUpdateFlags extends ReleaseFlags {
  localContent?: boolean;
  upstreamRef?: string;
}

export const proposeUpdateCommand: Command<ProposeUpdateFlags> = async ({ ctx, args, options, global }) => {
  const input: ProposeUpdateInput = {
    ...releaseInput(args, options, global),
    localContent: options.localContent,
    upstreamRef: options.upstreamRef,
  };
  const result = await proposeUpdate(ctx, input, process.env.PACKIT_CLI_VERSION ?? '0.0.0');
  // With --json the document is all there is to say.
  const report = global.json === true ? { text: '', failures: [] } : await reportUpdates(ctx, result);
  return { ...report, json: result, exitCode: result.exitCode };
};
