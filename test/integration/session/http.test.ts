/** What passes through the HTTP client, recorded from a real server and given again when it is gone: failures included. */
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, jest, test } from '@jest/globals';
import { createContext } from '../../../src/context.ts';
import { createHttpClient } from '../../../src/remote/http/index.ts';
import type { HttpClient } from '../../../src/remote/http/index.ts';
import { poll } from '../../../src/remote/poll/index.ts';
import { openPlayer, openRecorder } from '../../../src/session/index.ts';
import type { Session, SessionOptions } from '../../../src/session/index.ts';
import { temporaryDirectory, testEnvironment } from '../../support/git.ts';
import { breakConnection, startServer } from '../../support/http/server.ts';
import type { Handler, TestServer } from '../../support/http/server.ts';

jest.setTimeout(60_000);

const closing: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Scene {
  server: TestServer;
  options: SessionOptions;
  dir: string;
}

async function scene(handler: Handler): Promise<Scene> {
  const { dir, dispose } = temporaryDirectory('packit-session');
  closing.push(dispose);
  const server = await startServer(handler);
  closing.push(() => server.close());
  mkdirSync(join(dir, 'tmp'));
  const env = { ...testEnvironment(dir), PACKIT_RETRY_DELAY: '1' };
  return {
    server,
    dir,
    options: {
      directory: join(dir, 'recording'),
      command: ['test'],
      cwd: dir,
      env,
      paths: { config: join(dir, 'config'), temp: join(dir, 'tmp') },
      version: '1.2.3',
    },
  };
}

/** The same work in both sessions; what it meets is its result. */
async function work(session: Session, doIt: (http: HttpClient) => Promise<unknown>): Promise<unknown> {
  const context = createContext({ session });
  const http = createHttpClient(context);
  try {
    const result = await doIt(http);
    await session.finish({ exitCode: 0, stdout: [] });
    return result;
  } finally {
    await http.close();
  }
}

async function twice(
  { server, options }: Scene,
  doIt: (http: HttpClient) => Promise<unknown>,
): Promise<unknown> {
  const first = await work(await openRecorder(options), doIt);
  const asked = server.requests.length;
  await server.close();
  const again = await work(openPlayer(options), doIt);
  expect(again).toEqual(first);
  expect(server.requests).toHaveLength(asked);
  return first;
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  const { code, message, hint } = error as { code?: string; message: string; hint?: string };
  return { code, message, hint };
}

test('broken connections, server errors and repeats', async () => {
  const it = await scene((request, response) => {
    const count = it.server.requests.filter(({ url }) => url === request.url).length;
    if (request.url === '/gone') breakConnection(response);
    else if (count === 1) breakConnection(response);
    else if (count === 2) response.writeHead(503).end('busy');
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{"fine": true}');
  });
  const url = it.server.url;
  const result = await twice(it, async (http) => ({
    fine: await http.json({ url: `${url}/x` }),
    gone: await failureOf(http.json({ url: `${url}/gone`, retries: 1 })),
    refused: await failureOf(http.json({ url: 'http://127.0.0.1:1/', retries: 0 })),
  }));
  expect(result).toMatchObject({
    fine: { fine: true },
    gone: { code: 'HTTP_RESET' },
    refused: { code: 'HTTP_REFUSED' },
  });
});

test('bytes of any kind, packed answers, redirects, large bodies', async () => {
  const latin1 = Buffer.from([0xe4, 0xf6, 0xfc, 0x0a, 0x00, 0xff]);
  const large = Buffer.alloc(100_000, 'packit ');
  const it = await scene((request, response) => {
    if (request.url === '/latin1') response.end(latin1);
    else if (request.url === '/large') response.end(large);
    else if (request.url === '/packed')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('unpacked text'));
    else response.writeHead(302, { location: '/latin1' }).end();
  });
  const url = it.server.url;
  const result = await twice(it, async (http) => ({
    latin1: Buffer.from((await http.request({ url: `${url}/moved` })).body).toString('hex'),
    packed: (await http.request({ url: `${url}/packed` })).text(),
    large: (await http.request({ url: `${url}/large` })).text().length,
  }));
  expect(result).toEqual({ latin1: latin1.toString('hex'), packed: 'unpacked text', large: 100_000 });
  expect(readdirSync(join(it.options.directory, 'bodies'))).toHaveLength(1);
});

test('a download that breaks off and is continued', async () => {
  const content = Buffer.alloc(5000, 'abcdefg');
  const it = await scene((request, response) => {
    response.setHeader('etag', '"one"');
    response.setHeader('accept-ranges', 'bytes');
    const from = /bytes=(\d+)-/.exec(String(request.headers.range ?? ''))?.[1];
    if (from === undefined) {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 2000), () => setTimeout(() => breakConnection(response), 50));
      return;
    }
    const start = Number(from);
    response.writeHead(206, {
      'content-length': content.length - start,
      'content-range': `bytes ${start}-${content.length - 1}/${content.length}`,
    });
    response.end(content.subarray(start));
  });
  let count = 0;
  await twice(it, async (http) => {
    const file = join(it.dir, `download-${(count += 1)}`);
    const { size, sha512 } = await http.download({ url: `${it.server.url}/file`, file });
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(existsSync(`${file}.part`)).toBe(false);
    return { size, sha512 };
  });
  const records = readdirSync(it.options.directory).filter((name) => name.startsWith('000'));
  const first = JSON.parse(readFileSync(join(it.options.directory, records[0] ?? ''), 'utf8')) as {
    answer: { broken?: { code: string } };
  };
  expect(first.answer.broken).toBeDefined();
});

test('polling is recorded once for each answer, and replayed without waiting', async () => {
  const it = await scene((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ state: it.server.requests.length < 6 ? 'running' : 'succeeded' }));
  });
  const watch = (session: Session) => async (http: HttpClient) => {
    const context = createContext({ session });
    const start = context.now().getTime();
    const looked = await poll(
      async () => {
        const { state } = (await http.json({ url: `${it.server.url}/build` })) as { state: string };
        return { value: state, done: state === 'succeeded', changed: false };
      },
      { delay: 40, factor: 1, jitter: 0, sleep: context.sleep },
    );
    return { ...looked, waited: context.now().getTime() - start };
  };
  const recorder = await openRecorder(it.options);
  const first = await work(recorder, watch(recorder));
  expect(first).toEqual({ value: 'succeeded', done: true, looks: 6, waited: 200 });
  expect(readdirSync(it.options.directory).filter((name) => name.startsWith('000'))).toHaveLength(2);
  await it.server.close();
  const player = openPlayer(it.options);
  expect(await work(player, watch(player))).toEqual(first);
});

test('programs that talk to services: output, failure, and one that is not there', async () => {
  const it = await scene((_request, response) => void response.end('served'));
  const url = it.server.url;
  const run = (session: Session) => async () => {
    const context = createContext({ session });
    const { stdout } = await context.run(['curl', '--silent', `${url}/x`], { cwd: it.dir });
    const local = await context.run(['sh', '-c', 'echo here'], { cwd: it.dir });
    return {
      stdout: stdout.toString(),
      local: local.stdout.toString(),
      failed: await failureOf(context.run(['curl', '--silent', 'http://127.0.0.1:1/'], { cwd: it.dir })),
      missing: await failureOf(context.run(['no-such-service-client'], { cwd: it.dir })),
    };
  };
  const recorder = await openRecorder(it.options);
  const first = await work(recorder, run(recorder));
  expect(first).toMatchObject({
    stdout: 'served',
    local: 'here\n',
    failed: { code: 'COMMAND_FAILED' },
    missing: { code: 'COMMAND_NOT_FOUND' },
  });
  await it.server.close();
  const player = openPlayer(it.options);
  expect(await work(player, run(player))).toEqual(first);
});
