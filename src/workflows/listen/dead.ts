/** Events that were given up: looked at, brought back, or dropped. */
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import { openRabbitQueue } from '../../remote/queue/index.ts';
import type { DeadLetter, RabbitQueueOptions, WorkQueue } from '../../remote/queue/index.ts';
import { revivedHeaders } from './worker.ts';

export interface DeadInput {
  broker: Pick<RabbitQueueOptions, 'address' | 'tls'>;
  name: string;
}

/** Everybody's ids, or those named. */
export type Which = readonly string[] | 'all';

const MOST = 10_000;

/** Oldest first. @throws ServiceError as opening the queue does */
export async function listDead(ctx: Context, input: DeadInput, limit = MOST): Promise<DeadLetter[]> {
  return withQueue(ctx, input, ({ dead }) => dead.list(limit));
}

/** @throws PackitError `EVENT_NOT_DEAD` */
export async function showDead(ctx: Context, input: DeadInput, id: string): Promise<DeadLetter> {
  const found = (await listDead(ctx, input)).find((letter) => letter.id === id);
  if (found === undefined) throw notDead([id]);
  return found;
}

/** Back into their lanes, as if they had just come. @throws PackitError `EVENT_NOT_DEAD` if one that was named is not there */
export async function retryDead(ctx: Context, input: DeadInput, which: Which): Promise<string[]> {
  return withQueue(ctx, input, async ({ dead }) =>
    found(which, await dead.retry(idsOf(which), (headers) => revivedHeaders(headers, ctx.now()))),
  );
}

/** @throws PackitError `EVENT_NOT_DEAD` if one that was named is not there */
export async function dropDead(ctx: Context, input: DeadInput, which: Which): Promise<string[]> {
  return withQueue(ctx, input, async ({ dead }) => found(which, await dead.drop(idsOf(which))));
}

export async function withQueue<T>(
  ctx: Context,
  input: DeadInput,
  work: (queue: WorkQueue) => Promise<T>,
): Promise<T> {
  const queue = await openRabbitQueue({
    ...input.broker,
    name: input.name,
    onChange: (line) => ctx.ui.debug(line),
  });
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}

function idsOf(which: Which): ReadonlySet<string> | 'all' {
  return which === 'all' ? 'all' : new Set(which);
}

function found(which: Which, ids: string[]): string[] {
  const missing = which === 'all' ? [] : which.filter((id) => !ids.includes(id));
  if (missing.length > 0) throw notDead(missing);
  return ids;
}

function notDead(ids: readonly string[]): PackitError {
  return new PackitError('EVENT_NOT_DEAD', `Not among the dead letters: ${ids.join(', ')}`, {
    hint: 'packit listen dead list shows which are.',
  });
}
