import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { InterruptedError, PackitError, ServiceError } from '../../../../src/errors.ts';
import { answerOf, createHttpClient } from '../../../../src/remote/http/index.ts';
import type { HttpClient, HttpClientOptions } from '../../../../src/remote/http/index.ts';
import { createRedactor } from '../../../../src/tools/process/index.ts';
import { breakConnection, sendJson, startServer } from '../../../support/http/server.ts';
import { createAuthority } from '../../../support/http/certificates.ts';
import type { Handler, TestServer } from '../../../support/http/server.ts';
import { tempDir } from '../../../support/temp.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
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
  try {
    await work;
  } catch (error) {
    if (error instanceof PackitError) return error;
    throw error;
  }
  throw new Error('expected a failure');
}

describe('requests', () => {
  test('send query, headers, user agent and JSON', async () => {
    const server = await serve((request, response) => sendJson(response, { got: request.body.toString() }));
    const answer = await client().json({
      url: `${server.url}/api?a=1`,
      query: { page: 2, none: undefined, tag: ['x y', 'z'] },
      method: 'POST',
      json: { name: 'packit' },
      headers: { 'X-Thing': 'yes', 'X-None': undefined },
    });
    expect(answer).toEqual({ got: '{"name":"packit"}' });
    const [request] = server.requests;
    expect(request?.url).toBe('/api?a=1&page=2&tag=x+y&tag=z');
    expect(request?.headers['user-agent']).toMatch(/^packit-cli\//);
    expect(request?.headers['content-type']).toBe('application/json');
    expect(request?.headers['content-length']).toBe('17');
    expect(request?.headers['x-thing']).toBe('yes');
    expect(request?.headers).not.toHaveProperty('x-none');
  });

  test('forms repeat lists, multipart streams files with a length', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'packit-http-'));
    cleanups.push(() => rm(directory, { recursive: true }));
    const file = join(directory, 'a "b".tar.gz');
    await writeFile(file, Buffer.alloc(700_000, 'x'));
    const server = await serve((_request, response) => void response.end('ok'));
    const seen: number[] = [];
    const http = client();
    await http.request({ url: server.url, method: 'POST', form: { builds: ['a', 'b'], notes: 'ü' } });
    await http.request({
      url: server.url,
      method: 'POST',
      multipart: [
        { name: 'name', value: 'rpms/x' },
        { name: 'file', file },
      ],
      onUpload: (done) => seen.push(done),
    });
    expect(server.requests[0]?.body.toString()).toBe('builds=a&builds=b&notes=%C3%BC');
    const headers = server.requests[1]?.headers ?? {};
    const body = server.requests[1]?.body ?? Buffer.alloc(0);
    expect(headers['content-length']).toBe(String(body.length));
    expect(headers).not.toHaveProperty('transfer-encoding');
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': String(headers['content-type']) },
    }).formData();
    expect(form.get('name')).toBe('rpms/x');
    const sent = form.get('file');
    expect(sent instanceof File && sent.name).toBe('a "b".tar.gz');
    expect(sent instanceof File && sent.size).toBe(700_000);
    expect(seen.at(-1)).toBe(body.length);
  });

  test('credentials in a URL become a header and appear in no message', async () => {
    const server = await serve((_request, response) => void response.writeHead(403).end('no, sesame1'));
    const url = server.url.replace('//', '//user:sesame1@');
    const error = await failure(
      client({ redactor: createRedactor() }).request({ url: `${url}/x?token=abcdef` }),
    );
    expect(server.requests[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('user:sesame1').toString('base64')}`,
    );
    expect(`${error.message} ${error.details.join()}`).not.toMatch(/sesame1|abcdef/);
    expect(error.details).toEqual(['no, ***']);
  });

  test('a packed answer is unpacked, a broken one is asked for again', async () => {
    const packed = gzipSync('{"packed":true}');
    const server = await serve((_request, response) => {
      const body = server.requests.length === 1 ? packed.subarray(0, 12) : packed;
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'application/json' }).end(body);
    });
    expect(await client().json({ url: server.url })).toEqual({ packed: true });
    expect(server.requests[1]?.headers['accept-encoding']).toBe('gzip');
    const response = await client().fetch(server.url);
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(await response.json()).toEqual({ packed: true });
  });

  test('an empty 204 is undefined; a web page instead of JSON is an error that says so', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/none') response.writeHead(204).end();
      else response.writeHead(200, { 'content-type': 'text/html' }).end('<html>login</html>');
    });
    expect(await client().json({ url: `${server.url}/none` })).toBeUndefined();
    const error = await failure(client().json({ url: `${server.url}/page`, service: 'Pagure' }));
    expect(error.code).toBe('HTTP_NOT_JSON');
    expect(error.message).toContain('Pagure');
    expect(error.message).toContain('text/html');
    expect(error.hint).toContain('login page');
  });
});

describe('refusals', () => {
  test.each([
    [401, 'HTTP_UNAUTHORIZED'],
    [403, 'HTTP_FORBIDDEN'],
    [404, 'HTTP_NOT_FOUND'],
    [409, 'HTTP_STATUS'],
    [429, 'HTTP_RATE_LIMITED'],
    [500, 'HTTP_SERVER_ERROR'],
    [503, 'HTTP_SERVER_ERROR'],
  ])('%d is %s with the words of the service', async (status, code) => {
    const server = await serve((_request, response) => sendJson(response, { error: 'Because.' }, status));
    const error = await failure(client({ retries: 0 }).request({ url: `${server.url}/thing` }));
    expect(error).toBeInstanceOf(ServiceError);
    expect(error.code).toBe(code);
    expect(error.exitCode).toBe(3);
    expect((error as ServiceError).status).toBe(status);
    expect(error.message).toContain(`${server.url}/thing`);
    expect(error.details).toEqual(['Because.']);
    expect(answerOf(error)?.json()).toEqual({ error: 'Because.' });
  });

  test('an accepted status is an answer', async () => {
    const server = await serve((_request, response) => sendJson(response, { error: 'gone' }, 404));
    const answer = await client().request({ url: server.url, accept: [404] });
    expect(answer.status).toBe(404);
    const other = await client().request({ url: server.url, accept: 'all' });
    expect(other.json()).toEqual({ error: 'gone' });
  });

  test('the hint of the caller is shown when access is refused', async () => {
    const server = await serve((_request, response) => void response.writeHead(401).end());
    const error = await failure(client().request({ url: server.url, authHint: 'Set GITHUB_TOKEN.' }));
    expect(error.hint).toBe('Set GITHUB_TOKEN.');
  });
});

describe('repeats', () => {
  test('a read is repeated after 503, a broken connection and a broken body', async () => {
    const server = await serve((_request, response) => {
      const count = server.requests.length;
      if (count === 1) response.writeHead(503).end();
      else if (count === 2) breakConnection(response);
      else if (count === 3) {
        response.writeHead(200, { 'content-length': '10' }).write('half');
        setTimeout(() => breakConnection(response), 10);
      } else response.end('whole');
    });
    const answer = await client().request({ url: server.url });
    expect(answer.text()).toBe('whole');
    expect(server.requests).toHaveLength(4);
  });

  test('a write is sent once, unless it says that it may be repeated', async () => {
    const server = await serve((_request, response) => void response.writeHead(502).end());
    await failure(client().request({ url: server.url, method: 'POST', json: {} }));
    expect(server.requests).toHaveLength(1);
    await failure(client().request({ url: server.url, method: 'POST', json: {}, idempotent: true }));
    expect(server.requests).toHaveLength(5);
  });

  test('a write is repeated after 429, which has done nothing', async () => {
    const server = await serve((_request, response) => {
      if (server.requests.length === 1) response.writeHead(429, { 'retry-after': '0' }).end();
      else response.end('done');
    });
    const answer = await client().request({ url: server.url, method: 'POST', body: 'x' });
    expect(answer.text()).toBe('done');
  });

  test('Retry-After is honoured up to a limit', async () => {
    const server = await serve((_request, response) => {
      if (server.requests.length === 1) response.writeHead(503, { 'retry-after': '1' }).end();
      else if (server.requests.length === 2) response.writeHead(503, { 'retry-after': '3600' }).end();
      else response.end();
    });
    const start = performance.now();
    const error = await failure(client().request({ url: server.url }));
    expect(performance.now() - start).toBeGreaterThanOrEqual(990);
    expect(error.code).toBe('HTTP_SERVER_ERROR');
    expect(server.requests).toHaveLength(2);
  });
});

describe('no answer', () => {
  test('a refused connection', async () => {
    const server = await serve(() => {});
    await server.close();
    const error = await failure(client().request({ url: `${server.url}/x` }));
    expect(error.code).toBe('HTTP_REFUSED');
    expect(error.message).toContain(`GET ${server.url}/x`);
    expect(error.hint).toContain('HTTPS_PROXY');
  });

  test('a host that does not exist', async () => {
    const error = await failure(client().request({ url: 'http://does-not-exist.invalid/x' }));
    expect(error.code).toBe('HTTP_DNS');
    expect(error.message).toContain('does-not-exist.invalid');
  });

  test('an answer that never comes, and one that stops half-way', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/half') response.writeHead(200, { 'content-length': '10' }).write('half');
    });
    const http = client({ idleTimeout: 150, retries: 0 });
    expect((await failure(http.request({ url: server.url }))).code).toBe('HTTP_TIMEOUT');
    expect((await failure(http.request({ url: `${server.url}/half` }))).code).toBe('HTTP_TIMEOUT');
  });

  test('a trickle is ended by the time limit of the whole', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(timer));
    });
    const error = await failure(client({ timeout: 200, retries: 0 }).request({ url: server.url }));
    expect(error.code).toBe('HTTP_TIMEOUT');
  });

  test('TLS spoken to a server that does not', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end('SSH-2.0-OpenSSH_9.2\r\n');
    }).listen(0, '127.0.0.1');
    cleanups.push(async () => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const error = await failure(client({ retries: 0 }).request({ url: `https://127.0.0.1:${port}/` }));
    expect(error.code).toBe('HTTP_TLS');
  });

  test('an address that is none', async () => {
    for (const url of ['not a url', 'ftp://example.com/x', 'file:///etc/passwd']) {
      expect((await failure(client().request({ url }))).code).toBe('HTTP_BAD_URL');
    }
  });
});

describe('redirects', () => {
  test('are followed; credentials stay with their host', async () => {
    const other = await serve((request, response) =>
      sendJson(response, { auth: request.headers.authorization ?? null }),
    );
    const server = await serve((request, response) => {
      if (request.url === '/near') response.writeHead(301, { location: '/end' }).end();
      else if (request.url === '/far') response.writeHead(302, { location: `${other.url}/end` }).end();
      else sendJson(response, { auth: request.headers.authorization ?? null });
    });
    const headers = { authorization: 'token sesame' };
    expect(await client().json({ url: `${server.url}/near`, headers })).toEqual({ auth: 'token sesame' });
    expect(await client().json({ url: `${server.url}/far`, headers })).toEqual({ auth: null });
  });

  test('303 turns a POST into a GET, 307 sends it again as it was', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/303') response.writeHead(303, { location: '/end' }).end();
      else if (request.url === '/307') response.writeHead(307, { location: '/end' }).end();
      else sendJson(response, { method: request.method, body: request.body.toString() });
    });
    const post = { method: 'POST', form: { a: 'b' } } as const;
    expect(await client().json({ url: `${server.url}/303`, ...post })).toEqual({ method: 'GET', body: '' });
    expect(await client().json({ url: `${server.url}/307`, ...post })).toEqual({
      method: 'POST',
      body: 'a=b',
    });
  });

  test('credentials do not go on to a connection that is not encrypted, nor to another port', async () => {
    const authority = await createAuthority();
    cleanups.push(() => authority.close());
    const plain = await serve((request, response) => sendJson(response, request.headers));
    const secure = await startServer(
      (_request, response) => void response.writeHead(302, { location: `${plain.url}/end` }).end(),
      { tls: await authority.issue('server'), host: 'localhost' },
    );
    cleanups.push(() => secure.close());
    const secrets = ['authorization', 'cookie', 'private-token', 'job-token', 'x-api-key'];
    const headers = Object.fromEntries(secrets.map((name) => [name, 'sesame']));
    const http = client({ env: { SSL_CERT_FILE: authority.file } });
    const seen = await http.json({ url: `${secure.url}/start`, headers });
    expect(JSON.stringify(seen)).not.toContain('sesame');
    const [, path] = secure.url.split('//');
    const second = await http.json({ url: `https://jane:sesame@${path}/start` });
    expect(JSON.stringify(second)).not.toMatch(/sesame|Basic/);
  });

  test('what is sent is not handed on to another host', async () => {
    const other = await serve((_request, response) => sendJson(response, {}));
    const server = await serve(
      (_request, response) => void response.writeHead(307, { location: `${other.url}/end` }).end(),
    );
    const error = await failure(client().request({ url: server.url, method: 'POST', form: { a: 'b' } }));
    expect(error.code).toBe('HTTP_REDIRECT');
    expect(other.requests).toEqual([]);
  });

  test.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'data:text/plain,x', 'gopher://x/'])(
    'to %s are not followed',
    async (location) => {
      const server = await serve((_request, response) => void response.writeHead(302, { location }).end());
      const file = join(tempDir(), 'x');
      expect((await failure(client().request({ url: server.url }))).code).toBe('HTTP_REDIRECT');
      expect((await failure(client().download({ url: server.url, file }))).code).toBe('HTTP_REDIRECT');
      expect(existsSync(file)).toBe(false);
    },
  );

  test('a loop ends with an error', async () => {
    const server = await serve(
      (_request, response) => void response.writeHead(302, { location: '/again' }).end(),
    );
    const error = await failure(client().request({ url: `${server.url}/start` }));
    expect(error.code).toBe('HTTP_REDIRECT');
    expect(server.requests).toHaveLength(11);
  });
});

describe('dry run', () => {
  test('refuses writes and lets reads through, a POST that only asks too', async () => {
    const server = await serve((_request, response) => sendJson(response, {}));
    const http = client({ dryRun: true });
    await http.json({ url: server.url });
    await http.json({ url: server.url, method: 'POST', access: 'read', json: {} });
    await http.fetch(server.url, { method: 'POST', access: 'read', body: '{}' });
    expect(server.requests).toHaveLength(3);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      expect((await failure(http.json({ url: server.url, method }))).code).toBe('DRY_RUN_WRITE');
      expect((await failure(http.fetch(server.url, { method }))).code).toBe('DRY_RUN_WRITE');
    }
    expect(server.requests).toHaveLength(3);
  });
});

describe('interruption', () => {
  test('ends a request that waits, and a wait between repeats', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/busy') response.writeHead(503).end();
    });
    for (const path of ['/hang', '/busy']) {
      const stop = new AbortController();
      const work = client({ signal: stop.signal, retryDelay: 60_000 }).request({
        url: `${server.url}${path}`,
      });
      setTimeout(() => stop.abort(new InterruptedError('SIGTERM')), 50);
      expect((await failure(work)).message).toContain('SIGTERM');
    }
  });
});

describe('fetch', () => {
  test('gives libraries what they expect, statuses included', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/missing') return sendJson(response, { message: 'Not Found' }, 404);
      if (request.url === '/busy') return sendJson(response, { message: 'busy' }, 503);
      if (request.url === '/none') return void response.writeHead(204).end();
      return sendJson(response, { body: request.body.toString(), type: request.headers['content-type'] });
    });
    const { fetch } = client();
    const ok = await fetch(`${server.url}/x`, { method: 'POST', body: new URLSearchParams({ a: 'b' }) });
    expect(ok.url).toBe(`${server.url}/x`);
    expect(await ok.json()).toEqual({ body: 'a=b', type: 'application/x-www-form-urlencoded;charset=UTF-8' });
    expect((await fetch(new Request(`${server.url}/missing`))).status).toBe(404);
    expect((await fetch(`${server.url}/none`)).status).toBe(204);
    const before = server.requests.length;
    expect((await fetch(new URL(`${server.url}/busy`))).status).toBe(503);
    expect(server.requests.length - before).toBe(4);
  });
});
