import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { packit } from '../support/cli.ts';
import type { CliOptions } from '../support/cli.ts';
import { createRepository } from '../support/git.ts';
import { createAuthority } from '../support/http/certificates.ts';
import type { TestAuthority } from '../support/http/certificates.ts';
import { startProxy } from '../support/http/proxy.ts';
import { startServer } from '../support/http/server.ts';
import type { Handler, TestServer } from '../support/http/server.ts';
import { tempDir } from '../support/temp.ts';

const BIG = Buffer.alloc(2_000_000, 'packit ');
let server: TestServer;
let cache: string;

const answer: Handler = (request, response) => {
  const etag = '"1"';
  if (request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
  if (request.url === '/slow.bin') {
    const from = Number(/\d+/.exec(String(request.headers.range))?.[0] ?? 0);
    const range = `bytes ${from}-${BIG.length - 1}/${BIG.length}`;
    response.writeHead(from > 0 ? 206 : 200, {
      etag,
      'content-length': BIG.length - from,
      ...(from > 0 ? { 'content-range': range } : {}),
    });
    // The first half comes at once, the second only to those who ask for it.
    if (from > 0) response.end(BIG.subarray(from));
    else response.write(BIG.subarray(0, BIG.length / 2));
    return undefined;
  }
  if (request.url.startsWith('/missing')) return void response.writeHead(404).end();
  return void response.writeHead(200, { etag }).end(`content of ${request.url}\n`);
};

beforeAll(async () => {
  server = await startServer(answer);
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
  cache = join(tempDir(), 'cache');
  mkdirSync(cache);
});

function project(sources: readonly string[], config = ''): { dir: string; env: CliOptions['env'] } {
  const repository = createRepository(join(tempDir(), 'hello'));
  const lines = sources.map((url, index) => `Source${index + 1}: ${url}\n`).join('');
  repository.write(
    'hello.spec',
    `Name: hello\nVersion: 1\nRelease: 1\nSummary: Hello\nLicense: MIT\nSource0: hello-1.tar.gz\n${lines}\n%description\nHello.\n`,
  );
  repository.write('.packit.yaml', `specfile_path: hello.spec\n${config}`);
  repository.commit('First');
  repository.tag('1.2');
  const env = { ...repository.env, XDG_CACHE_HOME: cache, PACKIT_RETRY_DELAY: '1' };
  return { dir: repository.dir, env };
}

function srpm({ dir, env }: ReturnType<typeof project>, more: Partial<CliOptions> = {}) {
  return packit(['srpm'], { cwd: dir, ...more, env: { ...env, ...more.env } });
}

/** Everything in the checkout but the SRPM and git's own. */
function filesOf(dir: string): string[] {
  return readdirSync(dir)
    .filter((name) => name !== '.git' && !name.endsWith('.src.rpm'))
    .sort();
}

describe('packit srpm', () => {
  test("downloads the spec's and the configuration's sources once for all projects", async () => {
    const config = `sources:\n  - {path: extra.conf, url: "${server.url}/extra.conf"}\n`;
    const first = await srpm(project([`${server.url}/get?id=7#/data-%{version}.txt`], config));
    expect(first).toMatchObject({ exitCode: 0 });
    expect(server.requests.map(({ url }) => url).sort()).toEqual(['/extra.conf', '/get?id=7']);
    const again = project([`${server.url}/get?id=7#/data-%{version}.txt`], config);
    expect(await srpm(again)).toMatchObject({ exitCode: 0 });
    expect(server.requests.slice(2).map(({ headers }) => headers['if-none-match'])).toEqual(['"1"', '"1"']);
    expect(filesOf(again.dir)).toEqual(['.packit.yaml', 'hello.spec']);
  });

  test('names every source that failed and what to do', async () => {
    const place = project([
      `${server.url}/missing-%{version}.txt`,
      'http://127.0.0.1:1/a.txt',
      `${server.url}/c`,
    ]);
    const result = await srpm(place);
    expect(result).toMatchObject({ exitCode: 3, stdout: '' });
    expect(result.stderr).toContain('2 of 3 sources were not downloaded');
    expect(result.stderr).toContain(`Source1 (missing-1.2.txt)`);
    expect(result.stderr).toContain(`${server.url}/missing-1.2.txt`);
    expect(result.stderr).toContain('Source2 (a.txt)');
    expect(filesOf(place.dir)).toEqual(['.packit.yaml', 'hello.spec']);
  });

  test('takes a file that is there, whatever its URL', async () => {
    const place = project(['ftp://example.com/local.txt']);
    const refused = await srpm(place);
    expect(refused).toMatchObject({ exitCode: 2 });
    expect(refused.stderr).toContain('not ftp');
    writeFileSync(join(place.dir, 'local.txt'), 'here');
    expect(await srpm(place)).toMatchObject({ exitCode: 0 });
  });

  test('downloads nothing where there is a "sources" file, and says so', async () => {
    const place = project([`${server.url}/a.txt`]);
    writeFileSync(join(place.dir, 'sources'), '');
    writeFileSync(join(place.dir, 'a.txt'), '');
    const result = await srpm(place);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.stderr).toContain('"sources"');
    expect(server.requests).toEqual([]);
  });

  test.each(['SIGINT', 'SIGKILL'] as const)(
    '%s in a download: nothing left, the next run goes on',
    async (signal) => {
      const place = project([`${server.url}/slow.bin`]);
      const ended = await srpm(place, {
        onStart(child) {
          const half = setInterval(() => {
            const parts = readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((name) =>
              name.endsWith('.part'),
            );
            const [part] = parts;
            if (part === undefined || readFileSync(join(cache, part)).length < BIG.length / 2) return;
            clearInterval(half);
            child.kill(signal);
          }, 20);
          child.once('exit', () => clearInterval(half));
        },
      });
      expect(ended.exitCode).toBe(signal === 'SIGINT' ? 1 : undefined);
      expect(filesOf(place.dir)).toEqual(['.packit.yaml', 'hello.spec']);
      expect(await srpm(place)).toMatchObject({ exitCode: 0 });
      expect(server.requests.map(({ headers }) => headers.range)).toEqual([
        undefined,
        `bytes=${BIG.length / 2}-`,
      ]);
    },
  );
});

describe('behind a proxy with its own certificate authority', () => {
  let authority: TestAuthority;
  let secure: TestServer;
  beforeAll(async () => {
    authority = await createAuthority();
    secure = await startServer(answer, { tls: await authority.issue('server'), host: 'localhost' });
  });
  afterAll(async () => {
    await secure.close();
    await authority.close();
  });

  test('the variables are respected', async () => {
    const proxy = await startProxy({ credentials: 'jane:sesame' });
    const place = project([`${secure.url}/a.txt`]);
    const env = { HTTPS_PROXY: proxy.url.replace('//', '//jane:sesame@'), SSL_CERT_FILE: authority.file };
    expect(await srpm(place, { env })).toMatchObject({ exitCode: 0 });
    expect(proxy.log).toEqual([`CONNECT localhost:${secure.port}`]);

    rmSync(cache, { recursive: true });
    mkdirSync(cache);
    const untrusted = await srpm(place, { env: { ...env, SSL_CERT_FILE: undefined } });
    expect(untrusted).toMatchObject({ exitCode: 3 });
    expect(untrusted.stderr).toContain('SSL_CERT_FILE');
    expect(untrusted.stderr).not.toContain('sesame');
    await proxy.close();
  });
});
