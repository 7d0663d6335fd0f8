import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CommandError } from '../../../../src/errors.ts';
import { downloadSources } from '../../../../src/project/sources/index.ts';
import { createHttpClient } from '../../../../src/remote/http/index.ts';
import {
  checkClientCertificate,
  clientCertificate,
  createLookaside,
} from '../../../../src/remote/lookaside/index.ts';
import type { Lookaside, LookasideOptions } from '../../../../src/remote/lookaside/index.ts';
import type { Run } from '../../../../src/tools/process/index.ts';
import { silentUi } from '../../../../src/ui.ts';
import { createAuthority } from '../../../support/http/certificates.ts';
import { breakConnection } from '../../../support/http/server.ts';
import { startLookaside } from '../../../support/lookaside/server.ts';
import type { LookasideServer, LookasideServerOptions } from '../../../support/lookaside/server.ts';

let directory: string;
const cleanups: (() => Promise<void>)[] = [];
const content = Buffer.from('the content of the archive');
const hash = createHash('sha512').update(content).digest('hex');
const noRun: Run = () => Promise.reject(new Error('no program is to be run'));

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'packit-lookaside-'));
  await writeFile(join(directory, 'file'), content);
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  await rm(directory, { recursive: true });
});

async function serve(options: Partial<LookasideServerOptions> = {}): Promise<LookasideServer> {
  const server = await startLookaside({ modules: ['rpms/hello'], ...options });
  cleanups.push(() => server.close());
  return server;
}

function lookaside(
  server: LookasideServer,
  changes: Partial<LookasideOptions> = {},
  dryRun = false,
): Lookaside {
  const http = createHttpClient({ env: {}, retryDelay: 1, dryRun });
  cleanups.push(() => http.close());
  const { url, cgi } = server;
  const service = { url, cgi, hash: 'sha512', namespaced: true, auth: 'none' } as const;
  return createLookaside({ service, http, run: noRun, cwd: directory, retryDelay: 1, ...changes });
}

function upload(changes: { filename?: string; hash?: string; hashType?: string } = {}) {
  return {
    filename: 'hello-1.0+git.tar.gz',
    hashType: 'sha512',
    hash,
    path: join(directory, 'file'),
    ...changes,
  };
}

describe('the lookaside cache', () => {
  test('stores, knows, and gives back', async () => {
    const server = await serve();
    const cache = lookaside(server);
    expect(await cache.has('hello', upload())).toBe(false);
    expect(await cache.check('hello', upload())).toBe(false);
    expect(await cache.upload('hello', upload())).toBe('stored');
    expect(await cache.check('hello', upload())).toBe(true);
    expect(await cache.has('hello', upload())).toBe(true);
    expect(await cache.upload('hello', upload())).toBe('present');
    const downloads = cache.downloads('hello', [upload()]);
    expect(downloads[0]?.url).toBe(
      `${server.url}/rpms/hello/hello-1.0%2Bgit.tar.gz/sha512/${hash}/hello-1.0%2Bgit.tar.gz`,
    );
    const http = createHttpClient({ env: {} });
    cleanups.push(() => http.close());
    const target = join(directory, 'out');
    const [done] = await downloadSources({ downloads, directory: target, http, ui: silentUi() });
    expect(done).toMatchObject({ filename: 'hello-1.0+git.tar.gz', sha512: hash });
  });

  test.each([
    ['no such package', 'other', {}, 'LOOKASIDE_NO_PACKAGE', 404],
    ['a wrong checksum', 'hello', { hash: '0'.repeat(128) }, 'LOOKASIDE_CHECKSUM', 400],
    ['md5', 'hello', { hashType: 'md5', hash: '0'.repeat(32) }, 'LOOKASIDE_MD5', 406],
  ])('%s', async (_what, name, changes, code, status) => {
    const server = await serve();
    await expect(lookaside(server).upload(name, upload(changes))).rejects.toMatchObject({
      code,
      status,
      exitCode: 3,
    });
    expect(server.files.size).toBe(0);
  });

  test('not in the packager group, with the words of the server', async () => {
    const server = await serve({ forbidden: true });
    await expect(lookaside(server).upload('hello', upload())).rejects.toMatchObject({
      code: 'LOOKASIDE_FORBIDDEN',
      details: [expect.stringContaining('packager group')],
      hint: expect.stringContaining('klist'),
    });
  });

  test('not logged in', async () => {
    const server = await serve({ requireLogin: true });
    await expect(
      lookaside(server, { login: 'fkinit -u jane' }).check('hello', upload()),
    ).rejects.toMatchObject({
      code: 'LOOKASIDE_UNAUTHORIZED',
      details: [],
      hint: expect.stringContaining('fkinit -u jane'),
    });
  });

  test.each([
    [507, 'LOOKASIDE_FULL'],
    [413, 'LOOKASIDE_TOO_LARGE'],
    [500, 'LOOKASIDE_FAILED'],
    [200, 'LOOKASIDE_ANSWER'],
    [302, 'LOOKASIDE_ANSWER'],
  ])('status %d with a web page is %s', async (status, code) => {
    const server = await serve({
      fault: (_request, response) => {
        response.writeHead(status).end('<html>');
        return true;
      },
    });
    await expect(lookaside(server).upload('hello', upload())).rejects.toMatchObject({ code });
  });

  test('what breaks on the way is tried again', async () => {
    const server = await serve({
      fault(request, response, count) {
        if (count === 1) response.writeHead(503).end();
        if (count === 3 || count === 4) breakConnection(response);
        return [1, 3, 4].includes(count);
      },
    });
    expect(await lookaside(server).upload('hello', upload())).toBe('stored');
    expect(server.files.size).toBe(1);
  });

  test('a dry run asks, but uploads nothing', async () => {
    const server = await serve();
    const cache = lookaside(server, {}, true);
    expect(await cache.has('hello', upload())).toBe(false);
    await expect(cache.upload('hello', upload())).rejects.toMatchObject({ code: 'DRY_RUN_WRITE' });
    expect(server.files.size).toBe(0);
  });
});

describe('with Kerberos', () => {
  const service = {
    url: 'https://src.example/repo/pkgs',
    cgi: 'https://src.example/repo/pkgs/upload.cgi',
    hash: 'sha512',
    namespaced: true,
    auth: 'kerberos',
  } as const;

  function kerberos(run: Run): Lookaside {
    const http = createHttpClient({ env: {} });
    return createLookaside({ service, http, run, cwd: directory, retryDelay: 1 });
  }

  function failing(exitCode: number, code = 'COMMAND_FAILED', calls: string[][] = []): Run {
    return (argv) => {
      calls.push([...argv]);
      const failure = {
        argv,
        cwd: '/',
        exitCode,
        signal: undefined,
        stdout: Buffer.alloc(0),
        stderr: Buffer.alloc(0),
      };
      return Promise.reject(new CommandError(code, 'failed', failure));
    };
  }

  test('curl is run with the ticket, nothing secret in its arguments', async () => {
    const calls: string[][] = [];
    const run: Run = (argv) => {
      calls.push([...argv]);
      const text = argv.includes('--form') ? 'File stored OK\n\n200' : 'Missing\n\n200';
      return Promise.resolve({ argv, exitCode: 0, stdout: Buffer.from(text), stderr: Buffer.alloc(0) });
    };
    expect(await kerberos(run).upload('hello', { ...upload(), path: join(directory, 'file') })).toBe(
      'stored',
    );
    const common = ['curl', '--disable', '--negotiate', '--user', ':', '--connect-timeout', '10'];
    const limits = ['--speed-limit', '1000', '--speed-time', '300', '--header', 'Expect:'];
    const name = ['--form-string', 'name=rpms/hello', '--form-string', `sha512sum=${hash}`];
    const rest = ['--output', '-', '--write-out', '\\n%{http_code}', service.cgi];
    expect(calls[0]).toEqual([
      ...common,
      ...limits,
      ...name,
      '--form-string',
      'filename=hello-1.0+git.tar.gz',
      '--silent',
      '--show-error',
      ...rest,
    ]);
    const mtime = calls[1]?.find((word) => word.startsWith('mtime='));
    expect(mtime).toMatch(/^mtime=\d+$/);
    expect(calls[1]).toEqual([
      ...common,
      ...limits,
      ...name,
      '--form-string',
      mtime,
      '--form',
      `file=@"${join(directory, 'file')}";filename="hello-1.0+git.tar.gz"`,
      ...rest,
    ]);
  });

  test.each([
    [7, 'LOOKASIDE_UNREACHABLE', 4],
    [56, 'LOOKASIDE_UNREACHABLE', 4],
    [60, 'LOOKASIDE_UNREACHABLE', 1],
    [2, 'CURL_WITHOUT_KERBEROS', 1],
  ])('exit code %d of curl is %s after %d attempts', async (exitCode, code, attempts) => {
    const calls: string[][] = [];
    await expect(
      kerberos(failing(exitCode, 'COMMAND_FAILED', calls)).check('hello', upload()),
    ).rejects.toMatchObject({
      code,
    });
    expect(calls).toHaveLength(attempts);
  });

  test('curl is missing', async () => {
    await expect(kerberos(failing(127, 'COMMAND_NOT_FOUND')).check('hello', upload())).rejects.toMatchObject({
      code: 'CURL_MISSING',
    });
  });
});

describe('with a client certificate', () => {
  test('which is looked for, checked before any work, and shown to the server', async () => {
    const authority = await createAuthority();
    cleanups.push(() => authority.close());
    const { certFile, cert, key } = await authority.issue('jane');
    const file = join(directory, 'centos.cert');
    await writeFile(file, Buffer.concat([cert, key]));
    expect(clientCertificate({ HOME: '/home/jane' })).toEqual({ certFile: '/home/jane/.centos.cert' });
    const certificate = clientCertificate({ HOME: '/home/jane', PACKIT_CLIENT_CERT: file });
    await checkClientCertificate(certificate, new Date());
    const later = new Date(Date.now() + 3 * 24 * 60 * 60_000);
    await expect(checkClientCertificate(certificate, later)).rejects.toMatchObject({
      code: 'CLIENT_CERTIFICATE_EXPIRED',
      hint: expect.stringContaining('centos-cert'),
    });
    await expect(checkClientCertificate({ certFile: `${certFile}.not` }, new Date())).rejects.toMatchObject({
      code: 'CLIENT_CERTIFICATE_MISSING',
    });

    const tls = {
      ...(await authority.issue('server')),
      ca: await readFile(authority.file),
      requestCert: true,
    };
    const server = await startLookaside({ modules: ['rpms/hello'], tls });
    cleanups.push(() => server.close());
    const http = createHttpClient({ env: { SSL_CERT_FILE: authority.file }, clientCertificate: certificate });
    cleanups.push(() => http.close());
    const service = {
      url: server.url,
      cgi: server.cgi,
      hash: 'sha512',
      namespaced: false,
      auth: 'certificate',
    } as const;
    const cache = createLookaside({ service, http, run: noRun, cwd: directory });
    expect(await cache.upload('hello', upload())).toBe('stored');
  });
});
