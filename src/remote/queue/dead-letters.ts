import type { Channel, ChannelModel, GetMessage } from '../amqp/index.ts';
import { lastDeath, readHeaders } from './headers.ts';
import type { Names } from './topology.ts';
import { LANES } from './types.ts';
import type { DeadLetter, DeadLetters, Lane, WorkMessage } from './types.ts';

interface Source {
  names: Names;
  model(): Promise<ChannelModel>;
  publish(lane: Lane, message: WorkMessage): Promise<void>;
}

export function createDeadLetters(source: Source): DeadLetters {
  const { names } = source;
  /** Takes them one after the other; those that are not acknowledged go back to where they were. */
  const walk = async (see: (letter: DeadLetter) => Promise<'keep' | 'remove' | 'stop'>): Promise<void> => {
    const channel = await (await source.model()).createChannel();
    channel.on('error', () => {});
    try {
      // New ones may come while this goes on: only those that are there now are looked at.
      let left = (await channel.checkQueue(names.dead)).messageCount;
      for (; left > 0; left -= 1) {
        const message = await channel.get(names.dead, { noAck: false });
        if (message === false) break;
        const decision = await see(letterOf(message, names));
        if (decision === 'remove') channel.ack(message);
        if (decision === 'stop') break;
      }
    } finally {
      await returnRest(channel);
    }
  };
  const take = async (
    ids: ReadonlySet<string> | 'all',
    act: (letter: DeadLetter) => Promise<void>,
  ): Promise<string[]> => {
    const found: string[] = [];
    await walk(async (letter) => {
      if (ids !== 'all' && !ids.has(letter.id)) return 'keep';
      await act(letter);
      found.push(letter.id);
      return 'remove';
    });
    return found;
  };
  return {
    async list(limit) {
      const letters: DeadLetter[] = [];
      await walk(async (letter) => {
        if (letters.length >= limit) return 'stop';
        letters.push(letter);
        return 'keep';
      });
      return letters;
    },
    retry: (ids, renew) =>
      take(ids, ({ lane, id, body, headers }) => source.publish(lane, { id, body, headers: renew(headers) })),
    drop: (ids) => take(ids, async () => {}),
  };
}

async function returnRest(channel: Channel): Promise<void> {
  try {
    channel.nackAll(true);
    await channel.close();
  } catch {
    // The connection is gone, and what was taken on it is back.
  }
}

function letterOf({ properties, content }: GetMessage, names: Names): DeadLetter {
  const {
    'packit-lane': lane,
    'packit-reason': reason,
    'packit-since': since,
    ...headers
  } = readHeaders(properties.headers);
  const death = lastDeath(properties.headers);
  const byName = LANES.find((one) => one === lane) ?? LANES.find((one) => names.lane(one) === death?.queue);
  return {
    id: String(properties.messageId ?? ''),
    body: content.toString('utf8'),
    headers,
    lane: byName ?? 'events',
    reason:
      typeof reason === 'string'
        ? reason
        : death?.reason === 'delivery_limit'
          ? 'it was taken several times, and whoever took it ended without an answer'
          : `the broker put it away: ${death?.reason ?? 'no reason given'}`,
    since: typeof since === 'string' ? since : death?.time,
  };
}
