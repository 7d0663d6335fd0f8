import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { PackitError } from '../../../../src/errors.ts';
import { createHttpClient } from '../../../../src/remote/http/index.ts';
import type { HttpClient, HttpClientOptions } from '../../../../src/remote/http/index.ts';
import { createRedactor } from '../../../../src/tools/process/index.ts';
import { createAuthority } from '../../../support/http/certificates.ts';
import type { Certificate, TestAuthority } from '../../../support/http/certificates.ts';
import { startProxy } from '../../../support/http/proxy.ts';
import type { TestProxy, TestProxyOptions } from '../../../support/http/proxy.ts';
import { startServer } from '../../../support/http/server.ts';
import type { TestServer } from '../../../support/http/server.ts';

let authority: TestAuthority;
let identity: Certificate;
let plain: TestServer;
let secure: TestServer;
const cleanups: (() => Promise<void>)[] = [];

beforeAll(async () => {
  authority = await createAuthority();
  identity = await authority.issue('server');
  plain = await startServer((request, response) => void response.end(`plain ${request.url}`));
  secure = await startServer((request, response) => void response.end(`secure ${request.url}`), {
    tls: identity,
    host: 'localhost',
  });
}, 30_000);
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});
afterAll(async () => {
  await plain.close();
  await secure.close();
  await authority.close();
});

function client(env: Record<string, string>, options: Partial<HttpClientOptions> = {}): HttpClient {
  const made = createHttpClient({ env, retries: 0, ...options });
  cleanups.push(() => made.close());
  return made;
}

async function proxy(options: TestProxyOptions = {}): Promise<TestProxy> {
  const started = await startProxy(options);
  cleanups.push(() => started.close());
  return started;
}

async function ask(http: HttpClient, url: string): Promise<string> {
  return (await http.request({ url: `${url}/x?y=1` })).text();
}

async function failure(work: Promise<unknown>): Promise<PackitError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof PackitError) return outcome;
  throw new Error(`expected a failure, not ${String(outcome)}`);
}

describe('certificates', () => {
  test('an authority nobody knows is refused, with the way out', async () => {
    const error = await failure(ask(client({}), secure.url));
    expect(error.code).toBe('HTTP_TLS');
    expect(error.message).toContain(secure.url);
    expect(error.hint).toContain('SSL_CERT_FILE');
  });

  test.each(['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'])(
    '%s names one to trust',
    async (variable) => {
      expect(await ask(client({ [variable]: authority.file }), secure.url)).toBe('secure /x?y=1');
    },
  );

  test('SSL_CERT_DIR names directories of them', async () => {
    const directory = join(authority.directory, 'certs');
    await mkdir(directory);
    await writeFile(join(directory, 'readme.txt'), 'no certificate');
    await writeFile(join(directory, 'company.crt'), await readFile(authority.file));
    expect(await ask(client({ SSL_CERT_DIR: `/nonexistent:${directory}` }), secure.url)).toBe(
      'secure /x?y=1',
    );
  });

  test.each([
    ['is not there', '/nonexistent/ca.pem'],
    ['holds none', '/etc/hostname'],
  ])('a file of certificates that %s is an error that names the variable', async (_what, path) => {
    const error = await failure(ask(client({ SSL_CERT_FILE: path }), secure.url));
    expect(error.code).toBe('CA_CERTIFICATES');
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain('SSL_CERT_FILE');
    expect(error.message).toContain(path);
  });

  test('a certificate of another host is refused', async () => {
    const other = await authority.issue('other', 'DNS:other.example');
    const server = await startServer((_request, response) => void response.end(), {
      tls: other,
      host: 'localhost',
    });
    cleanups.push(() => server.close());
    const error = await failure(ask(client({ SSL_CERT_FILE: authority.file }), server.url));
    expect(error.code).toBe('HTTP_TLS');
    expect(error.message).toContain('other.example');
  });

  test('a client certificate is shown to servers that want one', async () => {
    const tls = { ...identity, ca: await readFile(authority.file), requestCert: true };
    const server = await startServer((_request, response) => void response.end('welcome'), {
      tls,
      host: 'localhost',
    });
    cleanups.push(() => server.close());
    const env = { SSL_CERT_FILE: authority.file };
    expect((await failure(ask(client(env), server.url))).exitCode).toBe(3);
    const { certFile, keyFile } = await authority.issue('jane');
    expect(await ask(client(env, { clientCertificate: { certFile, keyFile } }), server.url)).toBe('welcome');
    const both = join(authority.directory, 'both.pem');
    await writeFile(both, Buffer.concat([await readFile(certFile), await readFile(keyFile)]));
    expect(await ask(client(env, { clientCertificate: { certFile: both } }), server.url)).toBe('welcome');
    const bad = await failure(
      ask(client(env, { clientCertificate: { certFile: '/nonexistent' } }), server.url),
    );
    expect(bad.code).toBe('CERTIFICATE_INVALID');
  });
});

describe('proxies', () => {
  test('https goes through a tunnel, http as a whole URL', async () => {
    const way = await proxy();
    const env = { HTTPS_PROXY: way.url, http_proxy: way.url, SSL_CERT_FILE: authority.file };
    const http = client(env);
    expect(await ask(http, secure.url)).toBe('secure /x?y=1');
    expect(await ask(http, plain.url)).toBe('plain /x?y=1');
    expect(way.log).toEqual([`CONNECT localhost:${secure.port}`, `GET ${plain.url}/x?y=1`]);
  });

  test('NO_PROXY is respected, the lower-case name wins', async () => {
    const way = await proxy();
    const env = { HTTPS_PROXY: 'http://127.0.0.1:1', https_proxy: way.url, SSL_CERT_FILE: authority.file };
    expect(await ask(client({ ...env, NO_PROXY: 'example.com,localhost' }), secure.url)).toBe(
      'secure /x?y=1',
    );
    expect(way.log).toEqual([]);
    expect(await ask(client({ ...env, NO_PROXY: 'example.com' }), secure.url)).toBe('secure /x?y=1');
    expect(way.log).toHaveLength(1);
  });

  test('user and password are sent, and appear in no message', async () => {
    const way = await proxy({ credentials: 'jane:s/same' });
    const url = way.url.replace('//', '//jane:s%2Fsame@');
    const env = { HTTPS_PROXY: url, HTTP_PROXY: url, SSL_CERT_FILE: authority.file };
    expect(await ask(client(env), secure.url)).toBe('secure /x?y=1');
    expect(await ask(client(env), plain.url)).toBe('plain /x?y=1');
    const down = { ...env, HTTPS_PROXY: 'http://jane:s%2Fsame@127.0.0.1:1' };
    const error = await failure(ask(client(down, { redactor: createRedactor() }), secure.url));
    expect(error.code).toBe('HTTP_REFUSED');
    expect(error.message).toContain('the proxy 127.0.0.1:1');
    expect(`${error.message}${error.hint}`).not.toMatch(/same/);
  });

  test('a proxy that wants a password says so', async () => {
    const way = await proxy({ credentials: 'jane:sesame' });
    const env = { HTTPS_PROXY: way.url, HTTP_PROXY: way.url, SSL_CERT_FILE: authority.file };
    for (const url of [secure.url, plain.url]) {
      const error = await failure(ask(client(env), url));
      expect(error.code).toBe('HTTP_PROXY');
      expect(error.hint).toContain('USER:PASSWORD');
    }
  });

  test('a proxy that does not let a host through says so', async () => {
    const way = await proxy({ refuse: 403 });
    const error = await failure(ask(client({ HTTPS_PROXY: way.url }), secure.url));
    expect(error.code).toBe('HTTP_PROXY');
    expect(error.message).toContain('403');
    expect(error.hint).toContain('NO_PROXY');
  });

  test('a proxy that is none is an error that names the variable', async () => {
    const error = await failure(ask(client({ HTTPS_PROXY: 'ftp://proxy.example' }), secure.url));
    expect(error.code).toBe('PROXY_INVALID');
    expect(error.message).toContain('HTTPS_PROXY');
  });

  test('downloads go the same way', async () => {
    const way = await proxy();
    const file = join(authority.directory, 'downloaded');
    const env = { all_proxy: way.url, SSL_CERT_FILE: authority.file };
    expect((await client(env).download({ url: `${secure.url}/file`, file })).size).toBe(
      'secure /file'.length,
    );
    expect(way.log).toEqual([`CONNECT localhost:${secure.port}`]);
  });
});
