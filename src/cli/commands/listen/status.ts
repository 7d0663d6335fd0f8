import { withQueue } from '../../../workflows/listen/index.ts';
import type { Command } from '../../command.ts';
import { plainTable } from '../../ui/table.ts';
import { brokerInput } from './settings.ts';
import type { BrokerFlags } from './settings.ts';

const MEANING = {
  results: 'builds and tests that went on or ended',
  events: 'pull requests, pushes, releases, comments',
  long: 'work in dist-git, and sweeps',
  later: 'looked at again when the time comes',
  dead: 'given up: packit listen dead list',
} as const;

export const listenStatusCommand: Command<BrokerFlags> = async ({ ctx, options }) => {
  const input = brokerInput(ctx, options);
  const depths = await withQueue(ctx, input, (queue) => queue.depths());
  const rows = (Object.keys(MEANING) as (keyof typeof MEANING)[]).map((name) => [
    name,
    String(depths[name]),
    MEANING[name],
  ]);
  return { text: await plainTable(['queue', 'events', 'what'], rows), json: { name: input.name, ...depths } };
};
