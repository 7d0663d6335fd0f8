import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { InterruptedError, PackitError } from '../../../../src/errors.ts';
import { createHttpClient } from '../../../../src/remote/http/index.ts';
import type { HttpClient, HttpClientOptions } from '../../../../src/remote/http/index.ts';
import { breakAfterArrival, breakConnection, startServer } from '../../../support/http/server.ts';
import type { Handler, Recorded, TestServer } from '../../../support/http/server.ts';

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 251));
const SHA512 = createHash('sha512').update(CONTENT).digest('hex');

let directory: string;
const cleanups: (() => Promise<void>)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'packit-download-'));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  await rm(directory, { recursive: true });
});

async function serve(handler: Handler): Promise<TestServer> {
  const server = await startServer(handler);
  cleanups.push(() => server.close());
  return server;
}

function client(options: Partial<HttpClientOptions> = {}): HttpClient {
  const made = createHttpClient({ env: {}, retryDelay: 1, ...options });
  cleanups.push(() => made.close());
  return made;
}

async function failure(work: Promise<unknown>): Promise<PackitError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof PackitError) return outcome;
  throw new Error(`expected a failure, not ${String(outcome)}`);
}

/** Serves a file as web servers do: validators, ranges. `stop` breaks the connection after so many bytes. */
function sendFile(
  request: Recorded,
  response: ServerResponse,
  options: { etag?: string; stop?: number; content?: Buffer } = {},
): void {
  const { etag = '"v1"', content = CONTENT, stop } = options;
  const range = /^bytes=(\d+)-$/.exec(String(request.headers.range));
  const condition = request.headers['if-range'];
  const from = range !== null && (condition === undefined || condition === etag) ? Number(range[1]) : 0;
  if (from >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    return;
  }
  const body = content.subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    etag,
    'content-length': body.length,
    'last-modified': 'Thu, 29 Feb 2024 12:00:00 GMT',
    ...(from > 0 ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
  });
  if (stop === undefined) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, stop));
  void breakAfterArrival(response, directory, from + stop);
}

describe('download', () => {
  test('writes the file whole, with its hash, time and progress', async () => {
    const server = await serve(sendFile);
    const file = join(directory, 'deep', 'a.tar.gz');
    const seen: [number, number | undefined][] = [];
    const result = await client().download({
      url: server.url,
      file,
      onProgress: (done, total) => seen.push([done, total]),
    });
    expect(result).toMatchObject({ size: CONTENT.length, sha512: SHA512, etag: '"v1"', resumedFrom: 0 });
    expect((await readFile(file)).equals(CONTENT)).toBe(true);
    expect((await stat(file)).mtime.toISOString()).toBe('2024-02-29T12:00:00.000Z');
    expect(await readdir(join(directory, 'deep'))).toEqual(['a.tar.gz']);
    expect(seen[0]).toEqual([0, CONTENT.length]);
    expect(seen.at(-1)).toEqual([CONTENT.length, CONTENT.length]);
  });

  test('goes on where a broken connection stopped', async () => {
    const server = await serve((request, response) =>
      sendFile(request, response, server.requests.length < 4 ? { stop: 50_000 } : {}),
    );
    const file = join(directory, 'a');
    const result = await client().download({ url: server.url, file });
    expect(result).toMatchObject({ size: CONTENT.length, sha512: SHA512 });
    expect(result.resumedFrom).toBeGreaterThan(0);
    expect((await readFile(file)).equals(CONTENT)).toBe(true);
    const ranges = server.requests.map((request) => request.headers.range);
    expect(ranges[0]).toBeUndefined();
    expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
    expect(server.requests[1]?.headers['if-range']).toBe('"v1"');
  });

  test('goes on in a later run', async () => {
    const server = await serve((request, response) =>
      sendFile(request, response, server.requests.length === 1 ? { stop: 50_000 } : {}),
    );
    const file = join(directory, 'a');
    await failure(client({ retries: 0 }).download({ url: server.url, file }));
    expect((await readdir(directory)).sort()).toEqual(['a.part', 'a.part.json']);
    const result = await client({ retries: 0 }).download({ url: server.url, file });
    expect(result.resumedFrom).toBeGreaterThan(0);
    expect(result.sha512).toBe(SHA512);
    expect(await readdir(directory)).toEqual(['a']);
  });

  test('begins again when the file changed in between', async () => {
    const changed = Buffer.from(CONTENT).fill('y', 0, 1000);
    const server = await serve((request, response) => {
      if (server.requests.length === 1) sendFile(request, response, { stop: 50_000 });
      else sendFile(request, response, { etag: '"v2"', content: changed });
    });
    const file = join(directory, 'a');
    const result = await client().download({ url: server.url, file });
    expect(result.sha512).toBe(createHash('sha512').update(changed).digest('hex'));
    expect((await readFile(file)).equals(changed)).toBe(true);
  });

  test('begins again when the server knows no ranges or sends another one', async () => {
    const server = await serve((request, response) => {
      const count = server.requests.length;
      if (count === 1) sendFile(request, response, { stop: 50_000 });
      else if (count === 2) {
        response.writeHead(206, { 'content-range': `bytes 5-${CONTENT.length - 1}/${CONTENT.length}` });
        response.end(CONTENT.subarray(5));
      } else response.writeHead(200).end(CONTENT);
    });
    const file = join(directory, 'a');
    const result = await client().download({ url: server.url, file });
    expect(result.sha512).toBe(SHA512);
    expect((await readFile(file)).equals(CONTENT)).toBe(true);
  });

  test('a complete part that was never renamed does no harm (416)', async () => {
    const server = await serve(sendFile);
    const file = join(directory, 'a');
    await writeFile(`${file}.part`, CONTENT);
    await writeFile(`${file}.part.json`, JSON.stringify({ url: `${server.url}/`, validator: '"v1"' }));
    const result = await client().download({ url: server.url, file });
    expect(result.sha512).toBe(SHA512);
    expect(server.requests).toHaveLength(2);
  });

  test('a part without facts, or of another URL, is not gone on with', async () => {
    const server = await serve(sendFile);
    const file = join(directory, 'a');
    await writeFile(`${file}.part`, 'something else');
    await client().download({ url: server.url, file });
    expect((await readFile(file)).equals(CONTENT)).toBe(true);
    await writeFile(`${file}.part`, 'something else');
    await writeFile(`${file}.part.json`, JSON.stringify({ url: 'http://other.example/', validator: '"v1"' }));
    await client().download({ url: server.url, file });
    expect((await readFile(file)).equals(CONTENT)).toBe(true);
    expect(server.requests.every((request) => request.headers.range === undefined)).toBe(true);
  });

  test.each([
    ['at once', (_request: Recorded, response: ServerResponse) => breakConnection(response)],
    [
      'after the head',
      (_request: Recorded, response: ServerResponse) => {
        response.writeHead(200, { 'content-length': '10' }).flushHeaders();
        setTimeout(() => breakConnection(response), 10);
      },
    ],
    [
      'in the middle of chunks',
      (_request: Recorded, response: ServerResponse) => {
        response.writeHead(200).write('abc');
        setTimeout(() => response.socket?.destroy(), 10);
      },
    ],
  ])(
    'a connection that always breaks %s is an error, and no file is left',
    async (_when, handler: Handler) => {
      const server = await serve(handler);
      const file = join(directory, 'a');
      const error = await failure(client({ retries: 2 }).download({ url: `${server.url}/a.tgz`, file }));
      expect(['HTTP_RESET', 'HTTP_TRUNCATED']).toContain(error.code);
      expect(error.message).toContain(`${server.url}/a.tgz`);
      expect(error.exitCode).toBe(3);
      expect(server.requests).toHaveLength(3);
      expect(await readdir(directory)).not.toContain('a');
    },
  );

  test('another size than expected is refused before the transfer', async () => {
    const server = await serve(sendFile);
    const file = join(directory, 'a');
    const error = await failure(client().download({ url: server.url, file, expectedSize: 7 }));
    expect(error.code).toBe('DOWNLOAD_SIZE');
    expect(error.message).toContain('300000 bytes instead of 7');
    expect(await readdir(directory)).toEqual([]);
  });

  test('another size than expected is noticed where no length was announced', async () => {
    const server = await serve((_request, response) => {
      response.write('ab');
      response.end('c');
    });
    const file = join(directory, 'a');
    const error = await failure(client().download({ url: server.url, file, expectedSize: 7 }));
    expect(error.code).toBe('DOWNLOAD_SIZE');
    expect(await readdir(directory)).toEqual([]);
  });

  test('something endless in place of a file of known size is not waited for', async () => {
    const server = await serve((_request, response) => {
      const more = (): void => {
        while (response.write(Buffer.alloc(64 * 1024)));
        response.once('drain', more);
      };
      more();
    });
    const file = join(directory, 'a');
    const error = await failure(client().download({ url: server.url, file, expectedSize: 7 }));
    expect(error.code).toBe('DOWNLOAD_SIZE');
    expect(await readdir(directory)).toEqual([]);
  });

  test('refusals carry the status and are repeated only if that may help', async () => {
    const server = await serve((request, response) => {
      response
        .writeHead(request.url === '/busy' ? 503 : 404, { 'content-type': 'text/plain' })
        .end('No such thing');
    });
    const file = join(directory, 'a');
    const missing = await failure(client().download({ url: `${server.url}/x`, file }));
    expect(missing.code).toBe('HTTP_NOT_FOUND');
    expect(missing.details).toEqual(['No such thing']);
    expect(server.requests).toHaveLength(1);
    const busy = await failure(client().download({ url: `${server.url}/busy`, file }));
    expect(busy.code).toBe('HTTP_SERVER_ERROR');
    expect(server.requests).toHaveLength(5);
  });

  test('a server that falls silent is given up', async () => {
    const server = await serve(
      (_request, response) => void response.writeHead(200, { 'content-length': '10' }).write('abc'),
    );
    const error = await failure(
      client({ idleTimeout: 150, retries: 0 }).download({ url: server.url, file: join(directory, 'a') }),
    );
    expect(error.code).toBe('HTTP_TIMEOUT');
  });

  test('a trickle is given up, and gone on with', async () => {
    const server = await serve((request, response) => {
      if (server.requests.length > 1) return sendFile(request, response);
      response.writeHead(200, { etag: '"v1"', 'content-length': CONTENT.length });
      const timer = setInterval(() => response.write(CONTENT.subarray(0, 1)), 20);
      response.on('close', () => clearInterval(timer));
      return undefined;
    });
    const http = client({ slowWindow: 200, retries: 1 });
    const result = await http.download({ url: server.url, file: join(directory, 'a') });
    expect(server.requests).toHaveLength(2);
    expect(result.resumedFrom).toBeGreaterThan(0);
    expect(result.size).toBe(CONTENT.length);
  });

  test('compressed transfer is not asked for, and what is marked as such is kept as it is', async () => {
    const server = await serve((_request, response) => {
      response
        .writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/x-gzip' })
        .end(CONTENT);
    });
    const result = await client().download({ url: server.url, file: join(directory, 'a.tar.gz') });
    expect(result.sha512).toBe(SHA512);
    expect(server.requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  test('interruption ends it and keeps what has come', async () => {
    const server = await serve((_request, response) => {
      response
        .writeHead(200, { etag: '"v1"', 'content-length': CONTENT.length })
        .write(CONTENT.subarray(0, 100_000));
    });
    const stop = new AbortController();
    const work = client({ signal: stop.signal }).download({
      url: server.url,
      file: join(directory, 'a'),
      onProgress: (done) => {
        if (done > 0) stop.abort(new InterruptedError('SIGINT'));
      },
    });
    expect((await failure(work)).code).toBe('INTERRUPTED');
    expect((await readdir(directory)).sort()).toEqual(['a.part', 'a.part.json']);
  });

  test('a directory that cannot be written is an error of the disk, not of the service', async () => {
    const server = await serve(sendFile);
    await writeFile(join(directory, 'file'), '');
    const error = await failure(client().download({ url: server.url, file: join(directory, 'file', 'a') }));
    expect(error.code).toBe('FILE_WRITE');
    expect(error.exitCode).toBe(2);
    expect(server.requests).toHaveLength(0);
  });

  test('refresh transfers nothing if nothing changed', async () => {
    const server = await serve((request, response) => {
      if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end();
      else sendFile(request, response);
    });
    const file = join(directory, 'a');
    expect(await client().refresh({ url: server.url, file, etag: '"v1"' })).toBeUndefined();
    expect(await readdir(directory)).toEqual([]);
    expect(await client().refresh({ url: server.url, file, etag: '"v0"' })).toMatchObject({ sha512: SHA512 });
  });
});
