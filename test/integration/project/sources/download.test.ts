import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PackitError } from '../../../../src/errors.ts';
import { downloadSources } from '../../../../src/project/sources/index.ts';
import type { DownloadOptions, RemoteSource } from '../../../../src/project/sources/index.ts';
import { createHttpClient } from '../../../../src/remote/http/index.ts';
import { silentUi } from '../../../../src/ui.ts';
import type { Warning } from '../../../../src/ui.ts';
import { breakAfterArrival, breakConnection, startServer } from '../../../support/http/server.ts';
import type { Handler, TestServer } from '../../../support/http/server.ts';

let root: string;
let directory: string;
let cache: string;
let warnings: Warning[];
const cleanups: (() => Promise<void>)[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'packit-sources-'));
  directory = join(root, 'staging');
  cache = join(root, 'cache', 'sources');
  warnings = [];
  await mkdir(directory);
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  await rm(root, { recursive: true });
});

async function serve(handler: Handler): Promise<TestServer> {
  const server = await startServer(handler);
  cleanups.push(() => server.close());
  return server;
}

function get(downloads: RemoteSource[], changes: Partial<DownloadOptions> = {}) {
  const http = createHttpClient({ env: {}, retryDelay: 1, retries: 1 });
  cleanups.push(() => http.close());
  return downloadSources({ downloads, directory, cache, http, ui: silentUi(warnings), ...changes });
}

function source(server: TestServer, filename: string, changes: Partial<RemoteSource> = {}): RemoteSource {
  return { url: `${server.url}/${filename}`, filename, origin: 'Source0', ...changes };
}

async function failure(work: Promise<unknown>): Promise<PackitError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof PackitError) return outcome;
  throw new Error(`expected a failure, not ${String(outcome)}`);
}

const sum = (type: string, text: string): string => createHash(type).update(text).digest('hex');

/** Serves one text with a validator, as mirrors do. */
function constant(text: string, etag = '"1"'): Handler {
  return (request, response) => {
    if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
    else response.writeHead(200, { etag }).end(text);
  };
}

describe('downloads', () => {
  test('all files come, nothing else is in the directory', async () => {
    const server = await serve((request, response) => void response.end(`content of ${request.url}`));
    const names = ['a', 'b', 'sub/c', 'd e', 'f', 'g'];
    const done = await get(names.map((name) => source(server, name)));
    expect(done.map((one) => [one.filename, one.from])).toEqual(names.map((name) => [name, 'network']));
    expect(await readFile(join(directory, 'd e'), 'utf8')).toBe('content of /d%20e');
    expect((await readdir(directory, { recursive: true })).sort()).toEqual([
      'a',
      'b',
      'd e',
      'f',
      'g',
      'sub',
      'sub/c',
    ]);
  });

  test('a fragment that names the file is not sent', async () => {
    const server = await serve((request, response) => void response.end(request.url));
    await get([
      { url: `${server.url}/download?id=7#/name-1.0.txt`, filename: 'name-1.0.txt', origin: 'Source0' },
    ]);
    expect(await readFile(join(directory, 'name-1.0.txt'), 'utf8')).toBe('/download?id=7');
  });

  test('no more at a time than allowed', async () => {
    let now = 0;
    let most = 0;
    const server = await serve(async (_request, response) => {
      most = Math.max(most, (now += 1));
      await new Promise((done) => setTimeout(done, 20));
      now -= 1;
      response.end('x');
    });
    await get(
      ['a', 'b', 'c', 'd', 'e'].map((name) => source(server, name)),
      { concurrency: 2 },
    );
    expect(most).toBe(2);
  });

  test('all failures of a run are reported together, and the others are there', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/gone') response.writeHead(404).end();
      else if (request.url === '/broken') breakConnection(response);
      else response.end('fine');
    });
    const error = await failure(
      get([
        source(server, 'gone', { origin: 'Source1' }),
        source(server, 'good'),
        source(server, 'broken', { origin: 'Patch2' }),
      ]),
    );
    expect(error.code).toBe('SOURCES_DOWNLOAD_FAILED');
    expect(error.message).toBe('2 of 3 sources were not downloaded');
    expect(error.exitCode).toBe(3);
    expect(error.details[0]).toMatch(/^Source1 \(gone\): .*404|^Source1 \(gone\): /);
    expect(error.details[0]).toContain(`${server.url}/gone`);
    expect(error.details[1]).toContain(`${server.url}/broken`);
    expect(await readdir(directory)).toEqual(['good']);
  });

  test('one failure is itself, with the tag it belongs to and what to do', async () => {
    const server = await serve((_request, response) => void response.writeHead(404).end());
    const error = await failure(get([source(server, 'a-2.0.tar.gz')]));
    expect(error.code).toBe('HTTP_NOT_FOUND');
    expect(error.message).toMatch(/^Source0 \(a-2\.0\.tar\.gz\): /);
    expect(error.hint).toContain('Version');
    expect(error.exitCode).toBe(3);
  });

  test('an optional file that fails is a warning', async () => {
    const server = await serve((_request, response) => void response.writeHead(404).end());
    expect(await get([source(server, 'a', { optional: true })])).toEqual([]);
    expect(warnings.map((warning) => warning.code)).toEqual(['OPTIONAL_SOURCE_FAILED']);
  });

  test('a login page in place of an archive is noticed', async () => {
    const server = await serve(
      (_request, response) => void response.end('\n<!DOCTYPE html><title>Log in</title>'),
    );
    expect((await failure(get([source(server, 'a.tar.gz')]))).code).toBe('SOURCE_IS_WEB_PAGE');
    await get([source(server, 'index.html')]);
    expect(await readdir(directory)).toEqual(['index.html']);
  });

  test('checksums and sizes that are known are checked', async () => {
    const server = await serve((_request, response) => void response.end('text'));
    const right = { type: 'sha256', value: sum('sha256', 'text') };
    await get([source(server, 'good', { expected: { size: 4, hash: right } })]);
    const wrong = { type: 'md5', value: sum('md5', 'other') };
    const error = await failure(get([source(server, 'bad', { expected: { hash: wrong } })]));
    expect(error.code).toBe('SOURCE_CHECKSUM');
    expect((await failure(get([source(server, 'long', { expected: { size: 5 } })]))).code).toBe(
      'DOWNLOAD_SIZE',
    );
    expect(await readdir(directory)).toEqual(['good']);
  });

  test('a file with a space in a directory that cannot be made is a local error', async () => {
    const server = await serve((_request, response) => void response.end('x'));
    await writeFile(join(directory, 'sub'), 'a file');
    const error = await failure(get([source(server, 'sub/a')]));
    expect(error.code).toBe('FILE_WRITE');
    expect(error.exitCode).toBe(2);
  });
});

describe('cache', () => {
  test('an unchanged file is not transferred again', async () => {
    const server = await serve(constant('content'));
    await get([source(server, 'a')]);
    await rm(join(directory, 'a'));
    const [again] = await get([source(server, 'a')]);
    expect(again?.from).toBe('cache');
    expect(server.requests.map((request) => request.headers['if-none-match'])).toEqual([undefined, '"1"']);
    expect(await readFile(join(directory, 'a'), 'utf8')).toBe('content');
  });

  test('a file whose hash is known is not even asked for', async () => {
    const server = await serve(constant('content'));
    const expected = { hash: { type: 'sha512', value: sum('sha512', 'content') } };
    await get([source(server, 'a', { expected })]);
    expect((await get([source(server, 'a', { expected })]))[0]?.from).toBe('cache');
    expect(server.requests).toHaveLength(1);
  });

  test('changed content replaces the old, with a warning', async () => {
    let handler = constant('old');
    const server = await serve((request, response) => handler(request, response));
    await get([source(server, 'a')]);
    handler = constant('newer', '"2"');
    const [again] = await get([source(server, 'a')]);
    expect(again).toMatchObject({ from: 'network', size: 5, sha512: sum('sha512', 'newer') });
    expect(warnings.map((warning) => warning.code)).toEqual(['SOURCE_CHANGED']);
    expect(await readFile(join(directory, 'a'), 'utf8')).toBe('newer');
    const [entry] = await readdir(cache);
    expect(await readdir(join(cache, entry ?? ''))).toHaveLength(2);
  });

  test('damaged content is noticed and fetched again', async () => {
    const server = await serve(constant('content'));
    await get([source(server, 'a')]);
    const [entry = ''] = await readdir(cache);
    await writeFile(join(cache, entry, sum('sha512', 'content')), 'c0ntent');
    const [again] = await get([source(server, 'a')]);
    expect(again?.from).toBe('network');
    expect(await readFile(join(directory, 'a'), 'utf8')).toBe('content');
    expect(server.requests[1]?.headers['if-none-match']).toBeUndefined();
  });

  test('the cached copy serves while the server is away, not when the file is gone', async () => {
    let handler = constant('content');
    const server = await serve((request, response) => handler(request, response));
    await get([source(server, 'a')]);
    handler = (_request, response) => void response.writeHead(503).end();
    expect((await get([source(server, 'a')]))[0]?.from).toBe('cache');
    handler = (_request, response) => breakConnection(response);
    expect((await get([source(server, 'a')]))[0]?.from).toBe('cache');
    handler = (_request, response) => void response.writeHead(404).end();
    expect((await failure(get([source(server, 'a')]))).code).toBe('HTTP_NOT_FOUND');
  });

  test('a broken download is gone on with by the next run', async () => {
    const content = 'x'.repeat(200_000);
    const server = await serve((request, response) => {
      const from = Number(/\d+/.exec(String(request.headers.range))?.[0] ?? 0);
      const head = { etag: '"1"', 'content-length': content.length - from };
      if (from > 0) {
        response.writeHead(206, {
          ...head,
          'content-range': `bytes ${from}-${content.length - 1}/${content.length}`,
        });
        response.end(content.slice(from));
        return;
      }
      response.writeHead(200, head).write(content.slice(0, 90_000));
      void breakAfterArrival(response, cache, 90_000);
    });
    const http = createHttpClient({ env: {}, retries: 0 });
    cleanups.push(() => http.close());
    await failure(get([source(server, 'a')], { http }));
    expect(await readdir(directory)).toEqual([]);
    await get([source(server, 'a')], { http });
    expect(server.requests[1]?.headers.range).toMatch(/^bytes=[1-9]/);
    expect((await stat(join(directory, 'a'))).size).toBe(200_000);
    const [entry = ''] = await readdir(cache);
    expect((await readdir(join(cache, entry))).sort()).toEqual([sum('sha512', content), 'entry.json'].sort());
  });

  test('many runs at once all get the whole file', async () => {
    const content = 'y'.repeat(500_000);
    const server = await serve((_request, response) => {
      response.writeHead(200, { etag: '"1"' }).write(content.slice(0, 1000));
      setTimeout(() => response.end(content.slice(1000)), 20);
    });
    const runs = ['1', '2', '3', '4', '5'].map((name) => join(root, name));
    await Promise.all(runs.map((run) => get([source(server, 'a')], { directory: run })));
    for (const run of runs) expect((await stat(join(run, 'a'))).size).toBe(content.length);
    const [entry = ''] = await readdir(cache);
    expect(await readdir(join(cache, entry))).toHaveLength(2);
  });

  test('many runs at once while the file changes all get some whole version', async () => {
    let version = 0;
    const server = await serve((_request, response) => {
      const text = String((version += 1)).padStart(100_000, 'v');
      response.writeHead(200, { etag: `"${version}"` }).end(text);
    });
    const runs = Array.from({ length: 12 }, (_, index) => join(root, String(index)));
    await Promise.all(runs.map((run) => get([source(server, 'a')], { directory: run })));
    for (const run of runs) expect(await readFile(join(run, 'a'), 'utf8')).toMatch(/^v{99998,}\d+$/);
  });

  test('credentials in a URL are kept out of the cache', async () => {
    const server = await serve((_request, response) => void response.end('x'));
    const url = `${server.url.replace('//', '//user:sesame@')}/a?token=sesame`;
    await get([{ url, filename: 'a', origin: 'Source0' }]);
    const [entry = ''] = await readdir(cache);
    expect(await readFile(join(cache, entry, 'entry.json'), 'utf8')).not.toContain('sesame');
  });

  test('a cache that cannot be written is done without', async () => {
    await writeFile(join(root, 'cache'), 'not a directory');
    const server = await serve(constant('content'));
    await get([source(server, 'a')]);
    expect(await readdir(directory)).toEqual(['a']);
  });
});
