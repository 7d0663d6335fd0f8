/** The door for webhooks: reads, checks, queues, and only then says that it has the event. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PackitError, messageOf } from '../../../errors.ts';
import type { HandledEvent } from '../types.ts';
import { receive } from './receive.ts';
import type { WebhookSecrets } from './receive.ts';

/** GitHub sends no more, and what is larger is cut off. */
export const LARGEST_BODY = 25 * 1024 * 1024;

export interface Address {
  host: string;
  port: number;
}

export interface WebOptions {
  address: Address;
  secrets: WebhookSecrets;
  /** @throws what keeps the event from being queued; the sender gets 503 and may repeat it */
  enqueue: (event: HandledEvent) => Promise<void>;
  /** One line for the log. */
  say: (line: string) => void;
  /** For the counters: `queued`, `ignored`, `refused`, `failed`. */
  count: (from: string, result: string) => void;
}

export interface WebDoor {
  address: Address;
  /** Takes no new requests; those that have begun are answered. */
  close(): Promise<void>;
}

/** @throws PackitError `LISTEN_ADDRESS` */
export async function openWebDoor(options: WebOptions): Promise<WebDoor> {
  const { secrets, say, count } = options;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    if (path === '/live' && request.method === 'GET') return send(response, 200, 'alive');
    if (request.method !== 'POST') return send(response, 405, 'webhooks are sent by POST', { allow: 'POST' });
    const body = await readBody(request);
    if (body === undefined) {
      count('unknown', 'refused');
      // What is still to come is thrown away for a moment, and not waited for.
      request.resume();
      response.on('finish', () => setTimeout(() => request.destroy(), LAST_WORDS).unref());
      return send(response, 413, `the body is larger than ${LARGEST_BODY} bytes`);
    }
    const received = receive({ path, headers: request.headers, body }, secrets);
    if (received.event === undefined) {
      const { status, text, from } = received;
      count(from, status < 300 ? 'ignored' : 'refused');
      if (status >= 300) say(`A request to ${path} was answered with ${status}: ${text}`);
      return send(response, status, text);
    }
    const { event } = received;
    try {
      await options.enqueue(event);
    } catch (error) {
      count(event.forge ?? event.name, 'failed');
      say(`${event.id} (${event.name}) could not be queued: ${messageOf(error)}`);
      return send(response, 503, 'the event could not be queued; send it again later', {
        'retry-after': '60',
      });
    }
    count(event.forge ?? event.name, 'queued');
    send(response, 202, 'queued');
  };

  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    request.on('error', () => {});
    answer(request, response).catch((error: unknown) => {
      say(`A request failed: ${messageOf(error)}`);
      if (!response.headersSent) send(response, 500, 'packit failed');
    });
  });
  const address = await listenOn(server, options.address);
  return {
    address,
    close: () =>
      new Promise((done) => {
        // A sender keeps its connection for the next event, which we do not wait for.
        const idle = setInterval(() => server.closeIdleConnections(), 50);
        server.close(() => {
          clearInterval(idle);
          done();
        });
      }),
  };
}

/** Undefined if it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) return undefined;
  return new Promise((done, fail) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= LARGEST_BODY) chunks.push(chunk);
      else done(undefined);
    });
    request.on('end', () => done(Buffer.concat(chunks)));
    request.on('error', fail);
  });
}

/** Milliseconds in which the answer can reach somebody who is still sending; at once it would be lost with the connection. */
const LAST_WORDS = 1000;

export function send(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(`${text}\n`);
}

/** @throws PackitError `LISTEN_ADDRESS` */
export async function listenOn(
  server: ReturnType<typeof createServer>,
  { host, port }: Address,
): Promise<Address> {
  await new Promise<void>((done, fail) => {
    server.once('error', (error) =>
      fail(
        new PackitError('LISTEN_ADDRESS', `Cannot listen on ${host}:${port}: ${messageOf(error)}`, {
          hint: 'Choose another address with --web and --monitor, or end what listens there.',
          cause: error,
        }),
      ),
    );
    server.listen(port, host, done);
  });
  return { host, port: (server.address() as AddressInfo).port };
}
