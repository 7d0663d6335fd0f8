import { cancelBuilds, watchBuilds } from '../../../workflows/build/index.ts';
import type { Command } from '../../command.ts';
import { waitInput } from './build-input.ts';
import type { WaitFlags } from './build-input.ts';
import { buildReport } from './report.ts';

export const buildWatchCommand: Command<WaitFlags> = async ({ ctx, args, options }) =>
  buildReport(ctx, await watchBuilds(ctx, { builds: args, ...waitInput(options) }));

export const buildCancelCommand: Command = async ({ ctx, args }) =>
  buildReport(ctx, await cancelBuilds(ctx, { builds: args }));
