/** Comments, reactions, rights, issues and single pull requests, on every forge. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Forge, ForgeKind, Thread } from '../../../../src/remote/forge/index.ts';
import { connectTo, failureOf } from '../../../support/forges/connect.ts';
import { commentAs, openPullRequest, pushTo, startForge } from '../../../support/forges/index.ts';
import type { TestForge, TestProject } from '../../../support/forges/index.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const HELLO = { namespace: 'rpms', name: 'hello' };
const KINDS: readonly ForgeKind[] = ['github', 'gitlab', 'pagure', 'forgejo'];

interface Started {
  server: TestForge;
  project: TestProject;
  forge: Forge;
  as: (token: string, options?: { dryRun?: boolean }) => Promise<Forge>;
}

async function start(kind: ForgeKind): Promise<Started> {
  const server = await startForge(kind, {
    users: ['boss', 'jane', 'joe', 'janet'].map((name) => ({ name, token: `${name}-token` })),
    projects: [{ ...HELLO, owner: 'boss', branches: { main: { 'hello.spec': 'x' } }, committers: ['jane'] }],
    groups: { packagers: ['joe'] },
  });
  cleanups.push(() => server.close());
  const as = async (token: string, options: { dryRun?: boolean } = {}): Promise<Forge> => {
    const { forge, http } = await connectTo(server, { token, ...options });
    cleanups.push(() => http.close());
    return forge;
  };
  return { server, project: server.project('rpms', 'hello'), forge: await as('jane-token'), as };
}

describe.each(KINDS)('%s', (kind) => {
  const talksOnCommits = kind === 'github' || kind === 'gitlab';

  /** A thread of each kind that this forge has. */
  async function threads({ server, project, forge }: Started): Promise<Thread[]> {
    const { request, sha } = openPullRequest(server, project, { author: 'joe', files: { a: 'b' } });
    const issue = await forge.createIssue(HELLO, { title: 'Problem', body: 'It is broken' });
    const on: Thread[] = [
      { on: 'pull-request', number: request.number },
      { on: 'issue', number: issue.number },
    ];
    // GitLab has the commit in the fork only.
    const own = kind === 'gitlab' ? pushTo(project, 'main', { c: 'd' }) : sha;
    return talksOnCommits ? [...on, { on: 'commit', sha: own }] : on;
  }

  test('comments are written and read, oldest first, without the notes of the forge itself', async () => {
    const started = await start(kind);
    const { server, project, forge } = started;
    for (const thread of await threads(started)) {
      expect(await forge.listComments(HELLO, thread)).toEqual([]);
      const first = commentAs(server, project, { on: thread, user: 'joe', body: '/packit build' });
      if (thread.on !== 'commit') {
        commentAs(server, project, { on: thread, user: 'joe', body: 'added 1 commit', system: true });
      }
      const second = await forge.addComment(HELLO, thread, 'Line one\n\n<!-- packit:ci:v1 -->');
      expect(second).toMatchObject({ author: 'jane', body: 'Line one\n\n<!-- packit:ci:v1 -->' });
      expect(second.webUrl).toMatch(
        new RegExp(`^${server.url}/rpms/hello/.*#.*${second.id.split('/').at(-1)}$`),
      );
      expect(Date.parse(second.createdAt ?? '')).toBeGreaterThan(0);
      const listed = await forge.listComments(HELLO, thread);
      expect(listed.map(({ author, body }) => [author, body])).toEqual([
        ['joe', first.body],
        ['jane', second.body],
      ]);
      expect(listed[1]).toEqual(second);
    }
  });

  test('own comments are edited in place, where that is possible', async () => {
    const started = await start(kind);
    const { forge } = started;
    for (const thread of await threads(started)) {
      const { id } = await forge.addComment(HELLO, thread, 'Old');
      await forge.addComment(HELLO, thread, 'Other');
      expect(await forge.editComment(HELLO, thread, id, 'New')).toBe(kind !== 'pagure');
      const bodies = (await forge.listComments(HELLO, thread)).map(({ body }) => body);
      expect(bodies).toEqual([kind === 'pagure' ? 'Old' : 'New', 'Other']);
    }
  });

  test('an eyes reaction, once', async () => {
    const started = await start(kind);
    const { server, project, forge } = started;
    for (const thread of await threads(started)) {
      const comment = commentAs(server, project, { on: thread, user: 'joe', body: '/packit build' });
      const [{ id } = { id: '' }] = await forge.listComments(HELLO, thread);
      await forge.acknowledge(HELLO, thread, id);
      await forge.acknowledge(HELLO, thread, id);
      const none = kind === 'pagure' || (kind === 'gitlab' && thread.on === 'commit');
      expect(comment.reactions).toEqual(none ? [] : ['jane: eyes']);
    }
  });

  test('a comment on a commit where there are none', async () => {
    if (talksOnCommits) return;
    const { forge, server, project } = await start(kind);
    const on: Thread = { on: 'commit', sha: pushTo(project, 'main', { a: 'b' }) };
    const before = server.requests.length;
    for (const work of [
      () => forge.listComments(HELLO, on),
      () => forge.addComment(HELLO, on, 'x'),
      () => forge.editComment(HELLO, on, '1', 'x'),
      () => forge.acknowledge(HELLO, on, '1'),
    ]) {
      const error = await failureOf(work());
      expect(error.code).toBe('FORGE_NO_COMMIT_COMMENTS');
      expect(error.hint).toContain('pull request');
    }
    expect(server.requests).toHaveLength(before);
  });

  test('a comment in a thread that is not there', async () => {
    const { forge } = await start(kind);
    const error = await failureOf(forge.addComment(HELLO, { on: 'pull-request', number: 99 }, 'x'));
    expect(error.code).toBe('FORGE_NOT_FOUND');
    expect(error.message).toMatch(/comment on (pull|merge) request 99 of rpms\/hello/);
  });

  test('a comment is not sent twice when its answer is lost; an edit is', async () => {
    const started = await start(kind);
    const { forge, server, project } = started;
    const [thread] = await threads(started);
    if (thread === undefined) throw new Error('no thread');
    server.failOn(/^POST .*(comments?|notes)$/, 'cut-after');
    await failureOf(forge.addComment(HELLO, thread, 'Once'));
    expect(project.comments.map(({ body }) => body)).toEqual(['Once']);
    if (kind === 'pagure') return;
    const [{ id } = { id: '' }] = await forge.listComments(HELLO, thread);
    server.failOn(/^(PATCH|PUT) /, 'cut-after');
    expect(await forge.editComment(HELLO, thread, id, 'Edited')).toBe(true);
    expect(project.comments.map(({ body }) => body)).toEqual(['Edited']);
  });

  test('more than a page of comments', async () => {
    const started = await start(kind);
    const { server, project, forge } = started;
    const [on] = await threads(started);
    if (on === undefined) throw new Error('no thread');
    const bodies = Array.from({ length: 130 }, (_, count) => `Comment ${count}`);
    for (const body of bodies) commentAs(server, project, { on, user: 'joe', body });
    expect((await forge.listComments(HELLO, on)).map(({ body }) => body)).toEqual(bodies);
  });

  test('what users may do', async () => {
    const { project, as } = await start(kind);
    project.users.admin.push('janet');
    const forge = await as('boss-token');
    expect(await forge.permissionOf(HELLO, 'boss')).toBe('admin');
    expect(await forge.permissionOf(HELLO, 'janet')).toBe('admin');
    expect(await forge.permissionOf(HELLO, 'jane')).toBe('write');
    expect(['none', 'read']).toContain(await forge.permissionOf(HELLO, 'joe'));
    expect(await forge.permissionOf(HELLO, 'nobody')).toBe('none');
    project.users.ticket.push('joe');
    expect(await forge.permissionOf(HELLO, 'joe')).toBe('read');
    // Half a name, which GitLab finds too.
    expect(await forge.permissionOf(HELLO, 'jan')).toBe('none');
  });

  test('a pull request by its number, with labels and the commit at its head', async () => {
    const { server, project, forge } = await start(kind);
    const { request, sha } = openPullRequest(server, project, {
      author: 'joe',
      branch: 'fix',
      files: { 'hello.spec': 'y', new: null },
      title: 'Fix it',
      labels: ['ci', 'needs work'],
    });
    const read = await forge.getPullRequest(HELLO, request.number);
    expect(read).toMatchObject({
      number: request.number,
      title: 'Fix it',
      state: 'open',
      author: 'joe',
      sourceBranch: 'fix',
      targetBranch: 'main',
      target: HELLO,
      headCommit: sha,
      labels: ['ci', 'needs work'],
    });
    expect(read?.source).toEqual(
      kind === 'pagure' ? { ...HELLO, forkOwner: 'joe' } : { namespace: 'joe', name: 'hello' },
    );
    expect((await forge.listPullRequests(HELLO))[0]?.labels).toEqual(['ci', 'needs work']);
    request.state = 'merged';
    expect((await forge.getPullRequest(HELLO, request.number))?.state).toBe('merged');
    expect(await forge.getPullRequest(HELLO, 99)).toBeUndefined();
  });

  test('issues: opened, listed newest first, closed ones and pull requests left out', async () => {
    const started = await start(kind);
    const { server, project, forge } = started;
    expect(await forge.listIssues(HELLO)).toEqual([]);
    const first = await forge.createIssue(HELLO, { title: 'First', body: 'One' });
    expect(first).toMatchObject({ title: 'First', body: 'One', author: 'jane' });
    expect(first.webUrl).toMatch(new RegExp(`^${server.url}/rpms/hello/.*issues?/${first.number}$`));
    openPullRequest(server, project, { author: 'joe', files: { a: 'b' } });
    const second = await forge.createIssue(HELLO, { title: 'Second', body: 'Two' });
    const third = await forge.createIssue(HELLO, { title: 'Third', body: 'Three' });
    expect(await forge.listIssues(HELLO)).toEqual([third, second, first]);
    await forge.closeIssue(HELLO, second.number);
    await forge.closeIssue(HELLO, second.number);
    expect(project.issues.map(({ open }) => open)).toEqual([true, false, true]);
    expect(await forge.listIssues(HELLO)).toEqual([third, first]);
    const stranger = await started.as('joe-token');
    expect((await failureOf(stranger.closeIssue(HELLO, first.number))).code).toBe('FORGE_FORBIDDEN');
    expect((await failureOf(forge.closeIssue(HELLO, 999))).code).toBe('FORGE_NOT_FOUND');
  });

  test('issues that are switched off', async () => {
    const { project, forge } = await start(kind);
    project.issuesOff = true;
    expect(await forge.listIssues(HELLO)).toBeUndefined();
    const error = await failureOf(forge.createIssue(HELLO, { title: 'No', body: 'No' }));
    expect(error.exitCode).toBe(3);
  });

  test('a dry run reads all and writes nothing', async () => {
    const started = await start(kind);
    const { server, project, as } = started;
    const [thread] = await threads(started);
    if (thread === undefined) throw new Error('no thread');
    const forge = await as('jane-token', { dryRun: true });
    expect(await forge.listComments(HELLO, thread)).toEqual([]);
    expect(await forge.listIssues(HELLO)).toHaveLength(1);
    const before = JSON.stringify(server.snapshot());
    for (const work of [
      () => forge.addComment(HELLO, thread, 'x'),
      () => forge.editComment(HELLO, thread, '1', 'x'),
      () => forge.acknowledge(HELLO, thread, '1'),
      () => forge.createIssue(HELLO, { title: 'x', body: 'x' }),
    ]) {
      expect((await failureOf(work())).code).toBe('DRY_RUN_WRITE');
    }
    expect(JSON.stringify(server.snapshot())).toBe(before);
    expect(project.comments).toEqual([]);
  });
});

test('GitHub: whose a token of Actions or of another App is, in a dry run too', async () => {
  const { server, as } = await start('github');
  server.state.users.push(
    { name: 'github-actions[bot]', token: 'ghs_actions' },
    { name: 'my-app[bot]', token: 'ghs_app' },
  );
  const forge = await as('ghs_actions', { dryRun: true });
  expect(await forge.whoami()).toBe('github-actions[bot]');
  expect(await forge.checkToken(['read'])).toMatchObject({ user: 'github-actions[bot]', missing: [] });
  expect(await (await as('ghs_app')).whoami()).toBe('my-app[bot]');
  server.failOn(/graphql/, { status: 403, body: { message: 'No' } }, Infinity);
  expect(await (await as('ghs_actions')).whoami()).toBe('github-actions[bot]');
  server.heal();
  const errors = [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }];
  server.failOn(/graphql/, { status: 200, body: { data: null, errors } });
  expect(await (await as('ghs_actions')).whoami()).toBe('github-actions[bot]');
  // What may pass is no answer: another App would be taken for Actions.
  server.failOn(/graphql/, { status: 502 }, Infinity);
  expect((await failureOf((await as('ghs_app')).whoami())).code).toBe('FORGE_FAILED');
});

test('GitHub: roles between the levels count as what they are made from', async () => {
  const { project, forge } = await start('github');
  project.roles.joe = 'maintain';
  expect(await forge.permissionOf(HELLO, 'joe')).toBe('write');
  project.roles.joe = 'triage';
  expect(await forge.permissionOf(HELLO, 'joe')).toBe('read');
});

test('Forgejo: who may not ask is told who may', async () => {
  const { forge } = await start('forgejo');
  expect(await forge.permissionOf(HELLO, 'jane')).toBe('write');
  const error = await failureOf(forge.permissionOf(HELLO, 'joe'));
  expect(error.code).toBe('FORGE_FORBIDDEN');
  expect(error.hint).toContain('administrators of rpms/hello');
});

test('Pagure: the members of a group may do what the group may', async () => {
  const { project, forge } = await start('pagure');
  project.groups.commit.push('gone', 'packagers');
  expect(await forge.permissionOf(HELLO, 'joe')).toBe('write');
  expect(await forge.permissionOf(HELLO, 'janet')).toBe('none');
  project.users.collaborator.push('janet');
  expect(await forge.permissionOf(HELLO, 'janet')).toBe('read');
});
