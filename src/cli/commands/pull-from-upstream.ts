import { pullFromUpstream } from '../../workflows/pull-from-upstream/index.ts';
import type { Command } from '../command.ts';
import { releaseInput } from './release-input.ts';
import type { ReleaseFlags } from './release-input.ts';
import { reportUpdates } from './release-report.ts';

export const pullFromUpstreamCommand: Command<ReleaseFlags> = async ({ ctx, args, options, global }) => {
  const input = releaseInput(args, options, global);
  const result = await pullFromUpstream(ctx, input, process.env.PACKIT_CLI_VERSION ?? '0.0.0');
  // With --json the document is all there is to say.
  const report = global.json === true ? { text: '', failures: [] } : await reportUpdates(ctx, result);
  return { ...report, json: result, exitCode: result.exitCode };
};
