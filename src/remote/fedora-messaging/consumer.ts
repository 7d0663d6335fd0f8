/** Listens on Fedora's message bus, or on any broker that a fedora-messaging configuration names. */
import { brokerError, connectBroker, displayBroker } from '../amqp/index.ts';
import type { Channel, ChannelModel, ConsumeMessage } from '../amqp/index.ts';
import type { MessageQueue, MessagingConfig } from './config.ts';
import { decodeMessage } from './message.ts';
import type { FedoraMessage } from './message.ts';

export interface ConsumerOptions {
  config: MessagingConfig;
  /** Resolves when the message is in safe hands: it is acknowledged then. What it throws gives the message back. */
  take: (message: FedoraMessage) => Promise<void>;
  /** A message that cannot be read; it is refused for good. */
  onUndecodable?: (topic: string, problem: string) => void;
  onChange?: (sentence: string) => void;
  maxDelay?: number;
}

export interface MessageConsumer {
  readonly connected: boolean;
  /** Takes no more messages; those under way are still answered. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds before a message that could not be kept is given back: else the broker sends it again at once, and again. */
const RETURN_PAUSE = 1000;
const CANCELLED_PAUSE = 5000;

/**
 * Connects, declares what the configuration says and consumes, and all of it again after the connection was lost.
 * @throws ServiceError `BROKER_UNREACHABLE`, `BROKER_REFUSED`, `BROKER_TLS` if the first attempt fails
 */
export async function consumeFedoraMessages(options: ConsumerOptions): Promise<MessageConsumer> {
  const { config, onChange } = options;
  const tags: { channel: Channel; tag: string }[] = [];
  let cancelled = false;

  const answer = async (channel: Channel, message: ConsumeMessage): Promise<void> => {
    const { message: decoded, problem } = decodeMessage(message);
    if (decoded === undefined) {
      options.onUndecodable?.(message.fields.routingKey, problem);
      settle(() => channel.reject(message, false));
      return;
    }
    try {
      await options.take(decoded);
      settle(() => channel.ack(message));
    } catch {
      await new Promise((done) => setTimeout(done, RETURN_PAUSE).unref());
      settle(() => channel.nack(message, false, true));
    }
  };

  const open = async (model: ChannelModel): Promise<void> => {
    if (cancelled) return;
    const channel = await model.createChannel();
    channel.on('error', () => {});
    await channel.prefetch(config.prefetch);
    const names = await declare(channel, config);
    tags.length = 0;
    for (const name of names) {
      const { consumerTag } = await channel.consume(name, (message) => {
        if (message !== null) void answer(channel, message);
        else void again(model, name);
      });
      tags.push({ channel, tag: consumerTag });
    }
  };

  /** The broker took a queue away, as Fedora's does with those nobody reads for an hour. */
  const again = async (model: ChannelModel, name: string): Promise<void> => {
    onChange?.(`The queue ${name} was taken away by the broker; it is made again`);
    await new Promise((done) => setTimeout(done, CANCELLED_PAUSE).unref());
    try {
      await open(model);
    } catch (error) {
      // With the connection gone everything is declared anew when it is back.
      onChange?.(brokerError(error, displayBroker(config.address)).message);
    }
  };

  const connection = await connectBroker({
    address: config.address,
    tls: config.tls,
    external: config.external,
    clientProperties: config.clientProperties,
    setup: open,
    ...(onChange === undefined ? {} : { onChange }),
    ...(options.maxDelay === undefined ? {} : { maxDelay: options.maxDelay }),
  });
  return {
    get connected() {
      return connection.connected;
    },
    async cancel() {
      cancelled = true;
      for (const { channel, tag } of tags.splice(0)) await channel.cancel(tag).catch(() => {});
    },
    async close() {
      cancelled = true;
      await connection.close();
    },
  };
}

/** On a channel that is closed nothing can be answered, and the broker has taken the message back by itself. */
function settle(answer: () => void): void {
  try {
    answer();
  } catch {
    // See above.
  }
}

/** @returns the names of the queues */
async function declare(channel: Channel, config: MessagingConfig): Promise<string[]> {
  for (const { name, type, durable, autoDelete, arguments: given } of config.exchanges) {
    // The broker's own exchanges are there, and may not be declared differently.
    if (config.passive || name.startsWith('amq.')) await channel.checkExchange(name);
    else await channel.assertExchange(name, type, { durable, autoDelete, arguments: given });
  }
  const actual = new Map<string | undefined, string>();
  for (const queue of config.queues)
    actual.set(queue.name, await declareQueue(channel, queue, config.passive));
  for (const { queue, exchange, routingKeys } of config.passive ? [] : config.bindings) {
    const name = actual.get(queue);
    for (const key of name === undefined ? [] : routingKeys)
      await channel.bindQueue(name ?? '', exchange, key);
  }
  return [...actual.values()];
}

async function declareQueue(channel: Channel, queue: MessageQueue, passive: boolean): Promise<string> {
  if (passive && queue.name !== undefined) return (await channel.checkQueue(queue.name)).queue;
  const { durable, autoDelete, exclusive, arguments: given } = queue;
  return (await channel.assertQueue(queue.name ?? '', { durable, autoDelete, exclusive, arguments: given }))
    .queue;
}
