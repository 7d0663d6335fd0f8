import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHttpClient } from '../../../../src/remote/http/index.ts';
import { createKoji } from '../../../../src/remote/koji/index.ts';
import type { Koji, KojiOptions } from '../../../../src/remote/koji/index.ts';
import { createRedactor, createRun } from '../../../../src/tools/process/index.ts';
import { fakeKerberos } from '../../../support/kerberos/fake-tools.ts';
import { startKoji } from '../../../support/koji/server.ts';
import type { TestKoji } from '../../../support/koji/server.ts';
import { addBranch, addBuild, emptyState } from '../../../support/koji/state.ts';

const GIT = 'git+https://src.example.org/rpms/hello#0123456789';
let hub: TestKoji;
let dir: string;
let closes: (() => Promise<void>)[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'packit koji '));
  const state = emptyState();
  addBranch(state, 'rawhide', 'f43');
  addBranch(state, 'f42');
  addBuild(state, { nvr: 'hello-1.0-1.fc42', tag: 'f42' });
  addBuild(state, {
    nvr: 'hello-1.1-1.fc42',
    tag: 'f42-updates-candidate',
    changelog: [{ time: 1_714_521_600, author: 'Jane Doe <jane@example.com> - 1.1-1', text: '- Update' }],
  });
  addBuild(state, { nvr: 'hello-1.2-1.fc42', state: 3 });
  hub = await startKoji(state);
  closes = [() => hub.close()];
});
afterEach(async () => {
  for (const close of closes.toReversed()) await close();
  rmSync(dir, { recursive: true });
});

function client(options: Partial<KojiOptions> & { dryRun?: boolean } = {}): Koji {
  const env = { PATH: fakeKerberos(dir), PACKIT_RETRY_DELAY: '1' };
  const http = createHttpClient({ env, dryRun: options.dryRun === true });
  closes.push(() => http.close());
  return createKoji({
    http,
    run: createRun({ env }),
    cwd: dir,
    url: hub.url,
    now: () => new Date(),
    sleep: () => Promise.resolve(),
    ...options,
  });
}

describe('questions, without a login', () => {
  test('about builds, tags, targets', async () => {
    const koji = client();
    expect(await koji.packageId('hello')).toBe(1);
    expect(await koji.packageId('none')).toBeUndefined();
    expect(await koji.build('hello-1.1-1.fc42')).toMatchObject({
      name: 'hello',
      version: '1.1',
      release: '1.fc42',
      state: 'complete',
      owner: 'jane',
      epoch: undefined,
    });
    expect(await koji.build('hello-9-9')).toBeUndefined();
    expect(await koji.target('f42-candidate')).toEqual({
      name: 'f42-candidate',
      buildTag: 'f42-build',
      destTag: 'f42-updates-candidate',
    });
    expect(await koji.target('x')).toBeUndefined();
    expect(await koji.tag('f42')).toEqual({ id: 103, name: 'f42', locked: false });
    expect((await koji.latestTagged('f42-updates-candidate', 'hello'))?.nvr).toBe('hello-1.1-1.fc42');
    expect((await koji.latestTagged('f42-updates', 'hello'))?.nvr).toBe('hello-1.0-1.fc42');
    expect(await koji.latestTagged('f42-updates', 'hello', { inherit: false })).toBeUndefined();
    expect(await koji.latestTagged('nowhere', 'hello')).toBeUndefined();
    expect(await koji.ancestors('f42-updates-candidate')).toEqual(['f42-updates', 'f42']);
    expect(await koji.tagsOf('hello-1.1-1.fc42')).toEqual(['f42-updates-candidate']);
    expect((await koji.taggedBuilds('f42')).map(({ nvr }) => nvr)).toEqual(['hello-1.0-1.fc42']);
    const newest = await koji.listBuilds({ packageId: 1, state: 'complete', limit: 1 });
    expect(newest.map(({ nvr }) => nvr)).toEqual(['hello-1.1-1.fc42']);
    // One entry comes without its list.
    expect(await koji.changelog('hello-1.1-1.fc42')).toEqual([
      { time: 1_714_521_600, author: 'Jane Doe <jane@example.com> - 1.1-1', text: '- Update' },
    ]);
    expect(await koji.task(1)).toBeUndefined();
    expect(hub.logins).toBe(0);
    expect(hub.calls.some((call) => call.startsWith('!'))).toBe(false);
  });

  test('a fault has the sentence of the traceback', async () => {
    hub.fault('getBuild', 1000, 'GenericError', 'no <such> thing');
    await expect(client().build('x-1-1')).rejects.toMatchObject({
      code: 'KOJI_FAULT',
      message: 'Koji refused getBuild: no <such> thing',
      exitCode: 3,
    });
  });

  test('a hub that is switched off is asked again, not for ever', async () => {
    hub.fault('getTag', 1014, 'ServerOffline', 'outage until noon', 2);
    expect((await client().tag('f42'))?.name).toBe('f42');
    hub.fault('getTag', 1014, 'ServerOffline', 'outage until noon', 9);
    await expect(client().tag('f42')).rejects.toMatchObject({
      code: 'KOJI_OFFLINE',
      message: expect.stringContaining('outage until noon'),
    });
  });

  test('a hub that tells members only gets a login', async () => {
    hub.fault('getTag', 1004, 'ActionNotAllowed', 'log in');
    expect((await client().tag('f42'))?.name).toBe('f42');
    expect(hub.calls).toEqual(['sslLogin', '!getTag']);
  });

  test.each(['cut', 503] as const)('%s: asked again', async (fault) => {
    hub.service.failAt(1, fault);
    expect((await client().tag('f42'))?.name).toBe('f42');
  });
});

describe('actions, in a session', () => {
  test('one login for all, calls in turn', async () => {
    const koji = client();
    const [first, second] = await Promise.all([
      koji.startBuild({ source: GIT, target: 'f42-candidate', options: { scratch: true } }),
      koji.startBuild({ source: GIT, target: 'rawhide', priority: 5 }),
    ]);
    expect(second).not.toBe(first);
    expect(hub.calls).toEqual(['sslLogin', '!build', '!build']);
    expect(hub.state.tasks.map(({ request }) => request)).toEqual([
      [GIT, 'f42-candidate', { scratch: true }],
      [GIT, 'rawhide', {}],
    ]);
    const task = await koji.task(first);
    expect(task).toMatchObject({
      method: 'build',
      state: 'free',
      request: [GIT, 'f42-candidate', { scratch: true }],
    });
    await koji.cancelTask(first);
    expect((await koji.task(first))?.state).toBe('canceled');
    expect(koji.taskUrl(first)).toBe(`${hub.url.replace('hub', '')}/taskinfo?taskID=${first}`);
  });

  test('a side tag: made, tagged into, removed', async () => {
    const koji = client();
    const { name } = await koji.createSideTag('f42-build');
    expect(name).toMatch(/^f42-build-side-\d+$/);
    await koji.tagBuild(name, 'hello-1.1-1.fc42');
    expect((await koji.taggedBuilds(name)).map(({ nvr }) => nvr)).toEqual(['hello-1.1-1.fc42']);
    await koji.untagBuild(name, 'hello-1.1-1.fc42');
    await koji.removeSideTag(name);
    expect(await koji.tag(name)).toBeUndefined();
  });

  test('a session that has ended is opened anew', async () => {
    const koji = client();
    await koji.loggedInUser();
    hub.expireSessions();
    await koji.createSideTag('f42-build');
    expect(hub.logins).toBe(2);
    expect([...hub.state.tags.keys()].filter((tag) => tag.includes('-side-'))).toHaveLength(1);
  });

  test('a build is begun once, whatever is lost on the way', async () => {
    for (const [number, fault] of [
      [1, 'cut'],
      [1, 'cut-after'],
      [1, 503],
      [2, 'cut'],
      [2, 'cut-after'],
      [2, 503],
    ] as const) {
      hub.state.tasks.length = 0;
      hub.service.failAt(hub.service.log.length + number, fault);
      const id = await client().startBuild({ source: GIT, target: 'f42-candidate' });
      expect(hub.state.tasks.map((task) => task.id)).toEqual([id]);
    }
  });

  test('a side tag whose answer was lost is not made twice', async () => {
    hub.service.failAt(2, 'cut-after');
    await expect(client().createSideTag('f42-build')).rejects.toMatchObject({ code: 'KOJI_ANSWER_LOST' });
    expect([...hub.state.tags.keys()].filter((tag) => tag.includes('-side-'))).toHaveLength(1);
  });

  test.each([0, 1, 1024 * 1024 + 5])('a file of %d bytes arrives', async (size) => {
    const file = join(dir, 'hello-1.1-1.src.rpm');
    const content = Buffer.alloc(size, 'packit ');
    writeFileSync(file, content);
    const seen: number[] = [];
    const path = await client().upload(file, (done) => seen.push(done));
    expect(path).toMatch(/^cli-build\/[\d.]+\.[a-z]{8}\/hello-1\.1-1\.src\.rpm$/);
    expect(hub.state.files.get(path)?.equals(content)).toBe(true);
    expect(seen.at(-1)).toBe(size);
  });

  test.each(['cut', 'cut-after'] as const)('an upload goes on after every %s', async (fault) => {
    const file = join(dir, 'hello-1.1-1.src.rpm');
    const content = Buffer.alloc(1024 * 1024 + 5, 'packit ');
    writeFileSync(file, content);
    for (let number = 1; number <= 4; number += 1) {
      hub.service.failAt(hub.service.log.length + number, fault);
      const path = await client().upload(file);
      expect(hub.state.files.get(path)?.equals(content)).toBe(true);
    }
  });

  test('a dry run refuses', async () => {
    await expect(client({ dryRun: true }).createSideTag('f42-build')).rejects.toMatchObject({
      code: 'DRY_RUN_WRITE',
    });
    expect(hub.calls).toEqual([]);
  });

  test('no login over a connection that is not encrypted', async () => {
    await expect(client({ url: 'http://koji.example.org/kojihub' }).loggedInUser()).rejects.toMatchObject({
      code: 'KOJI_NOT_ENCRYPTED',
    });
  });

  test('a ticket the hub does not take', async () => {
    const env = { PATH: process.env.PATH };
    await expect(
      client({ run: createRun({ env }), login: 'fkinit -u jane' }).loggedInUser(),
    ).rejects.toMatchObject({
      code: 'KOJI_LOGIN',
      hint: expect.stringContaining('fkinit -u jane'),
    });
  });

  test('the key of the session is a secret', async () => {
    const redactor = createRedactor();
    await client({ redactor }).loggedInUser();
    expect(redactor.text('key-of-session-100-0123456789')).not.toContain('key-of-session');
  });
});
