import { PackitError } from '../../../errors.ts';
import type { DeadLetter } from '../../../remote/queue/index.ts';
import { dropDead, listDead, retryDead, showDead } from '../../../workflows/listen/index.ts';
import type { Which } from '../../../workflows/listen/index.ts';
import { printable } from '../../../ui.ts';
import type { Command } from '../../command.ts';
import { plainTable } from '../../ui/table.ts';
import { brokerInput } from './settings.ts';
import type { BrokerFlags } from './settings.ts';

export interface WhichFlags extends BrokerFlags {
  all?: boolean;
}

export const deadListCommand: Command<BrokerFlags> = async ({ ctx, options }) => {
  const letters = await listDead(ctx, brokerInput(ctx, options));
  const json = letters.map(({ body: _body, ...letter }) => letter);
  if (letters.length === 0) return { text: 'No event was given up.', json };
  const rows = letters.map(({ id, since, reason }) => [id, since?.slice(0, 16) ?? '', reason]);
  return { text: printable(await plainTable(['event', 'since', 'reason'], rows)), json };
};

export const deadShowCommand: Command<BrokerFlags> = async ({ ctx, args, options }) => {
  const letter = await showDead(ctx, brokerInput(ctx, options), args[0] ?? '');
  ctx.ui.info(`${letter.id}: ${letter.reason}`);
  const event = readBody(letter);
  return { text: JSON.stringify(event, undefined, 2), json: { ...letter, body: event } };
};

export const deadRetryCommand: Command<WhichFlags> = async ({ ctx, args, options }) => {
  const ids = await retryDead(ctx, brokerInput(ctx, options), whichOf(args, options));
  return { text: ids.map((id) => printable(`${id} comes again`)).join('\n'), json: { retried: ids } };
};

export const deadDropCommand: Command<WhichFlags> = async ({ ctx, args, options }) => {
  const ids = await dropDead(ctx, brokerInput(ctx, options), whichOf(args, options));
  return { text: ids.map((id) => printable(`${id} is dropped`)).join('\n'), json: { dropped: ids } };
};

/** @throws PackitError `USAGE` */
function whichOf(args: readonly string[], { all }: WhichFlags): Which {
  if (all === true && args.length === 0) return 'all';
  if (all !== true && args.length > 0) return args;
  throw new PackitError('USAGE', 'Name the events, or give --all', {
    hint: 'packit listen dead list shows their names.',
  });
}

/** What cannot be read was perhaps given up for that: shown as it is. */
function readBody({ body }: DeadLetter): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
