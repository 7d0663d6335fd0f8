import type { ConsumeMessage } from '../amqp/index.ts';

/** A message of Fedora Messaging. */
export interface FedoraMessage {
  /** `message_id`; undefined where the publisher set none. */
  id: string | undefined;
  /** Routing key: `org.fedoraproject.prod.copr.build.end`. */
  topic: string;
  body: unknown;
  /** When it was sent, ISO 8601; undefined where the publisher does not say. */
  sentAt: string | undefined;
  /** 10, 20, 30 or 40; 20 where the publisher does not say. */
  severity: number;
}

/** The message, or in one sentence why it is none. */
export type Decoded = { message: FedoraMessage; problem?: never } | { message?: never; problem: string };

const INFO = 20;

/**
 * Reads a message off the wire: JSON in UTF-8 (or in the encoding it names), headers of which any may be missing.
 * Follows fedora-messaging's `get_message`, but for schemas, which are Python code.
 */
export function decodeMessage({
  content,
  fields,
  properties,
}: Pick<ConsumeMessage, 'content' | 'fields' | 'properties'>): Decoded {
  const named: unknown = properties.contentEncoding;
  const encoding = typeof named === 'string' && named !== '' ? named : 'utf-8';
  const text = decodeText(content, encoding);
  if (text === undefined) return { problem: `its body is no ${encoding}` };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { problem: 'its body is no JSON' };
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { problem: 'its body is no JSON object' };
  const headers = headersOf(properties.headers);
  const id: unknown = properties.messageId;
  const severity = headers.fedora_messaging_severity;
  const sentAt = headers['sent-at'];
  return {
    message: {
      id: typeof id === 'string' && id !== '' ? id : undefined,
      topic: fields.routingKey,
      body,
      sentAt: typeof sentAt === 'string' ? sentAt : undefined,
      severity: typeof severity === 'number' ? severity : INFO,
    },
  };
}

function decodeText(content: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}

function headersOf(headers: unknown): Record<string, unknown> {
  return typeof headers === 'object' && headers !== null ? { ...headers } : {};
}
