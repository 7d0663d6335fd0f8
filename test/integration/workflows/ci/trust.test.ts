/** Who may start what, asked on every forge. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { ForgeKind } from '../../../../src/remote/forge/index.ts';
import { readProjectConfig } from '../../../../src/workflows/ci/config/index.ts';
import { markerOf, sayOnce } from '../../../../src/workflows/ci/comments/index.ts';
import {
  ensureTicket,
  judge,
  parseAllowList,
  readAllowList,
} from '../../../../src/workflows/ci/trust/index.ts';
import { HELLO, startCiScene } from '../../../support/ci/scene.ts';
import type { CiScene, CiSceneOptions } from '../../../support/ci/scene.ts';
import { startFasjson } from '../../../support/fasjson/server.ts';
import type { FasjsonServer } from '../../../support/fasjson/server.ts';
import { pushTo } from '../../../support/forges/index.ts';
import { fakeKerberos } from '../../../support/kerberos/fake-tools.ts';
import { tempDir } from '../../../support/temp.ts';

const KINDS: readonly ForgeKind[] = ['github', 'gitlab', 'pagure', 'forgejo'];
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function scene(kind: ForgeKind, options?: CiSceneOptions): Promise<CiScene> {
  const started = await startCiScene(kind, options);
  cleanups.push(() => started.close());
  return started;
}

function listOf(text: string) {
  return parseAllowList(text, '.packit-allow.yaml');
}

describe.each(KINDS)('%s', (kind) => {
  test('a pull request from the project itself, one of somebody who may push, one of a stranger', async () => {
    const { ctx, forge, open } = await scene(kind);
    const own = await open({ author: 'jane', branch: 'own', files: { a: '1' }, fork: false });
    expect(await judge(ctx, { forge, event: own.event, allow: undefined })).toMatchObject({
      verdict: { trusted: true },
      foreign: false,
      weak: false,
    });
    const jane = await open({ author: 'jane', files: { a: '2' } });
    expect(await judge(ctx, { forge, event: jane.event, allow: undefined })).toMatchObject({
      verdict: { trusted: true, because: 'jane may push' },
      foreign: true,
      weak: false,
    });
    const jo = await open({ author: 'jo', files: { a: '3' } });
    const trust = await judge(ctx, { forge, event: jo.event, allow: undefined });
    expect(trust).toMatchObject({ foreign: true, weak: true, verdict: { trusted: false } });
    const { verdict } = trust;
    if (verdict.trusted) throw new Error('jo is trusted');
    expect(verdict.text).toBe(`${forge.host}/jo not allowed!`);
    expect(verdict.advice).toContain(`\`/packit ok-to-test ${jo.opened.sha}\``);
    expect(verdict.advice).toContain(`\`${forge.host}/jo\` to \`allow\` in \`.packit-allow.yaml\``);
  });

  test('the allow-list of the default branch: allowed, waiting, denied', async () => {
    const { ctx, forge, server, push, open } = await scene(kind);
    const host = new URL(server.url).host;
    const { event } = await open({ author: 'jo', files: { '.packit-allow.yaml': `allow: [${host}/jo]\n` } });
    const read = () => readAllowList({ forge, event, cwd: '/' });
    expect(await read()).toBeUndefined();

    push({ '.packit-allow.yaml': `waiting: [${host}/jo]\n` });
    expect((await judge(ctx, { forge, event, allow: await read() })).verdict).toMatchObject({
      trusted: false,
      text: `${host}/jo not allowed! They wait for approval.`,
    });
    push({ '.packit-allow.yaml': `allow: [${host}/jo]\n` });
    expect(await judge(ctx, { forge, event, allow: await read() })).toMatchObject({
      verdict: { trusted: true, because: `${host}/jo is on the allow-list` },
      // Who may start something may not use the project's power for that.
      weak: true,
    });
    push({ '.packit-allow.yaml': `allow: [${host}/jo]\ndeny: [${host}/Jo]\n` });
    expect((await judge(ctx, { forge, event, allow: await read() })).verdict).toMatchObject({
      trusted: false,
      text: 'User namespace denied!',
    });
    push({ '.packit-allow.yaml': `allow: [${host}/jo]\ndeny: [${host}/rpms]\n` });
    expect((await judge(ctx, { forge, event, allow: await read() })).verdict).toMatchObject({
      trusted: false,
      text: 'Project or its namespace denied!',
    });
    push({ '.packit-allow.yaml': 'allow: [jo]\n' });
    await expect(read()).rejects.toMatchObject({
      code: 'ALLOW_LIST_INVALID',
      location: { file: '.packit-allow.yaml', line: 1 },
    });
  });

  test('an approval holds for one commit', async () => {
    const { ctx, forge, server, open, again, comment } = await scene(kind);
    const { event, opened } = await open({ author: 'jo', files: { a: '1' } });
    const { number } = opened.request;
    const verdict = async (of = event) => (await judge(ctx, { forge, event: of, allow: undefined })).verdict;
    comment(number, 'jo', `/packit ok-to-test ${opened.sha}`);
    comment(number, 'mallory', `/packit ok-to-test ${opened.sha}`);
    expect((await verdict()).trusted).toBe(false);
    comment(number, 'jane', `> /packit ok-to-test ${opened.sha}\nNo!`);
    comment(number, 'jane', `/packit ok-to-test ${opened.sha.slice(0, 12)}`);
    comment(number, 'jane', `/packit ok-to-test ${'0'.repeat(40)}`);
    comment(number, 'jane', `/packit-stg ok-to-test ${opened.sha}`);
    expect((await verdict()).trusted).toBe(false);
    comment(number, 'jane', `I have looked at it.\n\n/packit ok-to-test ${opened.sha}\n`);
    expect(await verdict()).toEqual({ trusted: true, because: `jane approved ${opened.sha}` });

    const pushed = pushTo(opened.source, 'change', { a: '2' });
    const later = await again(number);
    expect(later.sha).toBe(pushed);
    expect((await verdict(later)).trusted).toBe(false);
    // The commit that was looked at stays approved, and a denial is stronger.
    expect((await verdict()).trusted).toBe(true);
    const allow = listOf(`deny: [${new URL(server.url).host}/jo]`);
    expect((await judge(ctx, { forge, event, allow })).verdict.trusted).toBe(false);
  });

  test('the configuration of a commit, and of the target branch', async () => {
    const { forge, open, push } = await scene(kind, {
      files: { '.packit.yaml': 'specfile_path: hello.spec\njobs: []\n' },
    });
    const { event, opened } = await open({
      author: 'jo',
      files: { '.packit.yaml': 'jobs:\n- job: copr_build\n  trigger: pull_request\n' },
    });
    const env = {};
    const base = await readProjectConfig({ forge, project: HELLO, ref: 'main', env });
    expect(base).toMatchObject({ file: '.packit.yaml', jobs: [], packages: [{ name: 'hello' }] });
    const source = event.pullRequest?.source ?? HELLO;
    const head = await readProjectConfig({ forge, project: source, ref: opened.sha, env });
    expect(head).toMatchObject({
      jobs: [{ job: 'copr_build', packages: [{ specfile_path: null, downstream_package_name: 'hello' }] }],
    });
    expect(head?.warnings).toEqual([]);

    push({ '.packit.yaml': null });
    expect(await readProjectConfig({ forge, project: HELLO, ref: 'main', env })).toBeUndefined();
    push({ '.distro/source-git.yaml': 'downstream_package_name: hi\n', 'packit.yml': 'jobs: {}\n' });
    await expect(readProjectConfig({ forge, project: HELLO, ref: 'main', env })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      location: { file: 'packit.yml', line: 1 },
    });
    const given = { forge, project: HELLO, ref: 'main', env, configPath: '.distro/source-git.yaml' };
    expect(await readProjectConfig(given)).toMatchObject({ packages: [{ name: 'hi' }] });
  });

  test('one comment for a purpose, edited in place', async () => {
    const { forge, as, open, project, comment } = await scene(kind);
    const { opened } = await open({ author: 'jo', files: { a: '1' } });
    const thread = { on: 'pull-request', number: opened.request.number } as const;
    const say = (body: string, by = forge) =>
      sayOnce(by, HELLO, thread, { purpose: 'not-allowed', key: 'abc', body });
    // Somebody else's copy is not packit's.
    comment(thread.number, 'mallory', `${markerOf({ purpose: 'not-allowed', key: 'abc' })}\nFirst`);
    expect((await say('First')).how).toBe('added');
    expect((await say('First')).how).toBe('kept');
    const own = () =>
      project.comments
        .filter(({ author }) => author === 'packit-bot')
        .map(({ body }) => body.split('\n').slice(1).join('\n'));
    const second = await say('Second <!-- packit:ci:v1:other:x -->\n');
    if (kind === 'pagure') {
      expect(second.how).toBe('added');
      expect((await say('Second <!-- packit:ci:v1:other:x -->')).how).toBe('kept');
      expect(own()).toHaveLength(2);
    } else {
      expect(second.how).toBe('edited');
      expect(own().map((body) => body.trimEnd())).toEqual(['Second &lt;!-- packit:ci:v1:other:x -->']);
    }
    // Another key and another account have their own.
    await sayOnce(forge, HELLO, thread, { purpose: 'not-allowed', key: 'def', body: 'x' });
    expect((await say('Second', await as('jane'))).how).toBe('added');
  });

  test('one ticket, also where several ask for it at once', async () => {
    const { forge, as, project } = await scene(kind);
    const ticket = {
      title: 'release 1.2',
      body: 'It failed',
      marker: markerOf({ purpose: 'ticket', key: 'r1.2' }),
    };
    const mallory = await as('mallory');
    await mallory.createIssue(HELLO, { title: ticket.title, body: ticket.marker });
    await ensureTicket(forge, HELLO, {
      ...ticket,
      title: 'release 1.2.3',
      marker: markerOf({ purpose: 'ticket', key: 'r1.2.3' }),
    });
    const found = await Promise.all(Array.from({ length: 4 }, () => ensureTicket(forge, HELLO, ticket)));
    const own = () =>
      project.issues.filter(({ author, title }) => author === 'packit-bot' && title === ticket.title);
    const open = own().filter((issue) => issue.open);
    expect(open).toHaveLength(1);
    expect(open[0]?.number).toBe(Math.min(...own().map(({ number }) => number)));
    expect(await ensureTicket(forge, HELLO, ticket)).toMatchObject({
      issue: { number: open[0]?.number },
      created: false,
    });
    expect(found.filter(({ created }) => created).length).toBeGreaterThan(0);
    // What a run that was killed has left.
    project.issues.push(...open.map((issue) => ({ ...issue, number: 900 })));
    expect((await ensureTicket(forge, HELLO, ticket)).issue?.number).toBe(open[0]?.number);
    expect(own().filter((issue) => issue.open)).toHaveLength(1);
    // A solved one is not opened again: there is a new one.
    for (const issue of own()) issue.open = false;
    expect((await ensureTicket(forge, HELLO, ticket)).created).toBe(true);
    expect(project.issues.find(({ title }) => title === 'release 1.2.3')?.open).toBe(true);

    project.issuesOff = true;
    expect(await ensureTicket(forge, HELLO, ticket)).toEqual({ issue: undefined, created: false });
  });
});

describe('packagers', () => {
  let fasjson: FasjsonServer;

  async function withAccounts(): Promise<CiScene> {
    fasjson = await startFasjson({
      accounts: [
        { username: 'jo-fas', github: 'Joan', groups: ['packager'] },
        { username: 'shy', github: 'mallory', private: true, groups: ['packager'] },
        { username: 'ann-fas', github: 'ann' },
      ],
    });
    cleanups.push(() => fasjson.close());
    const home = tempDir('packit-packagers');
    return scene('github', {
      cwd: home,
      env: { PATH: fakeKerberos(home), HOME: home, PACKIT_FASJSON_URL: fasjson.url, PACKIT_RETRY_DELAY: '1' },
    });
  }
  const allow = listOf('packagers: true');

  test('the account that names the login, shows it, and is in the group', async () => {
    const { ctx, forge, open, warnings } = await withAccounts();
    const verdictOf = async (author: string) => {
      const { event } = await open({ author, branch: author, files: { a: author } });
      return judge(ctx, { forge, event, allow });
    };
    expect(await verdictOf('joan')).toMatchObject({
      verdict: { trusted: true, because: 'joan is the packager jo-fas' },
      weak: true,
    });
    expect((await verdictOf('mallory')).verdict).toMatchObject({
      trusted: false,
      text: expect.stringContaining('/mallory not allowed! Their Fedora account is private.'),
    });
    expect((await verdictOf('ann')).verdict).toMatchObject({
      text: expect.stringContaining('not allowed! Their Fedora account is not in the packager group.'),
    });
    expect((await verdictOf('bob')).verdict).toMatchObject({
      text: expect.stringContaining('not allowed! No Fedora account names this GitHub login.'),
    });
    expect(warnings).toEqual([]);
  });

  test('out of order, or without a ticket: not trusted, and the text says so', async () => {
    const { ctx, forge, open, warnings } = await withAccounts();
    const { event } = await open({ author: 'joan', files: { a: '1' } });
    fasjson.failOn(/./, 503, 3);
    expect((await judge(ctx, { forge, event, allow })).verdict).toMatchObject({
      trusted: false,
      text: expect.stringContaining('not allowed! Fedora Accounts could not be asked.'),
      advice: expect.stringContaining('Fedora Accounts could not be asked.'),
    });
    expect(warnings).toMatchObject([{ code: 'FASJSON_DOWN' }]);
    // The next look finds it well.
    expect((await judge(ctx, { forge, event, allow })).verdict.trusted).toBe(true);

    const home = tempDir('packit-no-ticket');
    writeFileSync(join(home, 'klist'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const bare = await scene('github', { cwd: home, env: { PATH: `${home}:/usr/bin:/bin`, HOME: home } });
    const other = await bare.open({ author: 'joan', files: { a: '1' } });
    const judged = await judge(bare.ctx, { forge: bare.forge, event: other.event, allow });
    expect(judged.verdict.trusted).toBe(false);
    expect(bare.warnings).toMatchObject([{ code: 'KERBEROS_NO_TICKET' }]);
  });

  test('nobody is asked who is a packager unless the list says so', async () => {
    const { ctx, forge, open } = await withAccounts();
    const { event } = await open({ author: 'joan', files: { a: '1' } });
    expect((await judge(ctx, { forge, event, allow: listOf('') })).verdict.trusted).toBe(false);
    expect(fasjson.log).toEqual([]);
  });
});

test('a local allow-list', async () => {
  const directory = tempDir('packit-allow');
  writeFileSync(join(directory, 'list.yaml'), 'allow: [github.com/jo]\n');
  const { forge, open } = await scene('github');
  const { event } = await open({ author: 'jo', files: { a: '1' } });
  const local = { forge, event, cwd: directory };
  expect(await readAllowList({ ...local, local: 'list.yaml' })).toMatchObject({ allow: ['github.com/jo'] });
  await expect(readAllowList({ ...local, local: 'none.yaml' })).rejects.toMatchObject({
    code: 'ALLOW_LIST_UNREADABLE',
    location: { file: join(directory, 'none.yaml') },
  });
});
