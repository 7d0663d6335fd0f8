/** The queue of work in RabbitMQ 3.10 or newer. */
import { brokerError, connectBroker, displayBroker } from '../amqp/index.ts';
import type { Channel, ChannelModel, ConnectOptions, ConsumeMessage } from '../amqp/index.ts';
import { createDeadLetters } from './dead-letters.ts';
import { away, createPublisher } from './publisher.ts';
import type { Publisher } from './publisher.ts';
import { DELAY_STEPS, declareTopology, namesOf, stepFor } from './topology.ts';
import type { Names } from './topology.ts';
import { readHeaders } from './headers.ts';
import { LANES } from './types.ts';
import type { Consumer, Delivery, Lane, Verdict, WorkQueue } from './types.ts';

export interface RabbitQueueOptions
  extends Pick<ConnectOptions, 'address' | 'tls' | 'clientProperties' | 'onChange' | 'maxDelay'> {
  /** What the queues' names begin with. */
  name: string;
}

/** Milliseconds before a queue that was taken away is made and listened to again. */
const CANCELLED_PAUSE = 1000;

interface Subscription {
  lane: Lane;
  atOnce: number;
  take: (delivery: Delivery) => Promise<Verdict>;
  channel?: Channel;
  tag?: string;
  cancelled: boolean;
}

/**
 * Connects and makes the queues.
 * @throws ServiceError `BROKER_UNREACHABLE`, `BROKER_REFUSED`, `BROKER_TLS`, `BROKER_QUEUE_DIFFERS`
 */
export async function openRabbitQueue(options: RabbitQueueOptions): Promise<WorkQueue> {
  const names = namesOf(options.name);
  const subscriptions = new Set<Subscription>();
  let current: { model: ChannelModel; publisher: Publisher } | undefined;

  const connection = await connectBroker({
    ...options,
    async setup(model) {
      const channel = await openConfirmChannel(model);
      await declareTopology(channel, names);
      const publisher = createPublisher(channel);
      current = { model, publisher };
      channel.on('close', () => {
        if (current?.publisher === publisher) current = undefined;
      });
      for (const one of subscriptions) if (!one.cancelled) await subscribe(model, one);
    },
  });

  /** @throws ServiceError `QUEUE_AWAY` */
  const live = async (): Promise<{ model: ChannelModel; publisher: Publisher }> => {
    if (!connection.connected) throw away('the connection is lost');
    if (connection.blocked) throw away('it takes no messages at present');
    if (current !== undefined) return current;
    throw away('its channel was closed');
  };

  const settle = async (verdict: Verdict, delivery: Delivery): Promise<void> => {
    const { publisher } = await live();
    if (verdict.as === 'again') {
      const seconds = Math.max(0.001, Math.min(verdict.seconds, DELAY_STEPS.at(-1) ?? verdict.seconds));
      const again = { ...delivery, headers: verdict.headers };
      await publisher.send(
        {
          exchange: names.after(stepFor(seconds)),
          routingKey: delivery.lane,
          expiration: Math.ceil(seconds * 1000),
        },
        again,
      );
    } else if (verdict.as === 'dead') {
      const headers = { ...delivery.headers, 'packit-lane': delivery.lane, 'packit-reason': verdict.reason };
      await publisher.send({ exchange: '', routingKey: names.dead }, { ...delivery, headers });
    }
  };

  const answer = async (one: Subscription, channel: Channel, message: ConsumeMessage): Promise<void> => {
    const delivery: Delivery = {
      lane: one.lane,
      id: String(message.properties.messageId ?? ''),
      body: message.content.toString('utf8'),
      headers: readHeaders(message.properties.headers),
      redelivered: message.fields.redelivered,
    };
    let verdict: Verdict | undefined;
    try {
      verdict = await one.take(delivery);
      await settle(verdict, delivery);
      channel.ack(message);
      verdict.settled?.(true);
    } catch (error) {
      verdict?.settled?.(false);
      // Not acknowledged: somebody gets it again. On a channel that is closed the broker does that by itself.
      options.onChange?.(
        `A message goes back into its queue: ${brokerError(error, displayBroker(options.address)).message}`,
      );
      try {
        channel.nack(message, false, true);
      } catch {
        // The channel is gone, and with it what was taken on it.
      }
    }
  };

  const subscribe = async (model: ChannelModel, one: Subscription): Promise<void> => {
    const channel = await model.createChannel();
    channel.on('error', () => {});
    await channel.prefetch(one.atOnce);
    const { consumerTag } = await channel.consume(names.lane(one.lane), (message) => {
      if (message !== null) void answer(one, channel, message);
      else void resubscribe(model, one);
    });
    one.channel = channel;
    one.tag = consumerTag;
  };

  /** The broker ended the consumer: somebody deleted the queue, or its machine left the cluster. */
  const resubscribe = async (model: ChannelModel, one: Subscription): Promise<void> => {
    options.onChange?.(`The queue ${names.lane(one.lane)} was taken away; it is made again`);
    await new Promise((done) => setTimeout(done, CANCELLED_PAUSE).unref());
    if (one.cancelled || current?.model !== model) return;
    try {
      const channel = await model.createChannel();
      channel.on('error', () => {});
      await declareTopology(channel, names);
      await channel.close();
      await subscribe(model, one);
    } catch (error) {
      options.onChange?.(`${names.lane(one.lane)} cannot be made again: ${String(error)}`);
      if (!one.cancelled && current?.model === model) await resubscribe(model, one);
    }
  };

  return {
    get connected() {
      return connection.connected && !connection.blocked && current !== undefined;
    },
    async publish(lane, message) {
      const { publisher } = await live();
      await publisher.send({ exchange: names.work, routingKey: lane }, message);
    },
    async consume(lane, atOnce, take): Promise<Consumer> {
      const one: Subscription = { lane, atOnce, take, cancelled: false };
      subscriptions.add(one);
      await subscribe((await live()).model, one);
      return {
        async cancel() {
          one.cancelled = true;
          subscriptions.delete(one);
          try {
            if (one.tag !== undefined) await one.channel?.cancel(one.tag);
          } catch {
            // The channel is gone, and the consumer with it.
          }
        },
      };
    },
    async depths() {
      const { model } = await live();
      return countMessages(model, names);
    },
    dead: createDeadLetters({
      names,
      model: async () => (await live()).model,
      publish: async (lane, message) =>
        (await live()).publisher.send({ exchange: names.work, routingKey: lane }, message),
    }),
    close: () => connection.close(),
  };
}

async function openConfirmChannel(model: ChannelModel) {
  const channel = await model.createConfirmChannel();
  channel.on('error', () => {});
  return channel;
}

async function countMessages(
  model: ChannelModel,
  names: Names,
): Promise<Readonly<Record<Lane | 'later' | 'dead', number>>> {
  const channel = await model.createChannel();
  channel.on('error', () => {});
  try {
    const depth = { results: 0, events: 0, long: 0, later: 0, dead: 0 };
    for (const lane of LANES) depth[lane] = (await channel.checkQueue(names.lane(lane))).messageCount;
    for (const step of DELAY_STEPS) depth.later += (await channel.checkQueue(names.after(step))).messageCount;
    depth.dead = (await channel.checkQueue(names.dead)).messageCount;
    return depth;
  } finally {
    await channel.close().catch(() => {});
  }
}
