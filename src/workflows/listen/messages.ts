/** From a message of the bus to an event for the queue. Pure. */
import { createHash } from 'node:crypto';
import { keepMessage } from '../../remote/fedora-messaging/index.ts';
import type { FedoraMessage, TopicOptions } from '../../remote/fedora-messaging/index.ts';
import type { HandledEvent } from './types.ts';

export type FromMessage = { event: HandledEvent; reason?: never } | { event?: never; reason: string };

export function eventOfMessage(message: FedoraMessage, options: TopicOptions): FromMessage {
  const kept = keepMessage(message, options);
  if (!kept.kept) return { reason: kept.reason };
  const id =
    message.id ??
    createHash('sha256')
      .update(JSON.stringify([message.topic, message.body]))
      .digest('hex');
  const { forge, name } = kept;
  if (forge === 'forgejo') return eventOfWebhook(message, name, id);
  return {
    event: {
      source: 'message',
      ...(forge === undefined ? {} : { forge }),
      name,
      payload: message.body,
      id: `message:${id}`,
    },
  };
}

/**
 * webhook-to-fedora-messaging wraps what Forgejo sends: `{body, headers, agent}`. With the delivery's own id it is the same event as
 * the webhook, should both come.
 */
function eventOfWebhook({ body }: FedoraMessage, name: string, messageId: string): FromMessage {
  const { body: payload, headers } = body as { body?: unknown; headers?: unknown };
  if (typeof payload !== 'object' || payload === null) return { reason: 'it holds no webhook' };
  const delivery = headerOf(headers, 'x-forgejo-delivery') ?? headerOf(headers, 'x-gitea-delivery');
  const id = delivery === undefined ? `message:${messageId}` : `forgejo:${delivery}`;
  return { event: { source: 'message', forge: 'forgejo', name: name.slice('forgejo.'.length), payload, id } };
}

function headerOf(headers: unknown, wanted: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted);
  return typeof found?.[1] === 'string' && found[1] !== '' ? found[1] : undefined;
}
