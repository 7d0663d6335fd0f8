import { randomUUID } from 'node:crypto';
import { ServiceError, messageOf } from '../../errors.ts';
import type { PackitError } from '../../errors.ts';
import type { ConfirmChannel } from '../amqp/index.ts';
import type { WorkMessage } from './types.ts';

/** Milliseconds for the broker to confirm: it writes to its disk first. */
const CONFIRM_TIMEOUT = 10_000;

export interface Publishing {
  exchange: string;
  routingKey: string;
  /** Milliseconds. */
  expiration?: number;
}

export interface Publisher {
  /** @throws ServiceError `QUEUE_REFUSED`, `QUEUE_AWAY` */
  send(where: Publishing, message: WorkMessage): Promise<void>;
}

/** Sends on one channel with publisher confirms; a message that no queue takes is no success (`mandatory`). */
export function createPublisher(channel: ConfirmChannel): Publisher {
  const returned = new Set<string>();
  channel.on('return', ({ properties }) => returned.add(String(properties.correlationId)));
  return {
    send: ({ exchange, routingKey, expiration }, message) =>
      new Promise((done, fail) => {
        const token = randomUUID();
        const timer = setTimeout(
          () => fail(away(`it did not confirm a message within ${CONFIRM_TIMEOUT / 1000} s`)),
          CONFIRM_TIMEOUT,
        );
        const settle = (error: unknown): void => {
          clearTimeout(timer);
          // The broker returns what nobody takes before it confirms it.
          if (returned.delete(token)) fail(unroutable(exchange, routingKey));
          else if (error === null || error === undefined) done();
          else fail(/nacked/.test(messageOf(error)) ? full() : away(messageOf(error)));
        };
        try {
          channel.publish(
            exchange,
            routingKey,
            Buffer.from(message.body),
            {
              persistent: true,
              mandatory: true,
              messageId: message.id,
              correlationId: token,
              contentType: 'application/json',
              contentEncoding: 'utf-8',
              headers: { ...message.headers },
              ...(expiration === undefined ? {} : { expiration: String(expiration) }),
            },
            settle,
          );
        } catch (error) {
          settle(error);
        }
      }),
  };
}

export function away(why: string): PackitError {
  return new ServiceError('QUEUE_AWAY', `The message broker is away: ${why}`, {
    hint: 'The connection is tried again and again; see that RabbitMQ runs.',
  });
}

function unroutable(exchange: string, routingKey: string): PackitError {
  return new ServiceError(
    'QUEUE_REFUSED',
    `No queue takes messages for ${exchange || 'the default exchange'} ${routingKey}`,
    {
      hint: 'Restart packit listen, which makes its queues when it starts.',
    },
  );
}

function full(): PackitError {
  return new ServiceError('QUEUE_REFUSED', 'The message broker refused a message', {
    hint: 'See its memory and disk: rabbitmqctl status.',
  });
}
