/** Statuses of commits, on every forge: what can be told comes back, in order, and the forge's quirks do no harm. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { shownState, statusDescription } from '../../../../src/remote/forge/index.ts';
import type { Forge, ForgeKind, NewStatus, StatusState } from '../../../../src/remote/forge/index.ts';
import { connectTo, failureOf } from '../../../support/forges/connect.ts';
import { openPullRequest, pushTo, startForge, statusesOf } from '../../../support/forges/index.ts';
import type { TestForge, TestProject } from '../../../support/forges/index.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const HELLO = { namespace: 'rpms', name: 'hello' };
const KINDS: readonly ForgeKind[] = ['github', 'gitlab', 'pagure', 'forgejo'];
const BUILD = 'https://copr.example.org/coprs/build/17';
const STATUS: NewStatus = {
  name: 'rpm-build:fedora-42-x86_64',
  state: 'pending',
  description: 'The task was accepted.',
  url: BUILD,
};

interface Started {
  server: TestForge;
  project: TestProject;
  forge: Forge;
  sha: string;
  as: (token: string, options?: { dryRun?: boolean }) => Promise<Forge>;
}

/** jane may push, joe may not; both have pushed to where they may. */
async function start(kind: ForgeKind): Promise<Started> {
  const server = await startForge(kind, {
    users: [
      { name: 'jane', token: 'jane-token' },
      { name: 'joe', token: 'joe-token' },
      { name: 'ann', token: 'ann-token' },
    ],
    projects: [
      { ...HELLO, branches: { main: { 'hello.spec': 'Name: hello\n' } }, committers: ['jane', 'ann'] },
    ],
  });
  cleanups.push(() => server.close());
  const project = server.project('rpms', 'hello');
  const as = async (token: string, options: { dryRun?: boolean } = {}): Promise<Forge> => {
    const { forge, http } = await connectTo(server, { token, ...options });
    cleanups.push(() => http.close());
    return forge;
  };
  const sha = pushTo(project, 'main', { 'new.txt': 'new' });
  return { server, project, forge: await as('jane-token'), sha, as };
}

/** What is read after pending, running, success, failure, error, neutral and cancelled were set. */
const READ: Readonly<Record<ForgeKind, readonly StatusState[]>> = {
  github: ['pending', 'pending', 'success', 'failure', 'error', 'error', 'error'],
  forgejo: ['pending', 'pending', 'success', 'failure', 'error', 'error', 'error'],
  gitlab: ['pending', 'running', 'success', 'failure', 'failure', 'failure', 'cancelled'],
  pagure: ['pending', 'pending', 'success', 'failure', 'error', 'error', 'cancelled'],
};
const STATES = ['pending', 'running', 'success', 'failure', 'error', 'neutral', 'cancelled'] as const;

describe.each(KINDS)('%s', (kind) => {
  const keepsHistory = kind === 'github' || kind === 'forgejo';

  test('states read as near as the forge can tell, with all that was set', async () => {
    const { forge, sha } = await start(kind);
    expect(await forge.listStatuses(HELLO, sha)).toEqual([]);
    for (const state of STATES)
      await forge.setStatus(HELLO, sha, { ...STATUS, name: `test:${state}`, state });
    const read = await forge.listStatuses(HELLO, sha);
    expect(read).toMatchObject(
      STATES.map((state, index) => ({
        ...STATUS,
        name: `test:${state}`,
        state: READ[kind][index],
        creator: 'jane',
      })),
    );
    expect(read.map(({ state }) => state)).toEqual(STATES.map((state) => shownState(kind, state)));
    expect(new Set(read.map(({ id }) => id)).size).toBe(STATES.length);
    for (const { updatedAt } of read) expect(Date.parse(updatedAt ?? '')).toBeGreaterThan(0);
  });

  test('a build from start to end: the history, or the last of each name, oldest change first', async () => {
    const { forge, project, sha } = await start(kind);
    const other = { ...STATUS, name: 'rpm-build:fedora-43-x86_64' };
    await forge.setStatus(HELLO, sha, STATUS);
    await forge.setStatus(HELLO, sha, other);
    await forge.setStatus(HELLO, sha, { ...other, state: 'running', description: 'Building' });
    await forge.setStatus(HELLO, sha, { ...STATUS, state: 'failure', description: 'No' });
    await forge.setStatus(HELLO, sha, { ...other, state: 'success', description: 'Done' });
    const read = (await forge.listStatuses(HELLO, sha)).map(({ name, description }) => [
      name.slice(10, 19),
      description,
    ]);
    const ended = [
      ['fedora-42', 'No'],
      ['fedora-43', 'Done'],
    ];
    expect(read).toEqual(
      keepsHistory
        ? [
            ['fedora-42', 'The task was accepted.'],
            ['fedora-43', 'The task was accepted.'],
            ['fedora-43', 'Building'],
            ...ended,
          ]
        : ended,
    );
    expect(statusesOf(project, sha).map(({ description }) => description)).toEqual([
      'The task was accepted.',
      'The task was accepted.',
      'Building',
      'No',
      'Done',
    ]);
  });

  test('back from an end to the beginning, as a new build does with tests', async () => {
    const { forge, sha } = await start(kind);
    await forge.setStatus(HELLO, sha, { ...STATUS, state: 'failure', description: 'No' });
    await forge.setStatus(HELLO, sha, { ...STATUS, description: 'Once more' });
    expect((await forge.listStatuses(HELLO, sha)).at(-1)).toMatchObject({
      state: 'pending',
      description: 'Once more',
    });
  });

  test('the same state with another text and address', async () => {
    const { forge, sha } = await start(kind);
    await forge.setStatus(HELLO, sha, STATUS);
    const changed = { ...STATUS, description: 'Waiting for a builder', url: `${BUILD}8` };
    await forge.setStatus(HELLO, sha, changed);
    // GitLab shows a new text only with the next state.
    expect((await forge.listStatuses(HELLO, sha)).at(-1)).toMatchObject({
      ...changed,
      state: kind === 'gitlab' ? 'running' : 'pending',
    });
    await forge.setStatus(HELLO, sha, { ...changed, description: 'Third' });
    await forge.setStatus(HELLO, sha, { ...changed, state: 'running', description: 'Fourth' });
    const last = (await forge.listStatuses(HELLO, sha)).at(-1);
    expect(last?.description).toBe(kind === 'gitlab' ? 'Waiting for a builder' : 'Fourth');
    await forge.setStatus(HELLO, sha, { ...changed, state: 'success', description: 'Done' });
    await forge.setStatus(HELLO, sha, { ...changed, state: 'success', description: 'Done, and seen' });
    expect((await forge.listStatuses(HELLO, sha)).at(-1)).toMatchObject({
      state: 'success',
      description: 'Done, and seen',
    });
  });

  test('a text that is too long ends in an ellipsis, on the boundary of a character', async () => {
    const { forge, project, sha } = await start(kind);
    const family = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}';
    const long = `${'x'.repeat(137)}${family}${family}`;
    await forge.setStatus(HELLO, sha, { ...STATUS, description: long });
    expect(statusesOf(project, sha)[0]?.description).toBe(`${'x'.repeat(137)}…`);
    await forge.setStatus(HELLO, sha, { ...STATUS, state: 'success', description: '\u{1F600}'.repeat(140) });
    expect(statusesOf(project, sha).at(-1)?.description).toBe('\u{1F600}'.repeat(140));
    const read = (await forge.listStatuses(HELLO, sha)).at(-1)?.description;
    expect(read).toBe(statusDescription('\u{1F600}'.repeat(140)));
  });

  test('is sent again after a lost answer, a server error or a limit, which leaves it as it is', async () => {
    const { forge, server, sha } = await start(kind);
    const faults = [
      'cut',
      'cut-after',
      'cut-body',
      { status: 502 },
      { status: 429, headers: { 'retry-after': '0' }, body: { message: 'slow down' } },
      { status: 403, headers: { 'retry-after': '0' }, body: { message: 'a secondary rate limit' } },
    ] as const;
    for (const [index, fault] of faults.entries()) {
      const status = { ...STATUS, name: `${STATUS.name}:${index}` };
      server.failOn(/^POST .*(statuses|flag)/, fault);
      await forge.setStatus(HELLO, sha, status);
      expect((await forge.listStatuses(HELLO, sha)).at(-1)).toMatchObject({ ...status, creator: 'jane' });
    }
  });

  test('a limit that lasts: the error says when to come back', async () => {
    const { forge, server, sha } = await start(kind);
    const headers = { 'retry-after': '7200' };
    server.failOn(/^POST .*(statuses|flag)/, { status: 403, headers, body: { message: 'wait' } }, Infinity);
    const before = server.requests.length;
    const error = await failureOf(forge.setStatus(HELLO, sha, STATUS));
    expect(error.code).toBe('FORGE_RATE_LIMITED');
    expect(server.requests).toHaveLength(before + 1);
  });

  test('by an account that may not: FORGE_FORBIDDEN or FORGE_NOT_FOUND', async () => {
    const { as, project, sha } = await start(kind);
    const work = (await as('joe-token')).setStatus(HELLO, sha, STATUS);
    if (kind === 'pagure') {
      // Everybody may, if the token may.
      await work;
      return;
    }
    const error = await failureOf(work);
    expect(error.code).toBe(kind === 'github' ? 'FORGE_NOT_FOUND' : 'FORGE_FORBIDDEN');
    expect(error.message).toContain(`set the status ${STATUS.name}`);
    expect(error.exitCode).toBe(3);
    expect(project.statuses).toEqual([]);
  });

  test('of a commit that is not there', async () => {
    const { forge } = await start(kind);
    if (kind === 'pagure') return; // It takes any.
    const error = await failureOf(forge.setStatus(HELLO, 'a'.repeat(40), STATUS));
    expect(error.code).toBe(kind === 'github' ? 'FORGE_REFUSED' : 'FORGE_NOT_FOUND');
  });

  test('of a pull request from a fork: where the forge knows its commit', async () => {
    const { forge, server, project, as } = await start(kind);
    const { sha, source } = openPullRequest(server, project, { author: 'joe', files: { a: 'b' } });
    const place = kind === 'gitlab' ? { namespace: 'joe', name: 'hello' } : HELLO;
    const setter = kind === 'gitlab' ? await as('joe-token') : forge;
    await setter.setStatus(place, sha, STATUS);
    expect(await setter.listStatuses(place, sha)).toHaveLength(1);
    expect(statusesOf(kind === 'gitlab' ? source : project, sha)).toHaveLength(1);
    const file = await setter.readFile(place, 'a', sha);
    expect(Buffer.from(file ?? []).toString()).toBe('b');
  });

  test('more than a page of them', async () => {
    const { forge, server, sha } = await start(kind);
    const names = Array.from({ length: 130 }, (_, count) => `check-${count}`);
    for (const name of names) await forge.setStatus(HELLO, sha, { ...STATUS, name });
    expect((await forge.listStatuses(HELLO, sha)).map(({ name }) => name)).toEqual(names);
    expect(server.problems).toEqual([]);
  }, 30_000);

  test('of others: whose it is', async () => {
    const { forge, as, sha } = await start(kind);
    await forge.setStatus(HELLO, sha, STATUS);
    await (await as('ann-token')).setStatus(HELLO, sha, { ...STATUS, state: 'success', description: 'Mine' });
    const statuses = await forge.listStatuses(HELLO, sha);
    // On Pagure it goes on bearing the name of who made it.
    expect(statuses.at(-1)).toMatchObject({
      description: 'Mine',
      creator: kind === 'pagure' ? 'jane' : 'ann',
    });
  });

  test('a dry run reads and sets none', async () => {
    const { as, project, sha } = await start(kind);
    const forge = await as('jane-token', { dryRun: true });
    expect(await forge.listStatuses(HELLO, sha)).toEqual([]);
    expect((await failureOf(forge.setStatus(HELLO, sha, STATUS))).code).toBe('DRY_RUN_WRITE');
    expect(project.statusLog).toEqual([]);
  });
});

test('GitLab: an answer that was lost does not push the status a step ahead', async () => {
  const { forge, server, project, sha } = await start('gitlab');
  server.failOn(/^POST .*statuses/, 'cut-after');
  await forge.setStatus(HELLO, sha, STATUS);
  expect(project.statuses.map(({ state }) => state)).toEqual(['pending']);
});

test('GitLab: a commit that another is just setting a status of', async () => {
  const { forge, server, project, sha } = await start('gitlab');
  const body = { message: 'Another update to this commit status is in progress' };
  server.failOn(/^POST .*statuses/, { status: 409, body });
  await forge.setStatus(HELLO, sha, STATUS);
  expect(project.statuses).toHaveLength(1);
  server.failOn(/^POST .*statuses/, { status: 409, body }, Infinity);
  const error = await failureOf(forge.setStatus(HELLO, sha, { ...STATUS, state: 'running' }));
  expect(error.code).toBe('FORGE_CONFLICT');
});

test('GitLab: what has ended meanwhile is no success for another end', async () => {
  const { forge, server, sha } = await start('gitlab');
  const message =
    'Cannot transition status via :success from :canceled (Reason(s): Status cannot transition via "success")';
  server.failOn(/^POST .*statuses/, { status: 400, body: { message } });
  const error = await failureOf(forge.setStatus(HELLO, sha, { ...STATUS, state: 'success' }));
  expect(error.code).toBe('FORGE_REFUSED');
});

test('GitHub: a token of Actions without the right', async () => {
  const { server, as, sha } = await start('github');
  server.state.users.push({ name: 'github-actions[bot]', token: 'ghs_actions' });
  const error = await failureOf((await as('ghs_actions')).setStatus(HELLO, sha, STATUS));
  expect(error.code).toBe('FORGE_FORBIDDEN');
});

test('Pagure: a status without a text has its name for one', async () => {
  const { forge, project, sha } = await start('pagure');
  await forge.setStatus(HELLO, sha, { ...STATUS, description: ' ' });
  expect(statusesOf(project, sha)[0]?.description).toBe(STATUS.name);
});
