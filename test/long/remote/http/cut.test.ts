import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHttpClient } from '../../../../src/remote/http/index.ts';

const CONTENT = Buffer.from(Array.from({ length: 2000 }, (_, index) => (index * 31) % 251));
const SHA512 = createHash('sha512').update(CONTENT).digest('hex');

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'packit-cut-'));
});
afterEach(() => rm(directory, { recursive: true }));

interface CuttingServer {
  server: Server;
  url: string;
  connections: number;
  close(): void;
}

/** Answers one request for each connection, the first one only up to so many bytes; then the connection is reset or closed. */
async function cutAt(bytes: number, how: 'reset' | 'close', ranges: boolean): Promise<CuttingServer> {
  const sockets = new Set<Socket>();
  const state = { connections: 0 };
  const server = createServer((socket) => {
    sockets.add(socket);
    const first = (state.connections += 1) === 1;
    let request = '';
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      request += chunk.toString('latin1');
      if (!request.includes('\r\n\r\n')) return;
      const answer = answerTo(request, ranges);
      request = '';
      if (!first) {
        socket.end(answer);
        return;
      }
      socket.write(answer.subarray(0, bytes), () => {
        if (how === 'close') socket.end();
        else setTimeout(() => socket.resetAndDestroy(), 2);
      });
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    url: `http://127.0.0.1:${port}/file`,
    get connections() {
      return state.connections;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function answerTo(request: string, ranges: boolean): Buffer {
  const from = ranges ? Number(/^range: bytes=(\d+)-/im.exec(request)?.[1] ?? 0) : 0;
  const body = CONTENT.subarray(from);
  const head = [
    from > 0 ? 'HTTP/1.1 206 Partial Content' : 'HTTP/1.1 200 OK',
    ...(from > 0 ? [`Content-Range: bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}`] : []),
    `Content-Length: ${body.length}`,
    'ETag: "v1"',
    'Connection: close',
    '\r\n',
  ];
  return Buffer.concat([Buffer.from(head.join('\r\n')), body]);
}

describe('a connection cut after every number of bytes', () => {
  const whole = answerTo('', true).length;

  test.each([
    ['reset', true],
    ['close', true],
    ['close', false],
  ] as const)(
    '%s, ranges %p: the file is right in the end',
    async (how, ranges) => {
      const http = createHttpClient({ env: {}, retryDelay: 1 });
      for (let bytes = 0; bytes < whole; bytes += bytes < 200 ? 1 : 37) {
        const server = await cutAt(bytes, how, ranges);
        const file = join(directory, `after-${bytes}`);
        const result = await http.download({ url: server.url, file });
        expect([bytes, result.sha512]).toEqual([bytes, SHA512]);
        expect(server.connections).toBe(2);
        server.close();
      }
      expect((await readdir(directory)).filter((name) => name.includes('.part'))).toEqual([]);
      await http.close();
    },
    60_000,
  );
});
