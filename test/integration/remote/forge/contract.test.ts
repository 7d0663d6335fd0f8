/** The same cases for every forge: what a workflow may rely on, whichever it talks to. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { PackitError } from '../../../../src/errors.ts';
import {
  createForge,
  ensureFork,
  ensurePullRequest,
  FORGE_NAME,
  syncAccess,
} from '../../../../src/remote/forge/index.ts';
import type { CreateForgeOptions, Forge, ForgeKind, ProjectRef } from '../../../../src/remote/forge/index.ts';
import { createHttpClient } from '../../../../src/remote/http/index.ts';
import { gitIn } from '../../../support/bare.ts';
import { startForge } from '../../../support/forges/index.ts';
import type { ForgeOptions, TestForge } from '../../../support/forges/index.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const HELLO: ProjectRef = { namespace: 'rpms', name: 'hello' };
const SPEC = Uint8Array.from([0x4e, 0x61, 0x6d, 0x65, 0x3a, 0x20, 0xe9, 0x0a]);
const JANE = { name: 'jane', token: 'jane-secret-token' };
const KINDS: readonly ForgeKind[] = ['github', 'gitlab', 'pagure', 'forgejo'];

async function start(kind: ForgeKind, options: ForgeOptions = {}): Promise<TestForge> {
  const server = await startForge(kind, {
    users: [JANE, { name: 'joe', token: 'joe-secret-token' }],
    projects: [
      {
        ...HELLO,
        description: 'Says hello',
        branches: {
          rawhide: { 'hello.spec': SPEC, 'dir/with space.txt': 'text\n', large: 'x'.repeat(1_100_000) },
          f42: { 'hello.spec': 'old\n' },
        },
        tags: { 'v1.0': 'f42' },
        releases: [
          { tag: 'v1.1', title: '', description: '- second', prerelease: true },
          { tag: 'v1.0', title: 'First', description: '- first\n- release' },
        ],
      },
    ],
    ...options,
  });
  cleanups.push(() => server.close());
  return server;
}

async function connect(server: TestForge, options: Partial<CreateForgeOptions> = {}): Promise<Forge> {
  const http = createHttpClient({ env: {}, retries: 2, retryDelay: 1 });
  cleanups.push(() => http.close());
  return createForge({
    url: server.url,
    kind: server.kind,
    fetch: http.fetch,
    token: JANE.token,
    ...options,
  });
}

async function failure(work: Promise<unknown>): Promise<PackitError> {
  const error = await work.then(
    () => new Error('expected a failure'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof PackitError) return error;
  throw error;
}

/** What a workflow does first: a fork with a new branch in it. */
async function forkWithBranch(server: TestForge, forge: Forge, branch = 'f42-update'): Promise<ProjectRef> {
  const { fork } = await ensureFork(forge, HELLO, { interval: 1 });
  const { directory } = server.project(fork.namespace, fork.name, fork.forkOwner);
  gitIn(directory, ['branch', branch, 'f42']);
  return fork;
}

const REQUEST = {
  targetBranch: 'f42',
  sourceBranch: 'f42-update',
  title: 'Update',
  description: 'To 2.0\n\nMore.',
};

describe.each(KINDS)('%s', (kind) => {
  describe('reading', () => {
    test('a project, its branches, tags and default branch', async () => {
      const server = await start(kind);
      const forge = await connect(server);
      const project = await forge.getProject(HELLO);
      expect(project).toMatchObject({
        namespace: 'rpms',
        name: 'hello',
        fullName: 'rpms/hello',
        webUrl: `${server.url}/rpms/hello`,
        gitUrls: { https: `${server.url}/rpms/hello.git`, ssh: 'ssh://git@forge.invalid/rpms/hello.git' },
        defaultBranch: 'rawhide',
        description: 'Says hello',
        private: false,
        archived: false,
        parent: undefined,
      });
      expect(await forge.getDefaultBranch(HELLO)).toBe('rawhide');
      expect((await forge.listBranches(HELLO)).toSorted()).toEqual(['f42', 'rawhide']);
      const commit = gitIn(server.project('rpms', 'hello').directory, ['rev-parse', 'f42']);
      expect(await forge.listTags(HELLO)).toEqual([{ name: 'v1.0', commit }]);
    });

    test('what is not there: a project, a file, a release', async () => {
      const forge = await connect(await start(kind));
      expect(await forge.getProject({ namespace: 'rpms', name: 'none' })).toBeUndefined();
      expect(await forge.readFile(HELLO, 'none.spec', 'f42')).toBeUndefined();
      expect(await forge.readFile(HELLO, 'hello.spec', 'none')).toBeUndefined();
      expect(await forge.getRelease(HELLO, 'v9')).toBeUndefined();
      expect(await forge.findFork(HELLO)).toBeUndefined();
      const error = await failure(forge.listBranches({ namespace: 'rpms', name: 'none' }));
      expect(error.code).toBe('FORGE_NOT_FOUND');
      expect(error.message).toContain('list the branches of rpms/none');
    });

    test('an empty repository has no default branch', async () => {
      const server = await start(kind);
      server.addProject({ namespace: 'rpms', name: 'fresh' });
      const forge = await connect(server);
      expect(await forge.listBranches({ namespace: 'rpms', name: 'fresh' })).toEqual([]);
      // GitHub names a default branch even then.
      if (kind !== 'github') {
        expect(await forge.getDefaultBranch({ namespace: 'rpms', name: 'fresh' })).toBeUndefined();
      }
    });

    test('files byte for byte: not UTF-8, with a space in the name, large', async () => {
      const forge = await connect(await start(kind));
      expect(await forge.readFile(HELLO, 'hello.spec', 'rawhide')).toEqual(SPEC);
      expect(
        Buffer.from((await forge.readFile(HELLO, 'dir/with space.txt', 'rawhide')) ?? []).toString(),
      ).toBe('text\n');
      expect((await forge.readFile(HELLO, 'large', 'rawhide'))?.length).toBe(1_100_000);
      expect(Buffer.from((await forge.readFile(HELLO, 'hello.spec', 'v1.0')) ?? []).toString()).toBe('old\n');
    });

    test('all pages of a long list', async () => {
      const server = await start(kind);
      const { directory } = server.project('rpms', 'hello');
      const lines = Array.from(
        { length: 230 },
        (_, count) => `create refs/heads/side/${count} refs/heads/f42`,
      );
      gitIn(directory, ['update-ref', '--stdin'], Buffer.from(`${lines.join('\n')}\n`));
      const branches = await (await connect(server)).listBranches(HELLO);
      expect(new Set(branches).size).toBe(232);
    });

    test('releases with their notes', async () => {
      const forge = await connect(await start(kind));
      if (kind === 'pagure') {
        expect(await forge.listReleases(HELLO)).toEqual([]);
        return;
      }
      const releases = await forge.listReleases(HELLO);
      expect(releases.map(({ tag, title }) => [tag, title])).toEqual([
        ['v1.1', 'v1.1'],
        ['v1.0', 'First'],
      ]);
      expect(await forge.getRelease(HELLO, 'v1.0')).toMatchObject({
        tag: 'v1.0',
        title: 'First',
        description: '- first\n- release',
        draft: false,
        prerelease: false,
      });
      expect(await forge.listReleases(HELLO, 1)).toHaveLength(1);
    });

    test('works without a token where nobody has to be known', async () => {
      const server = await start(kind);
      const forge = await createForge({
        url: `${server.url}/rpms/hello`,
        kind,
        fetch: createHttpClient({ env: {} }).fetch,
      });
      const project = await forge.getProject(HELLO);
      expect(project?.fullName).toBe('rpms/hello');
      expect(JSON.stringify(project?.gitUrls)).not.toContain('{username}');
      expect(await forge.listBranches(HELLO)).toContain('f42');
    });
  });

  describe('tokens', () => {
    test('tell who they belong to', async () => {
      const forge = await connect(await start(kind));
      expect(await forge.whoami()).toBe('jane');
      const report = await forge.checkToken(['fork', 'pull-request']);
      expect(report).toMatchObject({ user: 'jane', missing: [] });
    });

    test('are asked for by host and hidden from the logs', async () => {
      const server = await start(kind);
      const asked: unknown[] = [];
      const secrets: string[] = [];
      const forge = await createForge({
        url: server.url,
        kind,
        fetch: createHttpClient({ env: {} }).fetch,
        tokenFor: (...args) => {
          asked.push(args);
          return JANE.token;
        },
        redactor: { add: (secret) => void secrets.push(secret) },
      });
      expect(await forge.whoami()).toBe('jane');
      expect(asked).toEqual([[new URL(server.url).host, kind]]);
      expect(secrets).toEqual([JANE.token]);
    });

    test('missing: says which variable and which page', async () => {
      const server = await start(kind);
      const forge = await createForge({ url: server.url, kind, fetch: createHttpClient({ env: {} }).fetch });
      const error = await failure(forge.createFork(HELLO));
      expect(error.code).toBe('FORGE_TOKEN_MISSING');
      expect(error.exitCode).toBe(3);
      expect(error.hint).toContain('PACKIT_TOKEN_127_0_0_1_');
      expect(error.hint).toContain(server.url);
      expect(error.hint).toContain('authentication');
    });

    test('wrong: says so, and never shows it', async () => {
      const forge = await connect(await start(kind), { token: 'wrong-secret' });
      const error = await failure(forge.whoami());
      expect(error.code).toBe('FORGE_TOKEN_INVALID');
      expect(JSON.stringify([error.message, error.hint, error.details, String(error.cause)])).not.toContain(
        'wrong-secret',
      );
    });

    test('without the right: says what the forge said and how to get it', async () => {
      const rights = kind === 'forgejo' ? ['read:user'] : [];
      const server = await start(kind, {
        users: [{ ...JANE, rights }],
        projects: [{ ...HELLO, branches: { f42: { a: 'b' } } }],
      });
      const forge = await connect(server);
      const error = await failure(forge.createFork(HELLO));
      // Pagure answers a missing right as it answers a wrong token.
      expect(error.code).toBe(kind === 'pagure' ? 'FORGE_TOKEN_INVALID' : 'FORGE_FORBIDDEN');
      expect(error.hint).toContain('PACKIT_TOKEN_127_0_0_1_');
      if (kind === 'gitlab' || kind === 'github') {
        expect(await forge.checkToken(['read', 'fork'])).toMatchObject({
          scopes: [],
          missing: expect.arrayContaining(['fork']) as unknown,
        });
      }
      if (kind === 'pagure') expect(error.message).toContain('Missing ACLs: fork_project');
    });
  });

  describe('forks', () => {
    test('are made, found again and not made twice', async () => {
      const server = await start(kind);
      const forge = await connect(server);
      const first = await ensureFork(forge, HELLO, { interval: 1 });
      expect(first.created).toBe(true);
      expect(first.fork.parent).toMatchObject(HELLO);
      expect(await forge.listBranches(first.fork)).toContain('rawhide');
      const again = await ensureFork(forge, HELLO, { interval: 1 });
      expect(again).toEqual({ fork: first.fork, created: false });
      expect(server.state.projects).toHaveLength(2);
      expect(
        server.requests.filter(({ method, url }) => method === 'POST' && url.includes('fork')),
      ).toHaveLength(1);
    });

    test('are asked for twice by accident: the existing one is the answer', async () => {
      const server = await start(kind);
      const forge = await connect(server);
      const made = await forge.createFork(HELLO);
      expect(await forge.createFork(HELLO)).toEqual(made);
      expect(server.state.projects).toHaveLength(2);
    });

    test('may appear late: waits and says so once', async () => {
      const server = await start(kind, { forkDelay: 3 });
      const said: string[] = [];
      const { fork, created } = await ensureFork(await connect(server), HELLO, {
        interval: 1,
        onWait: (message) => void said.push(message),
      });
      expect(created).toBe(true);
      expect(fork.parent).toMatchObject(HELLO);
      expect(said).toHaveLength(1);
    });

    test('may not appear at all: an error that says to run again', async () => {
      const server = await start(kind, { forkDelay: 1000 });
      const error = await failure(ensureFork(await connect(server), HELLO, { interval: 1, patience: 20 }));
      expect(error.code).toBe('FORGE_FORK_LATE');
      expect(error.hint).toContain('again');
    });

    test('under another name are found', async () => {
      if (kind === 'pagure') return; // A Pagure fork keeps its name.
      const server = await start(kind);
      const parent = server.project('rpms', 'hello');
      server.addProject({ namespace: 'jane', name: 'hello', branches: { main: { a: 'unrelated' } } });
      server.addProject({
        namespace: 'jane',
        name: 'hello-fork',
        parent,
        from: parent.directory,
        owner: 'jane',
      });
      const { fork, created } = await ensureFork(await connect(server), HELLO, { interval: 1 });
      expect([fork.fullName, created]).toEqual(['jane/hello-fork', false]);
    });

    test('whose name is taken by another project', async () => {
      if (kind === 'pagure') return;
      const server = await start(kind);
      server.addProject({ namespace: 'jane', name: 'hello', branches: { main: { a: 'unrelated' } } });
      const attempt = ensureFork(await connect(server), HELLO, { interval: 1 });
      if (kind === 'github') {
        expect((await attempt).fork.fullName).toBe('jane/hello-1');
        return;
      }
      const error = await failure(attempt);
      expect(error.code).toBe('FORGE_FORK_NAME_TAKEN');
      expect(error.hint).toContain('jane/hello');
    });

    test("are not needed for one's own project", async () => {
      if (kind === 'pagure') return;
      const server = await start(kind);
      server.addProject({ namespace: 'jane', name: 'own', branches: { main: { a: 'b' } } });
      const { fork, created } = await ensureFork(await connect(server), { namespace: 'jane', name: 'own' });
      expect([fork.fullName, created]).toEqual(['jane/own', false]);
    });
  });

  describe('pull requests', () => {
    test('are created once, found whatever their title, and updated', async () => {
      const server = await start(kind);
      const forge = await connect(server);
      const source = await forkWithBranch(server, forge);
      const branches = { ...REQUEST, target: HELLO, source };

      expect(await forge.findPullRequest(branches)).toBeUndefined();
      expect(await forge.listPullRequests(HELLO)).toEqual([]);
      const created = await ensurePullRequest(forge, branches);
      expect(created.outcome).toBe('created');
      expect(created.pullRequest).toMatchObject({
        number: 1,
        title: 'Update',
        description: 'To 2.0\n\nMore.',
        state: 'open',
        author: 'jane',
        sourceBranch: 'f42-update',
        target: HELLO,
        targetBranch: 'f42',
      });
      expect(created.pullRequest.webUrl).toMatch(new RegExp(`^${server.url}/rpms/hello/.*1$`));
      expect(created.pullRequest.headCommit).toMatch(/^[0-9a-f]{40}$/);
      expect(created.pullRequest.source).toMatchObject(
        source.forkOwner === undefined ? { namespace: 'jane' } : { ...HELLO, forkOwner: 'jane' },
      );

      expect(await forge.listPullRequests(HELLO)).toEqual([created.pullRequest]);
      expect((await ensurePullRequest(forge, branches)).outcome).toBe('unchanged');
      const updated = await ensurePullRequest(forge, {
        ...branches,
        title: 'Update to 2.1',
        description: 'New',
      });
      expect(updated.outcome).toBe('updated');
      expect(updated.pullRequest).toMatchObject({ number: 1, title: 'Update to 2.1', description: 'New' });
      expect(server.project('rpms', 'hello').pullRequests).toHaveLength(1);
    });

    test('let maintainers push to the branch, unless they are not to', async () => {
      const server = await start(kind);
      const forge = await connect(server);
      const source = await forkWithBranch(server, forge);
      await forge.createPullRequest({ ...REQUEST, target: HELLO, source });
      gitIn(server.state.projects[1]?.directory ?? '', ['branch', 'other', 'f42']);
      await forge.createPullRequest({
        ...REQUEST,
        sourceBranch: 'other',
        target: HELLO,
        source,
        maintainersMayEdit: false,
      });
      const edits = server.project('rpms', 'hello').pullRequests.map((request) => request.maintainersMayEdit);
      expect(edits).toEqual(kind === 'pagure' ? [false, false] : [true, false]);
    });

    test('of somebody else, to another branch or closed ones are not ours', async () => {
      const server = await start(kind);
      const joe = await connect(server, { token: 'joe-secret-token' });
      const foreign = await forkWithBranch(server, joe);
      await joe.createPullRequest({ ...REQUEST, target: HELLO, source: foreign });
      const forge = await connect(server);
      const source = await forkWithBranch(server, forge);
      await forge.createPullRequest({ ...REQUEST, targetBranch: 'rawhide', target: HELLO, source });
      const project = server.project('rpms', 'hello');
      await forge.createPullRequest({ ...REQUEST, target: HELLO, source });
      const ours = project.pullRequests[2];
      if (ours === undefined) throw new Error('not created');
      expect((await forge.findPullRequest({ ...REQUEST, target: HELLO, source }))?.number).toBe(3);
      ours.state = 'closed';
      expect(await forge.findPullRequest({ ...REQUEST, target: HELLO, source })).toBeUndefined();
      expect((await ensurePullRequest(forge, { ...REQUEST, target: HELLO, source })).pullRequest.number).toBe(
        4,
      );
    });

    test('are found behind many others', async () => {
      const server = await start(kind);
      const forge = await connect(server);
      const source = await forkWithBranch(server, forge);
      await forge.createPullRequest({ ...REQUEST, target: HELLO, source });
      const project = server.project('rpms', 'hello');
      const [first] = project.pullRequests;
      if (first === undefined) throw new Error('not created');
      for (let number = 2; number < 120; number += 1) {
        project.pullRequests.push({ ...first, number, sourceBranch: `other-${number}` });
      }
      expect((await forge.findPullRequest({ ...REQUEST, target: HELLO, source }))?.number).toBe(1);
    });

    test('may stay within one project', async () => {
      const server = await start(kind);
      gitIn(server.project('rpms', 'hello').directory, ['branch', 'f42-update', 'f42']);
      server.project('rpms', 'hello').users.commit.push('jane');
      const forge = await connect(server);
      const created = await ensurePullRequest(forge, { ...REQUEST, target: HELLO, source: HELLO });
      expect(created.pullRequest.source).toEqual(HELLO);
      expect((await ensurePullRequest(forge, { ...REQUEST, target: HELLO, source: HELLO })).outcome).toBe(
        'unchanged',
      );
    });

    test('to a branch that is not there: the words of the forge', async () => {
      const server = await start(kind);
      const forge = await connect(server);
      const source = await forkWithBranch(server, forge);
      const error = await failure(
        forge.createPullRequest({ ...REQUEST, targetBranch: 'f99', target: HELLO, source }),
      );
      expect(error.exitCode).toBe(3);
      expect(error.message).toMatch(
        /^Could not create a (pull|merge) request on rpms\/hello: 127\.0\.0\.1:\d+ says 4\d\d /,
      );
      expect(error.hint).toBeDefined();
    });
  });

  describe('bad days', () => {
    test('a server error, a lost connection and a rate limit pass', async () => {
      const server = await start(kind);
      const forge = await connect(server);
      for (const fault of [
        'cut',
        'cut-after',
        'cut-body',
        { status: 502 },
        { status: 429, headers: { 'retry-after': '0' } },
      ] as const) {
        server.failAt(server.requests.length + 1, fault);
        expect(await forge.listBranches(HELLO)).toContain('f42');
      }
    });

    test('last: the error says that it is the forge, and that running again is safe', async () => {
      const server = await start(kind);
      server.failOn(
        /./,
        { status: 503, body: '<html><head><title>Down for maintenance</title></head></html>' },
        Infinity,
      );
      const error = await failure((await connect(server)).listBranches(HELLO));
      expect(error.code).toBe('FORGE_FAILED');
      expect(error.message).toContain('503 Down for maintenance');
      expect(error.hint).toContain('again');
      expect(server.requests).toHaveLength(3);
    });

    test('no network at all', async () => {
      const server = await start(kind);
      server.failOn(/./, 'cut', Infinity);
      const error = await failure((await connect(server)).getProject(HELLO));
      expect(error.code).toBe('FORGE_UNREACHABLE');
      expect(error.exitCode).toBe(3);
      expect(error.message).toContain('Could not read rpms/hello');
    });

    test('a limit that lasts longer than anybody waits', async () => {
      const server = await start(kind);
      server.failOn(
        /./,
        { status: 429, headers: { 'retry-after': '7200' }, body: { message: 'slow down' } },
        Infinity,
      );
      const error = await failure((await connect(server)).listBranches(HELLO));
      expect(error.code).toBe('FORGE_RATE_LIMITED');
      expect(server.requests).toHaveLength(1);
    });

    test('a login page instead of an answer', async () => {
      const server = await start(kind);
      server.failOn(/./, { status: 200, body: '<html><head><title>Log in</title></head></html>' }, Infinity);
      const error = await failure((await connect(server)).getProject(HELLO));
      expect(error.code).toBe('FORGE_ANSWER_INVALID');
      expect(error.message).toContain(FORGE_NAME[kind]);
    });

    test('an address that has moved: said, not taken for a success', async () => {
      const server = await start(kind);
      const headers = { location: `${server.url}/elsewhere` };
      server.failOn(/^POST .*fork/, { status: 301, headers }, Infinity);
      const error = await failure((await connect(server)).createFork(HELLO));
      expect(error.code).toBe('FORGE_MOVED');
      expect(error.hint).toContain(headers.location);
    });

    test('a request that creates is not sent twice when the answer is lost', async () => {
      const server = await start(kind);
      const forge = await connect(server);
      const source = await forkWithBranch(server, forge);
      server.failOn(/^POST .*(pulls|new|merge_requests)$/, 'cut-after');
      const { outcome, pullRequest } = await ensurePullRequest(forge, { ...REQUEST, target: HELLO, source });
      expect([outcome, pullRequest.number]).toEqual(['created', 1]);
      expect(server.project('rpms', 'hello').pullRequests).toHaveLength(1);
    });
  });

  test('a dry run reads everything and writes nothing', async () => {
    const server = await start(kind);
    const forge = await connect(server, { dryRun: true });
    expect(await forge.whoami()).toBe('jane');
    expect((await forge.getProject(HELLO))?.fullName).toBe('rpms/hello');
    expect((await failure(forge.createFork(HELLO))).code).toBe('DRY_RUN_WRITE');
    expect((await failure(forge.createPullRequest({ ...REQUEST, target: HELLO, source: HELLO }))).code).toBe(
      'DRY_RUN_WRITE',
    );
    expect((await failure(forge.updatePullRequest(HELLO, 1, REQUEST))).code).toBe('DRY_RUN_WRITE');
    expect(server.state.projects).toHaveLength(1);
  });
});

describe('Pagure access lists', () => {
  test("a fork's committers become those of its parent", async () => {
    const server = await start('pagure', {
      users: [JANE, { name: 'joe', token: 'j' }, { name: 'ann', token: 'a' }],
    });
    const project = server.project('rpms', 'hello');
    project.users.commit.push('joe', 'gone', 'jane');
    project.groups.commit.push('python-sig');
    const forge = await connect(server);
    const { fork } = await ensureFork(forge, HELLO, { interval: 1 });
    const copy = server.project('rpms', 'hello', 'jane');
    copy.users.commit.push('ann');
    copy.groups.admin.push('old-sig');
    if (forge.access === undefined) throw new Error('no access lists');
    const { done, failed } = await syncAccess(forge.access, HELLO, fork);
    expect(copy.users).toMatchObject({ owner: ['jane'], commit: ['joe'] });
    expect(copy.groups).toMatchObject({ commit: ['python-sig'], admin: [] });
    expect(done.map(({ who, name, access }) => `${who} ${name} ${access}`)).toEqual([
      'user ann none',
      'user joe commit',
      'group old-sig none',
      'group python-sig commit',
    ]);
    // The parent's owner `admin` and the account that is gone are no users of this server.
    expect(failed.map(({ change }) => change.name)).toEqual(['admin', 'gone']);
    expect((await syncAccess(forge.access, HELLO, fork)).done).toEqual([]);
  });
});
