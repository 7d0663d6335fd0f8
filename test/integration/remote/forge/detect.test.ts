/** Which forge a host is: configuration, memory, and the host's own answers. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { PackitError } from '../../../../src/errors.ts';
import { createForge } from '../../../../src/remote/forge/index.ts';
import type { CreateForgeOptions, ForgeKind } from '../../../../src/remote/forge/index.ts';
import { createHttpClient } from '../../../../src/remote/http/index.ts';
import { startForge } from '../../../support/forges/index.ts';
import type { TestForge } from '../../../support/forges/index.ts';
import { sendJson, startServer } from '../../../support/http/server.ts';
import { tempDir } from '../../../support/temp.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const KINDS: readonly ForgeKind[] = ['github', 'gitlab', 'pagure', 'forgejo'];
const JANE = { name: 'jane', token: 'jane-secret-token' };

async function start(kind: ForgeKind): Promise<TestForge> {
  const server = await startForge(kind, {
    users: [JANE],
    projects: [{ namespace: 'rpms', name: 'hello', branches: { rawhide: { a: 'b' } } }],
  });
  cleanups.push(() => server.close());
  return server;
}

function options(url: string, more: Partial<CreateForgeOptions> = {}): CreateForgeOptions {
  const http = createHttpClient({ env: {}, retries: 0 });
  cleanups.push(() => http.close());
  return { url, fetch: http.fetch, ...more };
}

async function failure(work: Promise<unknown>): Promise<PackitError> {
  const error = await work.then(
    () => new Error('expected a failure'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof PackitError) return error;
  throw error;
}

describe.each(KINDS)('%s', (kind) => {
  test('is recognised by its answers', async () => {
    const server = await start(kind);
    const forge = await createForge(options(`${server.url}/rpms/hello`));
    expect([forge.kind, forge.instanceUrl]).toEqual([kind, server.url]);
    expect((await forge.getProject({ namespace: 'rpms', name: 'hello' }))?.defaultBranch).toBe('rawhide');
  });

  test('is asked first where the configuration hints at it', async () => {
    const server = await start(kind);
    await createForge(options(server.url, { instances: [{ instanceUrl: server.url, likely: kind }] }));
    expect(server.requests).toHaveLength(1);
  });

  test('is not asked at all where the configuration says it', async () => {
    const server = await start(kind);
    const instances = [{ instanceUrl: `${server.url}/`, kind }];
    expect((await createForge(options(server.url, { instances }))).kind).toBe(kind);
    expect(server.requests).toHaveLength(0);
  });

  test('is recognised where the configuration hints at another', async () => {
    const server = await start(kind);
    const likely = kind === 'pagure' ? 'gitlab' : 'pagure';
    const instances = [{ instanceUrl: server.url, likely } as const];
    expect((await createForge(options(server.url, { instances }))).kind).toBe(kind);
  });
});

describe('memory', () => {
  test('lasts a day', async () => {
    const server = await start('pagure');
    const cacheDir = tempDir();
    let time = new Date('2024-02-29T12:00:00Z');
    const more = { cacheDir, now: () => time };
    await createForge(options(server.url, more));
    const asked = server.requests.length;
    expect((await createForge(options(server.url, more))).kind).toBe('pagure');
    expect(server.requests).toHaveLength(asked);
    time = new Date('2024-03-01T12:00:01Z');
    await createForge(options(server.url, more));
    expect(server.requests.length).toBeGreaterThan(asked);
  });

  test('that is broken is none', async () => {
    const server = await start('forgejo');
    const cacheDir = tempDir();
    for (const content of ['{', '[]', `{"${server.url}": {"kind": "sourceforge", "at": 1}}`]) {
      await writeFile(join(cacheDir, 'forges.json'), content);
      expect((await createForge(options(server.url, { cacheDir }))).kind).toBe('forgejo');
    }
    expect(await readFile(join(cacheDir, 'forges.json'), 'utf8')).toContain('"forgejo"');
  });

  test('that cannot be written is no obstacle', async () => {
    const server = await start('forgejo');
    const cacheDir = join(tempDir(), 'file');
    await writeFile(cacheDir, '');
    expect((await createForge(options(server.url, { cacheDir }))).kind).toBe('forgejo');
  });

  test.each(
    KINDS.flatMap((before) =>
      KINDS.filter((after) => after !== before).map((after) => [before, after] as const),
    ),
  )('a host that was %s and has become %s is followed at once', async (before, after) => {
    const server = await start(after);
    const cacheDir = tempDir();
    const entry = { [server.url]: { kind: before, at: Date.now() } };
    await writeFile(join(cacheDir, 'forges.json'), JSON.stringify(entry));
    const forge = await createForge(options(server.url, { cacheDir, tokenFor: () => JANE.token }));
    expect(forge.kind).toBe(before);
    const project = await forge.getProject({ namespace: 'rpms', name: 'hello' });
    expect(project?.defaultBranch).toBe('rawhide');
    expect(forge.kind).toBe(after);
    expect(await forge.whoami()).toBe('jane');
    expect(await readFile(join(cacheDir, 'forges.json'), 'utf8')).toContain(`"${after}"`);
    // The old kind's questions were asked of a server that does not know them.
    server.problems.length = 0;
  });
});

describe('a host that is none of them', () => {
  test('says how to configure it', async () => {
    const server = await startServer((_request, response) => sendJson(response, { error: 'no' }, 404));
    cleanups.push(() => server.close());
    const error = await failure(createForge(options(server.url)));
    expect(error.code).toBe('FORGE_UNKNOWN');
    expect(error.hint).toContain('authentication');
    expect(error.hint).toContain(server.url);
  });

  test('and does not answer', async () => {
    const server = await startServer(() => {});
    await server.close();
    const error = await failure(createForge(options(server.url)));
    expect(error.code).toBe('FORGE_UNREACHABLE');
    expect(error.exitCode).toBe(3);
  });
});

test.each([
  ['https://github.com/packit/packit', 'github'],
  ['git@gitlab.com:redhat/centos-stream/rpms/bash.git', 'gitlab'],
])('%s needs no question', async (url, kind) => {
  const forge = await createForge({ url, fetch: () => Promise.reject(new Error('asked')) });
  expect(forge.kind).toBe(kind);
});
