/** Builds in Koji and updates in Bodhi that events start, on loopback. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { CiEvent } from '../../../../src/workflows/ci/event/index.ts';
import { normalise, parseComment } from '../../../../src/workflows/ci/event/index.ts';
import { kojiBuildMessage } from '../../../support/ci/messages.ts';
import { configurePackage, eventAt, impatient, runTasksOf, states } from '../../../support/ci/tasks.ts';
import type { TaskOptions, TaskRun } from '../../../support/ci/tasks.ts';
import { openPullRequest } from '../../../support/forges/index.ts';
import { addBuild, addTag } from '../../../support/koji/state.ts';
import type { HubTask } from '../../../support/koji/state.ts';
import { putUpstreamOnForge } from '../../../support/sync-world.ts';
import { createUpdatesWorld } from '../../../support/updates-world.ts';
import type { UpdatesWorld } from '../../../support/updates-world.ts';
import { spec } from '../../../support/release-world.ts';
import type { WorldOptions } from '../../../support/release-world.ts';

jest.setTimeout(90_000);

let world: UpdatesWorld | undefined;

async function make(options: WorldOptions = {}): Promise<UpdatesWorld> {
  world = await createUpdatesWorld({ branches: { rawhide: '1.2.0', f42: '1.2.0' }, ...options });
  putUpstreamOnForge(world);
  return world;
}

afterEach(async () => {
  const open = world;
  world = undefined;
  await open?.close();
});

const RPMS = { namespace: 'rpms', name: 'hello' };
const PEOPLE = { namespace: 'people', name: 'hello' };

/** Tasks are free, then open, then what is said. */
function finish(here: UpdatesWorld, end: 2 | 3 | 5 = 2): void {
  here.koji.onLook = ({ tasks }) => {
    for (const task of tasks) {
      if (task.method !== 'build' || task.state > 1) continue;
      task.state = task.state === 0 ? 1 : end;
      if (task.state === 5) task.failure = 'error building package (arch x86_64)';
    }
  };
}

const builds = (here: UpdatesWorld): HubTask[] =>
  here.koji.state.tasks.filter(({ method }) => method === 'build');

function run(here: UpdatesWorld, event: CiEvent, options: TaskOptions = {}): Promise<TaskRun> {
  return runTasksOf(impatient(here.context()), here.forge, event, options);
}

describe('upstream_koji_build', () => {
  const JOB =
    'jobs: [{job: upstream_koji_build, trigger: commit, scratch: true, targets: [f42-candidate, rawhide]}]';

  async function pushed(job = JOB): Promise<{ here: UpdatesWorld; event: CiEvent }> {
    const source = 'Source0: hello-%{version}.tar.gz';
    const here = await make({ upstreamSpec: spec('1.1.0', { source }) });
    const text = here.upstream.git('show', 'HEAD:.packit.yaml').replace(/jobs:[^]*/, job);
    here.upstream.write('.packit.yaml', text);
    const sha = here.upstream.commit('Build in Koji');
    here.upstream.git('push', '--quiet', here.forge.project('people', 'hello').directory, 'HEAD:main');
    return {
      here,
      event: eventAt(here.forge, PEOPLE, { kind: 'commit', trigger: 'commit', branch: 'main', sha }),
    };
  }

  test('one scratch build for each target; a second run finds them, whatever became of them', async () => {
    const { here, event } = await pushed();
    finish(here);
    const first = await run(here, event);
    expect(states(first)).toEqual({
      'koji-build:main:f42-candidate': 'success RPMs were built successfully.',
      'koji-build:main:rawhide': 'success RPMs were built successfully.',
    });
    expect(first.reports).toContain('koji-build:main:rawhide: running Building SRPM ...');
    expect(first.reports).toContain('koji-build:main:f42-candidate: running Building RPM ...');
    expect(first.ended['koji-build:main:rawhide']?.url).toMatch(/taskinfo\?taskID=\d+$/);
    expect(builds(here).map(({ request }) => request)).toEqual(
      ['f42-candidate', 'rawhide'].map((target) => [
        expect.stringMatching(/^cli-build\/packit-[0-9a-f]{32}\.event\/hello-.*\.src\.rpm$/),
        target,
        { scratch: true },
      ]),
    );
    const second = await run(here, event);
    expect(second.ended).toEqual(first.ended);
    expect(builds(here)).toHaveLength(2);
  });

  test('what failed is built again for another cause, once', async () => {
    const { here, event } = await pushed();
    finish(here, 5);
    expect(states(await run(here, event))['koji-build:main:rawhide']).toBe(
      'failure RPMs failed to be built. error building package (arch x86_64)',
    );
    await run(here, event);
    expect(builds(here)).toHaveLength(2);
    await run(here, event, { cause: 'comment:5' });
    expect(builds(here)).toHaveLength(4);
    await run(here, event, { cause: 'comment:5' });
    expect(builds(here)).toHaveLength(4);
  });

  test('what is not waited for is running, and is found by the next call', async () => {
    const { here, event } = await pushed();
    const first = await run(here, event, { wait: false });
    expect(states(first)['koji-build:main:rawhide']).toBe('running Building RPM ...');
    for (const task of builds(here)) task.state = 2;
    expect(states(await run(here, event, { wait: false }))['koji-build:main:rawhide']).toBe(
      'success RPMs were built successfully.',
    );
    expect(builds(here)).toHaveLength(2);
  });

  test('never for a pull request from another project', async () => {
    const { here, event } = await pushed();
    const foreign = await run(here, event, { foreign: true });
    expect(states(foreign)['koji-build:main:rawhide']).toMatch(
      /^neutral Not built for a pull request from another/,
    );
    expect(here.koji.calls).toEqual([]);
  });
});

describe('koji_build', () => {
  const JOBS = (more = ''): string =>
    `jobs: [{job: koji_build, trigger: commit, dist_git_branches: [f42, rawhide]${more}}]\n`;

  async function pushed(
    jobs: string,
    more: Partial<CiEvent> = {},
  ): Promise<{ here: UpdatesWorld; event: CiEvent; commits: Record<string, string> }> {
    const here = await make();
    const commits = configurePackage(here, jobs);
    const event = eventAt(here.forge, RPMS, {
      kind: 'commit',
      trigger: 'commit',
      branch: 'f42',
      ...(commits.f42 === undefined ? {} : { sha: commits.f42 }),
      changedFiles: ['hello.spec'],
      actor: 'jane',
      ...more,
    });
    return { here, event, commits };
  }

  const at = (here: UpdatesWorld, event: CiEvent, options: TaskOptions = {}): Promise<TaskRun> =>
    run(here, event, { ref: 'rawhide', ...options });

  test('the pushed commit for the branch’s target, once', async () => {
    const { here, event, commits } = await pushed(JOBS(', allowed_committers: [jane]'));
    finish(here);
    const first = await at(here, event);
    expect(states(first)).toEqual({ 'koji-build:f42': 'success RPMs were built successfully.' });
    expect(builds(here).map(({ request }) => request)).toEqual([
      [
        expect.stringMatching(new RegExp(`^git\\+http.*/rpms/hello(\\.git)?#${commits.f42 ?? ''}$`)),
        'f42-candidate',
        {
          custom_user_metadata: { packit: { key: expect.stringMatching(/^[0-9a-f]{32}$/), cause: 'event' } },
        },
      ],
    ]);
    expect((await at(here, event)).ended).toEqual(first.ended);
    expect(builds(here)).toHaveLength(1);
  });

  test('the commit of the push, though another has been pushed since', async () => {
    const { here, event, commits } = await pushed(JOBS(', allowed_committers: [jane]'));
    const later = configurePackage(
      { ...here, dir: `${here.dir}/later` },
      JOBS(', allowed_committers: [jo]'),
      ['f42'],
    );
    expect(later.f42).not.toBe(commits.f42);
    finish(here);
    await at(here, event);
    expect(builds(here)[0]?.request[0]).toMatch(new RegExp(`#${commits.f42 ?? ''}$`));
  });

  test('a build that Koji has already is a success without another', async () => {
    const { here, event } = await pushed(JOBS(', allowed_committers: [jane]'));
    addBuild(here.koji.state, { nvr: 'hello-1.2.0-3.fc42', tag: 'f42-updates-candidate' });
    expect(states(await at(here, event))).toEqual({ 'koji-build:f42': 'success RPMs were built already.' });
    expect(builds(here)).toEqual([]);
  });

  test.each<[string, Partial<CiEvent>, string | undefined]>([
    [', allowed_committers: [jo]', {}, 'neutral jane (who pushed) is not allowed: allowed_committers is jo'],
    [', allowed_committers: [all_admins]', { actor: 'admin' }, undefined],
    [
      ', actions: {run-condition: "false"}, allowed_committers: [jane]',
      {},
      'neutral The action run-condition is not fulfilled.',
    ],
    [
      ', require: {label: {present: [build]}}, allowed_committers: [jane]',
      {},
      'neutral It requires one of the labels build on the pull request.',
    ],
  ])('rules: %s', async (more, change, refusal) => {
    const { here, event } = await pushed(JOBS(more), change);
    finish(here);
    expect(states(await at(here, event))['koji-build:f42']).toBe(
      refusal ?? 'success RPMs were built successfully.',
    );
    expect(builds(here)).toHaveLength(refusal === undefined ? 1 : 0);
  });

  test('a merged pull request is its author’s, not of who merged it: packit’s own is packit’s', async () => {
    const { here, event } = await pushed(JOBS());
    const files = { 'hello.spec': 'Name: hello\n' };
    const { request } = openPullRequest(here.forge, here.forge.project('rpms', 'hello'), {
      author: 'jane',
      targetBranch: 'f42',
      files,
    });
    finish(here);
    const run = await at(here, { ...event, actor: 'admin', merged: request.number });
    expect(states(run)).toEqual({ 'koji-build:f42': 'success RPMs were built successfully.' });
  });

  test('that nothing could be begun is said in the issue repository', async () => {
    const here = await make();
    here.forge.addProject({ namespace: 'people', name: 'reports', owner: 'admin' });
    const commits = configurePackage(
      here,
      `issue_repository: ${here.forge.url}/people/reports\n${JOBS(', allowed_committers: [jane]')}`,
    );
    const event = eventAt(here.forge, RPMS, {
      kind: 'commit',
      trigger: 'commit',
      branch: 'f42',
      sha: commits.f42,
      actor: 'jane',
    });
    here.koji.state.targets.delete('f42-candidate');
    for (const cause of ['event', 'event']) {
      expect(states(await at(here, event, { cause }))).toEqual({
        'koji-build:f42': 'failure Submit of the build failed: Koji has no build target f42-candidate',
      });
    }
    const { issues } = here.forge.project('people', 'reports');
    expect(issues).toMatchObject([{ title: '[packit] Fedora Koji build failed to be triggered' }]);
    expect(issues[0]?.body).toMatch(
      /^\| `f42` \| `Submit of the build failed: Koji has no build target f42-candidate` \|$/m,
    );
  });
});

describe('bodhi_update', () => {
  const JOBS = (more = ''): string =>
    `jobs: [{job: bodhi_update, trigger: commit, dist_git_branches: [f42, f41]${more}}]\n`;

  async function built(jobs: string, message = kojiBuildMessage({ owner: 'jane', version: '1.1' })) {
    const here = await make({ branches: { rawhide: '1.1', f42: '1.1', f41: '1.1' } });
    const commits = configurePackage(here, jobs, ['f42', 'rawhide']);
    const { event } = normalise({
      env: { PACKIT_PAGURE_INSTANCE_URL: here.forge.url },
      prefix: '/packit',
      ...message,
    });
    if (event === undefined) throw new Error('no event');
    return { here, event: { ...event, sha: commits.f42 } };
  }

  test('an update of the build, and none more the second time', async () => {
    const { here, event } = await built(JOBS());
    const first = await run(here, event, { ref: 'rawhide' });
    expect(first.ended['bodhi-update:f42']).toMatchObject({
      state: 'success',
      description: expect.stringMatching(/^The update FEDORA-\S+ was created\.$/),
      url: expect.stringContaining('/updates/FEDORA-'),
    });
    expect(here.bodhi.state.updates).toMatchObject([{ builds: ['hello-1.1-1.fc42'], type: 'enhancement' }]);
    const second = await run(here, event, { ref: 'rawhide' });
    expect(states(second)['bodhi-update:f42']).toMatch(/^success The update FEDORA-\S+ is there already\.$/);
    expect(here.bodhi.state.updates).toHaveLength(1);
  });

  test('a build of somebody else’s is left alone', async () => {
    const { here, event } = await built(JOBS(), kojiBuildMessage({ owner: 'stranger', version: '1.1' }));
    expect(states(await run(here, event, { ref: 'rawhide' }))).toEqual({
      'bodhi-update:f42': 'neutral stranger (who built it) is not allowed: allowed_builders is packit',
    });
    expect(here.bodhi.posted).toEqual([]);
  });
});

describe('sidetag_group', () => {
  const JOBS = `jobs:
- {job: koji_build, trigger: commit, sidetag_group: greetings, dependencies: [libhello], dist_git_branches: [f42], allowed_committers: [jane]}
- {job: koji_build, trigger: koji_build, sidetag_group: greetings, dependencies: [libhello], dist_git_branches: [f42]}
- {job: bodhi_update, trigger: koji_build, sidetag_group: greetings, dependencies: [libhello], dist_git_branches: [f42]}
`;

  test('waits for what it needs, builds in the group’s tag once, and then makes one update of all', async () => {
    const here = await make();
    const commits = configurePackage(here, JOBS);
    const { koji } = here;
    const push = eventAt(here.forge, RPMS, {
      kind: 'commit',
      trigger: 'commit',
      branch: 'f42',
      actor: 'jane',
      sha: commits.f42,
    });
    const at = (event: CiEvent, job?: string): Promise<TaskRun> =>
      run(here, event, { ref: 'rawhide', ...(job === undefined ? {} : { job }) });
    expect(states(await at(push))).toEqual({
      'koji-build:f42': 'neutral Waiting for libhello in the side tag.',
    });
    expect(builds(here)).toEqual([]);

    // Another group's, and that of this one.
    const other = addTag(koji.state, 'f42-build-side-1', ['f42-build']);
    addBuild(koji.state, { nvr: 'stranger-1-1.fc42', tag: other.name });
    const own = addTag(koji.state, 'f42-build-side-2', ['f42-build']);
    koji.state.targets.set(own.name, { id: 90, buildTag: own.name, destTag: own.name });
    addBuild(koji.state, { nvr: 'libhello-2.0-1.fc42', tag: own.name });
    finish(here);
    const tagged = (tag: string, nvr = 'libhello-2.0-1.fc42'): CiEvent =>
      eventAt(here.forge, RPMS, {
        kind: 'message',
        trigger: undefined,
        message: { of: 'koji-tag', tag, nvr, user: 'bodhi' },
      });
    expect(states(await at(tagged(other.name), 'koji_build'))).toEqual({
      'koji-build:f42': 'neutral f42-build-side-1 is not the side tag of greetings.',
    });
    expect(states(await at(tagged(own.name, 'hello-1.2.0-3.fc42'), 'koji_build'))).toEqual({
      'koji-build:f42': 'neutral hello-1.2.0-3.fc42 is a build of the package itself.',
    });
    for (const again of [false, true]) {
      const ended = await at(tagged(own.name));
      expect(states(ended)).toEqual({
        'koji-build:f42': 'success RPMs were built successfully.',
        'bodhi-update:f42': 'neutral Waiting for hello in the side tag f42-build-side-2.',
      });
      expect([again, builds(here).map(({ request }) => request[1])]).toEqual([again, [own.name]]);
    }

    addBuild(koji.state, { nvr: 'hello-1.2.0-3.fc42', tag: own.name });
    const done = tagged(own.name, 'hello-1.2.0-3.fc42');
    expect(states(await at(done, 'bodhi_update'))['bodhi-update:f42']).toMatch(
      /^success The update FEDORA-\S+ was created\.$/,
    );
    await at(done, 'bodhi_update');
    expect(here.bodhi.state.updates).toMatchObject([
      { builds: ['libhello-2.0-1.fc42', 'hello-1.2.0-3.fc42'], fromTag: own.name },
    ]);
  });

  test('koji-tag brings the newest stable build there, once', async () => {
    const here = await make();
    configurePackage(here, JOBS);
    const asked = parseComment('/packit koji-tag', '/packit');
    if (asked === undefined || 'problem' in asked) throw new Error('no command');
    const event = eventAt(here.forge, RPMS, {
      kind: 'comment',
      trigger: 'commit',
      comment: { id: '1', author: 'jane', url: '', on: 'commit', command: asked.command },
    });
    const first = await run(here, event, { ref: 'rawhide' });
    expect(states(first)['koji-tag:f42']).toMatch(
      /^success hello-1\.0-1\.fc42 is tagged into f42-build-side-\d+\.$/,
    );
    const second = await run(here, event, { ref: 'rawhide' });
    expect(states(second)['koji-tag:f42']).toMatch(
      /^success hello-1\.0-1\.fc42 is in f42-build-side-\d+ already\.$/,
    );
    expect(here.koji.calls.filter((call) => call === '!tagBuild')).toHaveLength(1);
  });
});
