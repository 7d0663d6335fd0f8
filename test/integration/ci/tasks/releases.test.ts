/** Jobs that bring releases to dist-git, and the issue about those that fail. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { CiEvent } from '../../../../src/workflows/ci/event/index.ts';
import { parseComment } from '../../../../src/workflows/ci/event/command.ts';
import { fileOf, gitIn } from '../../../support/bare.ts';
import { createWorld, spec } from '../../../support/release-world.ts';
import type { World, WorldOptions } from '../../../support/release-world.ts';
import { putUpstreamOnForge } from '../../../support/sync-world.ts';
import { configurePackage, eventAt, impatient, runTasksOf, states } from '../../../support/ci/tasks.ts';
import type { TaskOptions, TaskRun } from '../../../support/ci/tasks.ts';

jest.setTimeout(90_000);

let world: World | undefined;

async function make(options: WorldOptions = {}): Promise<World> {
  world = await createWorld({ branches: { rawhide: '1.0.0', f42: '1.0.0' }, ...options });
  putUpstreamOnForge(world);
  return world;
}

afterEach(async () => {
  const open = world;
  world = undefined;
  await open?.close();
});

const PROJECT = { namespace: 'people', name: 'hello' };

function released(here: World, more: Partial<CiEvent> = {}): CiEvent {
  return eventAt(here.forge, PROJECT, { tag: 'v1.1.0', ...more });
}

function propose(here: World, options: TaskOptions = {}, event = released(here)): Promise<TaskRun> {
  return runTasksOf(impatient(here.context()), here.forge, event, options);
}

describe('propose_downstream', () => {
  test('a pull request for each branch, and none more the second time', async () => {
    const here = await make();
    const first = await propose(here);
    expect(states(first)).toEqual({
      'propose-downstream:rawhide': 'success Propose downstream finished successfully.',
      'propose-downstream:f42': 'success Propose downstream finished successfully.',
    });
    const requests = here.forge.project('rpms', 'hello').pullRequests;
    expect(requests.map(({ targetBranch }) => targetBranch).sort()).toEqual(['f42', 'rawhide']);
    expect(first.ended['propose-downstream:f42']?.url).toMatch(/\/pull-request\/\d+$/);
    expect(first.reports).toContain('propose-downstream:f42: running Starting propose downstream...');

    const before = here.forge.snapshot();
    const second = await propose(here);
    expect(second.ended).toEqual(first.ended);
    expect(here.forge.snapshot()).toEqual(before);
  });

  test('one branch alone where only its unit is left', async () => {
    const here = await make();
    const all = await propose(here, { job: 'none' });
    expect(all.ended).toEqual({});
    const event = released(here);
    await runTasksOf(impatient(here.context()), here.forge, event, {
      units: [
        {
          key: 'k',
          kind: 'propose_downstream',
          index: 0,
          package: 'hello',
          identifier: undefined,
          target: 'f42',
          status: 'x',
        },
      ],
    }).catch(() => undefined);
    expect(here.forge.project('rpms', 'hello').pullRequests.map(({ targetBranch }) => targetBranch)).toEqual([
      'f42',
    ]);
  });

  test('a branch that has the release is no failure; a tag of another kind is one, on every branch', async () => {
    const here = await make({ branches: { rawhide: '1.1.0', f42: '1.2.0' } });
    expect(states(await propose(here))).toEqual({
      'propose-downstream:rawhide': 'success Propose downstream: dist-git already has version 1.1.0',
      'propose-downstream:f42': expect.stringMatching(
        /^neutral Propose downstream skipped: dist-git has version 1\.2\.0/,
      ),
    });
    const odd = await propose(here, {}, released(here, { tag: 'nightly' }));
    expect(states(odd)['propose-downstream:f42']).toBe(
      'failure Propose downstream failed: The tag nightly does not fit upstream_tag_template "v{version}"',
    );
  });

  test('an archive that is not there yet is waited for', async () => {
    let asked = 0;
    const here = await make({
      upstreamSpec: spec('1.1.0', { source: 'Source0: @WEB@/hello-%{version}.tar.gz' }),
      downloads: { '/hello-1.1.0.tar.gz': 'an archive' },
      lookaside: {},
      webFault: (request, response) => {
        if (!request.url.endsWith('.tar.gz') || request.method !== 'GET') return false;
        asked += 1;
        if (asked > 2) return false;
        response.writeHead(404);
        response.end();
        return true;
      },
    });
    const waits: number[] = [];
    const run = await runTasksOf(impatient(here.context(), waits), here.forge, released(here));
    expect(states(run)['propose-downstream:f42']).toBe('success Propose downstream finished successfully.');
    expect(run.reports).toContain(
      'propose-downstream:f42: pending Propose downstream: the archive cannot be downloaded yet; tried again in 1 min',
    );
    expect(waits).toContain(60_000);
  });
});

describe('jobs of dist-git', () => {
  async function packaged(jobs: string): Promise<World> {
    const here = await createWorld({ branches: { rawhide: '1.0.0', f42: '1.0.0' } });
    world = here;
    putUpstreamOnForge(here);
    configurePackage(here, jobs);
    return here;
  }

  const RPMS = { namespace: 'rpms', name: 'hello' };

  test('pull_from_upstream: the announced release, with the bug that was filed for it', async () => {
    const here = await packaged(
      'jobs: [{job: pull_from_upstream, trigger: release, dist_git_branches: [rawhide, f42], upstream_tag_exclude: ".*rc"}]\n',
    );
    const event = eventAt(here.forge, RPMS, {
      kind: 'message',
      actor: 'release-monitoring',
      message: { of: 'new-release', versions: ['1.0.9', '1.1.0', '2.0.0rc1'], bug: 4711 },
    });
    const run = await runTasksOf(impatient(here.context()), here.forge, event, { ref: 'rawhide' });
    expect(states(run)).toEqual({
      'pull-from-upstream:rawhide': 'success Pull from upstream finished successfully.',
      'pull-from-upstream:f42': 'success Pull from upstream finished successfully.',
    });
    const fork = here.forge.project('rpms', 'hello', 'jane');
    const spec = Buffer.from(fileOf(fork.directory, 'f42-update', 'hello.spec') ?? '').toString();
    expect(spec).toMatch(/^Version:\s+1\.1\.0$/m);
    expect(gitIn(fork.directory, ['log', '-1', '--format=%B', 'f42-update'])).toContain('rhbz#4711');

    const before = here.forge.snapshot();
    await runTasksOf(impatient(here.context()), here.forge, event, { ref: 'rawhide' });
    expect(here.forge.snapshot()).toEqual(before);
  });

  test('sync_from_downstream: a pull request for upstream, and none more the second time', async () => {
    const here = await packaged(
      'files_to_sync: [hello.spec]\njobs: [{job: sync_from_downstream, trigger: commit, dist_git_branches: [f42]}]\n',
    );
    const event = eventAt(here.forge, RPMS, {
      kind: 'commit',
      trigger: 'commit',
      branch: 'f42',
      changedFiles: ['hello.spec'],
    });
    const run = await runTasksOf(impatient(here.context()), here.forge, event, { ref: 'rawhide' });
    expect(states(run)).toEqual({
      'sync-from-downstream:f42': 'success Sync from downstream finished successfully.',
    });
    const { pullRequests } = here.forge.project('people', 'hello');
    expect(pullRequests).toMatchObject([{ sourceBranch: 'f42-downstream-sync', targetBranch: 'main' }]);
    expect(run.ended['sync-from-downstream:f42']?.url).toContain('/pull-request/');
    const before = here.forge.snapshot();
    await runTasksOf(impatient(here.context()), here.forge, event, { ref: 'rawhide' });
    expect(here.forge.snapshot()).toEqual(before);
  });
});

describe('the issue about a release that failed', () => {
  const BROKEN: WorldOptions = {
    upstreamSpec: spec('1.1.0', { source: 'Source0: @WEB@/gone-%{version}.tar.gz' }),
    lookaside: {},
    kind: 'forgejo',
  };

  test('one, with a row for each branch and how to try again; said again only for another cause', async () => {
    const here = await make(BROKEN);
    const options: TaskOptions = { wait: false, runUrl: 'https://ci.example.org/runs/7' };
    const first = await propose(here, options);
    expect(states(first)['propose-downstream:f42']).toMatch(/^(failure|error) Propose downstream failed: /);
    const { issues, comments } = here.forge.project('people', 'hello');
    expect(issues).toMatchObject([
      { title: '[packit] Propose downstream failed for release v1.1.0', author: 'jane' },
    ]);
    const body = issues[0]?.body ?? '';
    expect(body).toMatch(/^<!-- packit:ci:v1:/);
    expect(body).toMatch(/^\| `f42` \| `.*gone-1\.1\.0\.tar\.gz/m);
    expect(body).toMatch(/^\| `rawhide` \| /m);
    expect(body).toContain('(`/packit propose-downstream`)');
    expect(body).toContain('<https://ci.example.org/runs/7>');
    expect(parseComment(body, '/packit')).toBeUndefined();

    await propose(here, options);
    expect(here.forge.project('people', 'hello').issues).toHaveLength(1);
    expect(comments).toEqual([]);

    const number = issues[0]?.number ?? 0;
    const asked = parseComment('/packit propose-downstream', '/packit');
    if (asked === undefined || 'problem' in asked) throw new Error('no command');
    const comment = { id: '1', author: 'admin', url: '', on: 'issue' as const, command: asked.command };
    const event = released(here, { kind: 'comment', trigger: undefined, issue: number, comment });
    delete event.tag;
    const retried = await propose(here, { ...options, cause: 'comment:1' }, event);
    expect(Object.keys(retried.ended)).toEqual(Object.keys(first.ended));
    await propose(here, { ...options, cause: 'comment:1' }, event);
    expect(here.forge.project('people', 'hello').issues).toHaveLength(1);
    expect(comments).toMatchObject([{ thread: { on: 'issue', number }, author: 'jane' }]);
  });

  test('none where the configuration wants none', async () => {
    const here = await make({ ...BROKEN, config: 'notifications: {failure_issue: {create: false}}' });
    await propose(here, { wait: false });
    expect(here.forge.project('people', 'hello').issues).toEqual([]);
  });

  test('in the repository for issues, if there is one; that it cannot be made is a warning', async () => {
    const here = await make({ ...BROKEN, config: 'issue_repository: @URL@' });
    here.forge.addProject({ namespace: 'people', name: 'reports', owner: 'admin' });
    here.upstream.write(
      '.packit.yaml',
      here.upstream.git('show', 'HEAD:.packit.yaml').replace('@URL@', `${here.forge.url}/people/reports`),
    );
    here.upstream.commit('Report elsewhere');
    here.upstream.git('push', '--quiet', here.forge.project('people', 'hello').directory, 'HEAD');
    const run = await propose(here, { wait: false });
    expect(states(run)['propose-downstream:f42']).toMatch(/^(failure|error) /);
    expect(here.forge.project('people', 'hello').issues).toEqual([]);
    expect(here.forge.project('people', 'reports').issues).toHaveLength(1);

    here.forge.failOn(/^POST .*\/issues/, { status: 403, body: '{}' }, 9);
    await propose(here, { wait: false, cause: 'run:2.1' });
    expect(here.warnings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^The failure was not reported in an issue: /),
    );
  });
});
