/** Names and properties of what packit makes in the broker. Two daemons with the same name share them, others do not. */
import type { Channel } from '../amqp/index.ts';
import { LANES } from './types.ts';
import type { Lane } from './types.ts';

/** Seconds that one queue of waiting messages holds them at most. A shorter delay waits in the first queue that is long enough. */
export const DELAY_STEPS = [2, 10, 60, 600, 3600] as const;

/** Deliveries without an answer after which a message is put away: it ends whoever takes it. */
export const DELIVERY_LIMIT = 5;

/** Older ones make room. */
const DEAD_LIMIT = 100_000;

export interface Names {
  /** Direct exchange: the routing key is the lane. */
  work: string;
  lane(lane: Lane): string;
  /** Exchange and queue of one step of waiting. */
  after(seconds: number): string;
  dead: string;
}

export function namesOf(prefix: string): Names {
  return {
    work: `${prefix}.work`,
    lane: (lane) => `${prefix}.${lane}`,
    after: (seconds) => `${prefix}.after-${seconds}s`,
    dead: `${prefix}.dead`,
  };
}

/** The step whose queue a message waits in. */
export function stepFor(seconds: number): number {
  return DELAY_STEPS.find((step) => seconds <= step) ?? DELAY_STEPS[DELAY_STEPS.length - 1] ?? 0;
}

/**
 * Declares everything; what is there already stays. Quorum queues are on disk and, in a cluster, on several machines. A message
 * that a queue passes on is kept until the next one has it (`at-least-once`, RabbitMQ 3.10), which wants `reject-publish`.
 */
export async function declareTopology(channel: Channel, names: Names): Promise<void> {
  const passedOn = {
    'x-queue-type': 'quorum',
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  };
  await channel.assertExchange(names.work, 'direct', { durable: true });
  // Classic: to look at them is to take and return them, which a quorum queue counts and limits.
  await channel.assertQueue(names.dead, {
    durable: true,
    arguments: { 'x-queue-type': 'classic', 'x-max-length': DEAD_LIMIT },
  });
  for (const lane of LANES) {
    await channel.assertQueue(names.lane(lane), {
      durable: true,
      arguments: {
        ...passedOn,
        'x-delivery-limit': DELIVERY_LIMIT,
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': names.dead,
      },
    });
    await channel.bindQueue(names.lane(lane), names.work, lane);
  }
  for (const step of DELAY_STEPS) {
    const name = names.after(step);
    await channel.assertExchange(name, 'fanout', { durable: true });
    await channel.assertQueue(name, {
      durable: true,
      // Without a routing key of its own: the message keeps its lane.
      arguments: { ...passedOn, 'x-message-ttl': step * 1000, 'x-dead-letter-exchange': names.work },
    });
    await channel.bindQueue(name, name, '');
  }
}
