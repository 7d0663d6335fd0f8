import { describe, expect, test } from '@jest/globals';
import { normalise } from '../../../../src/workflows/ci/event/index.ts';
import type { Normalised } from '../../../../src/workflows/ci/event/index.ts';
import { dependentsOf } from '../../../../src/workflows/ci/tasks/index.ts';
import { selectJobs, unitsOf } from '../../../../src/workflows/ci/select/index.ts';
import type { Unit } from '../../../../src/workflows/ci/select/index.ts';
import {
  branchesFor,
  buildTargetsFor,
  bundledAliases,
  kojiTargetsFor,
} from '../../../../src/project/distro-aliases/index.ts';
import {
  coprMessage,
  hotnessMessage,
  kojiBuildMessage,
  kojiTagMessage,
  kojiTaskMessage,
} from '../../../support/ci/messages.ts';
import type { TestMessage } from '../../../support/ci/messages.ts';
import { SHA, githubPush, pagureMessage, pagurePush } from '../../../support/ci/payloads.ts';
import { inspectText } from '../../../support/configs.ts';

const aliases = bundledAliases();
const [STABLE = ''] = branchesFor(aliases, ['fedora-stable']);

function read({ name, payload }: TestMessage): Normalised {
  return normalise({ env: {}, name, payload, prefix: '/packit' });
}

async function planned(
  job: string,
  message: TestMessage,
): Promise<{ units: Unit[]; reason: string | undefined }> {
  const { event, ignored } = read(message);
  if (event === undefined) throw new Error(ignored);
  const { jobs } = await inspectText(
    `downstream_package_name: hello\nupstream_package_name: hello\nspecfile_path: hello.spec\nupstream_tag_template: "v{version}"\njobs:\n  - ${job}\n`,
  );
  const { selected, leftOut } = selectJobs({ jobs }, event, { instance: 'prod', defaultBranch: 'rawhide' });
  const units = unitsOf(selected, event, {
    chroots: (names) => buildTargetsFor(aliases, names),
    branches: (names) =>
      names.length === 0
        ? ['rawhide']
        : branchesFor(aliases, names, { fallback: null, defaultBranch: 'rawhide' }),
    kojiTargets: (names) => kojiTargetsFor(aliases, names),
  });
  return { units, reason: leftOut[0]?.reason };
}

describe('what messages say', () => {
  test('a build in Koji that is complete: the package, the commit, who built it for what', () => {
    expect(read(kojiBuildMessage({ owner: 'jane' })).event).toMatchObject({
      kind: 'message',
      trigger: undefined,
      instanceUrl: 'https://src.fedoraproject.org',
      project: { namespace: 'rpms', name: 'hello' },
      sha: SHA,
      actor: 'jane',
      message: {
        of: 'koji-build',
        buildId: 2_345_678,
        taskId: 112_233_445,
        nvr: 'hello-1.1.0-1.fc42',
        owner: 'jane',
        target: 'f42-candidate',
      },
    });
  });

  test('one whose source is not told belongs to the package of its name', () => {
    const { event } = read(kojiBuildMessage({ source: null }));
    expect(event).toMatchObject({ project: { namespace: 'rpms', name: 'hello' }, sha: undefined });
  });

  test.each<[TestMessage, string, object]>([
    [
      kojiBuildMessage({ state: 0 }),
      'the build hello-1.1.0-1.fc42 is not complete (running)',
      { service: 'koji', id: '112233445', state: 'running' },
    ],
    [
      kojiBuildMessage({ state: 3 }),
      'the build hello-1.1.0-1.fc42 is not complete (failed)',
      { service: 'koji', id: '112233445', state: 'failed' },
    ],
    [
      kojiTaskMessage('CLOSED'),
      'task 99887766 of Koji is succeeded',
      { service: 'koji', id: '99887766', state: 'succeeded' },
    ],
    [
      coprMessage('start', 3, 'fedora-42-x86_64'),
      'build 1044215 of Copr is running (fedora-42-x86_64)',
      { id: '1044215', state: 'running', chroot: 'fedora-42-x86_64', project: 'packit/jane-hello-7' },
    ],
    [
      coprMessage('end', 1, 'srpm-builds'),
      'build 1044215 of Copr is succeeded (srpm-builds)',
      { service: 'copr', state: 'succeeded', chroot: undefined },
    ],
    [
      coprMessage('end', 0, 'fedora-42-x86_64'),
      'build 1044215 of Copr is failed (fedora-42-x86_64)',
      { service: 'copr', state: 'failed' },
    ],
  ])('%# is news of what was begun', (message, ignored, news) => {
    expect(read(message)).toMatchObject({ ignored, news });
  });

  test('a complete build is news as well', () => {
    expect(read(kojiBuildMessage()).news).toMatchObject({ id: '112233445', state: 'succeeded' });
  });

  test('a release: its versions, each once, and its bug', () => {
    expect(read(hotnessMessage(['2.0', '1.9', '2.0'])).event).toMatchObject({
      trigger: 'release',
      project: { namespace: 'rpms', name: 'hello' },
      message: { of: 'new-release', versions: ['2.0', '1.9'], bug: 2_106_196 },
    });
    expect(read(hotnessMessage(['2.0'], null)).event?.message).toMatchObject({ bug: undefined });
    expect(read(hotnessMessage([])).ignored).toBe('the message names no version of hello');
  });

  test('a build in a side tag; other tags are nothing', () => {
    expect(read(kojiTagMessage('f42-build-side-12345')).event).toMatchObject({
      project: { name: 'libhello' },
      message: { of: 'koji-tag', tag: 'f42-build-side-12345', nvr: 'libhello-2.0-1.fc42', user: 'bodhi' },
    });
    expect(read(kojiTagMessage('f42-updates-candidate')).ignored).toBe(
      'f42-updates-candidate is no side tag',
    );
  });

  test('a Forgejo, in its envelope: the account is Fedora’s', () => {
    const payload = {
      body: githubPush({ host: 'https://forge.example.org' }),
      headers: {},
      agent: 'fedora-jane',
    };
    expect(read({ name: 'org.fedoraproject.prod.forgejo.push', payload }).event).toMatchObject({
      forge: 'forgejo',
      kind: 'commit',
      actor: 'fedora-jane',
      branch: 'main',
    });
  });

  test('a push says which pull request it merged', () => {
    const payload = { ...pagurePush(), pull_request_id: 12 };
    expect(read({ name: 'org.fedoraproject.prod.pagure.git.receive', payload }).event).toMatchObject({
      kind: 'commit',
      merged: 12,
    });
  });

  test('bodies that are something else are ignored with a reason, whatever they hold', () => {
    for (const name of [
      'org.fedoraproject.prod.buildsys.build.state.change',
      'org.fedoraproject.prod.buildsys.task.state.change',
      'org.fedoraproject.prod.buildsys.tag',
      'org.fedoraproject.prod.copr.build.end',
      'org.fedoraproject.prod.hotness.update.bug.file',
      'org.fedoraproject.prod.copr.chroot.start',
      'org.fedoraproject.prod.forgejo.push',
    ]) {
      for (const payload of [
        null,
        [],
        'text',
        {},
        { name: {}, version: [], release: 1, new: 'x', build_id: -1 },
      ]) {
        const { ignored = '' } = normalise({ env: {}, name, payload, prefix: '/packit' });
        expect(ignored).not.toBe('');
      }
    }
  });
});

describe('which job a message starts', () => {
  test.each<[string, TestMessage, string[]]>([
    ['{job: bodhi_update, trigger: commit, dist_git_branches: [f42, f41]}', kojiBuildMessage(), ['f42']],
    ['{job: bodhi_update, trigger: koji_build, dist_git_branches: [f42]}', kojiBuildMessage(), ['f42']],
    ['{job: bodhi_update, trigger: commit}', kojiBuildMessage({ target: `${STABLE}-candidate` }), [STABLE]],
    ['{job: bodhi_update, trigger: commit}', kojiBuildMessage({ target: 'rawhide' }), []],
    [
      '{job: pull_from_upstream, trigger: release, dist_git_branches: [rawhide, f42]}',
      hotnessMessage(['2.0']),
      ['rawhide', 'f42'],
    ],
  ])('%s', async (job, message, branches) => {
    const { units, reason } = await planned(job, message);
    expect(reason).toBeUndefined();
    expect(units.map(({ target }) => target)).toEqual(branches);
  });

  test('a build of the group that came into its side tag starts the next of the same release', async () => {
    const job =
      '{job: koji_build, trigger: koji_build, sidetag_group: greetings, dependencies: [libhello], dist_git_branches: [f42, f41]}';
    const message = kojiTagMessage('f42-build-side-12345', 'hello');
    const { units } = await planned(job, message);
    expect(units).toMatchObject([{ kind: 'koji_build', target: 'f42', status: 'koji-build:f42' }]);
  });

  test('a side tag of a release that no branch has yet is Rawhide’s', async () => {
    const job =
      '{job: koji_build, trigger: koji_build, sidetag_group: greetings, dependencies: [libhello], dist_git_branches: [rawhide, f42]}';
    const { units } = await planned(job, kojiTagMessage('f99-build-side-1', 'hello'));
    expect(units.map(({ target }) => target)).toEqual(['rawhide']);
  });

  test.each<[string, TestMessage, RegExp]>([
    [
      '{job: bodhi_update, trigger: koji_build, sidetag_group: g, dependencies: [a]}',
      kojiBuildMessage(),
      /waits for the builds of sidetag_group g/,
    ],
    ['{job: bodhi_update, trigger: commit}', kojiBuildMessage({ name: 'other' }), /about another package/],
    [
      '{job: koji_build, trigger: commit}',
      kojiBuildMessage(),
      /a build in Koji that is done does not start it/,
    ],
    [
      '{job: koji_build, trigger: koji_build}',
      kojiTagMessage('f42-build-side-1', 'hello'),
      /it has no sidetag_group/,
    ],
    [
      '{job: pull_from_upstream, trigger: release, manual_trigger: true}',
      hotnessMessage(['2.0']),
      /manual_trigger is set/,
    ],
    [
      '{job: pull_from_upstream, trigger: release, upstream_tag_include: "^v3\\\\."}',
      hotnessMessage(['2.0', '2.1']),
      /leaves out 2\.0, 2\.1/,
    ],
    [
      '{job: pull_from_upstream, trigger: release, upstream_tag_exclude: ".*rc"}',
      hotnessMessage(['2.0rc1']),
      /leaves out 2\.0rc1/,
    ],
    [
      '{job: copr_build, trigger: release}',
      hotnessMessage(['2.0']),
      /release that release monitoring announced does not start it/,
    ],
  ])('not %s', async (job, message, words) => {
    expect((await planned(job, message)).reason).toMatch(words);
  });

  test('the same message twice makes the same keys, another build others', async () => {
    const job = '{job: bodhi_update, trigger: commit, dist_git_branches: [f42]}';
    const key = async (message: TestMessage): Promise<string[]> =>
      (await planned(job, message)).units.map((one) => one.key);
    expect(await key(kojiBuildMessage())).toEqual(await key(kojiBuildMessage({ owner: 'jane' })));
    expect(await key(kojiBuildMessage())).not.toEqual(await key(kojiBuildMessage({ release: '2.fc42' })));
  });
});

describe('pushes to dist-git', () => {
  const push = (more: object): TestMessage => ({
    name: 'org.fedoraproject.prod.pagure.git.receive',
    payload: { ...pagurePush({ branch: 'f42' }), ...more },
  });
  const JOB = '{job: koji_build, trigger: commit, dist_git_branches: [f42, f41]}';

  test('any configured branch builds, not the default branch alone', async () => {
    expect((await planned(JOB, push({}))).units.map(({ target }) => target)).toEqual(['f42']);
  });

  test('without a spec there is nothing to build; without any file somebody wants a rebuild', async () => {
    expect((await planned(JOB, push({ changed_files: { 'README.md': 'M' } }))).reason).toBe(
      'the push changes no spec file',
    );
    expect((await planned(JOB, push({ changed_files: {} }))).units).toHaveLength(1);
  });

  test('a comment there builds the branch the pull request is for, koji-tag tags it', async () => {
    const said = (body: string): TestMessage => ({
      name: 'org.fedoraproject.prod.pagure.pull-request.comment.added',
      payload: pagureMessage({ branch: 'f42', body }),
    });
    expect((await planned(JOB, said('/packit koji-build'))).units).toMatchObject([
      { kind: 'koji_build', target: 'f42' },
    ]);
    const grouped = JOB.replace('}', ', sidetag_group: g}');
    expect((await planned(grouped, said('/packit koji-tag'))).units).toMatchObject([
      { kind: 'koji_build_tag', target: 'f42', status: 'koji-tag:f42' },
    ]);
    expect((await planned(grouped, said('/packit koji-tag --all-branches'))).units).toHaveLength(2);
    expect((await planned(JOB, said('/packit koji-tag'))).reason).toBe('it has no sidetag_group');
  });
});

describe('who waits for a package that came into a side tag', () => {
  async function waiting(job: string): Promise<string[]> {
    const { event } = read(kojiTagMessage('f42-build-side-1', 'libhello'));
    const { jobs } = await inspectText(
      `downstream_package_name: libhello\nupstream_package_name: libhello\nspecfile_path: libhello.spec\njobs:\n  - ${job}\n`,
    );
    if (event === undefined) throw new Error('no event');
    return dependentsOf({ jobs }, event).map(({ project }) => `${project.namespace}/${project.name}`);
  }

  test.each<[string, string[]]>([
    [
      '{job: koji_build, trigger: commit, sidetag_group: g, dependents: [hello, world, hello]}',
      ['rpms/hello', 'rpms/world'],
    ],
    ['{job: koji_build, trigger: commit, sidetag_group: g}', ['rpms/libhello']],
    ['{job: koji_build, trigger: commit}', []],
    ['{job: bodhi_update, trigger: koji_build, sidetag_group: g, dependencies: [a]}', []],
  ])('%s', async (job, names) => expect(await waiting(job)).toEqual(names));
});
