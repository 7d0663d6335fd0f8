/** A loopback web server for tests: routes are functions, every request is recorded. */
import { readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface Recorded {
  method: string;
  /** Path and query. */
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

export type Handler = (request: Recorded, response: ServerResponse) => void | Promise<void>;

export interface TestServer {
  url: string;
  port: number;
  requests: Recorded[];
  close(): Promise<void>;
}

export interface TestServerOptions {
  tls?: { cert: string | Buffer; key: string | Buffer; ca?: string | Buffer; requestCert?: boolean };
  host?: string;
}

export async function startServer(handler: Handler, options: TestServerOptions = {}): Promise<TestServer> {
  const requests: Recorded[] = [];
  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    incoming.on('error', () => {});
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const recorded: Recorded = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks),
      };
      requests.push(recorded);
      Promise.resolve(handler(recorded, response)).catch((error: unknown) => {
        response.statusCode = 599;
        response.end(String(error));
      });
    });
  };
  const server: Server =
    options.tls === undefined ? createServer(listener) : createTlsServer(options.tls, listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const scheme = options.tls === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://${options.host ?? '127.0.0.1'}:${port}`,
    port,
    requests,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Breaks the connection once a download below `directory` has written so many bytes, however slow the machine is. */
export async function breakAfterArrival(
  response: ServerResponse,
  directory: string,
  bytes: number,
): Promise<void> {
  const arrived = (): boolean =>
    readdirSync(directory, { recursive: true, encoding: 'utf8' }).some(
      (name) => name.endsWith('.part') && statSync(join(directory, name)).size >= bytes,
    );
  for (let count = 0; count < 2000 && !arrived(); count += 1) await delay(5);
  breakConnection(response);
}

/** Ends the connection at once, as a crashed server does. */
export function breakConnection(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}
