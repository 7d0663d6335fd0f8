import { printable } from '../../../ui.ts';
import { cancelBuilds, watchBuilds } from '../../../workflows/build/index.ts';
import type { Command } from '../../command.ts';
import { waitInput } from './build-input.ts';
import type { WaitFlags } from './build-input.ts';
import { buildReport } from './report.ts';

export const buildWatchCommand: Command<WaitFlags> = async ({ ctx, args, options }) =>
  buildReport(ctx, await watchBuilds(ctx, { builds: args, ...waitInput(options) }));

/** How the targets of an ended build fared is not what was asked for here. */
export const buildCancelCommand: Command = async ({ ctx, args }) => {
  const outcomes = await cancelBuilds(ctx, { builds: args });
  const lines = outcomes.map(({ id, url, outcome }) => `${url ?? id ?? ''}: ${outcome}`);
  return { text: printable(lines.join('\n')), json: outcomes };
};
