import { describe, expect, test } from '@jest/globals';
import { normalise } from '../../../../src/workflows/ci/event/index.ts';
import type { CiEvent } from '../../../../src/workflows/ci/event/index.ts';
import {
  bundledAliases,
  branchesFor,
  buildTargetsFor,
  kojiTargetsFor,
} from '../../../../src/project/distro-aliases/index.ts';
import {
  coprProjectName,
  selectJobs,
  statusName,
  unitsOf,
} from '../../../../src/workflows/ci/select/index.ts';
import type { Expand, FilterOptions, Selection, Unit } from '../../../../src/workflows/ci/select/index.ts';
import {
  SHA,
  githubComment,
  githubPullRequest,
  githubPush,
  githubRelease,
  pagurePush,
} from '../../../support/ci/payloads.ts';
import type { PayloadOptions } from '../../../support/ci/payloads.ts';
import { inspectText } from '../../../support/configs.ts';

const aliases = bundledAliases();
const expand: Expand = {
  chroots: (names) => buildTargetsFor(aliases, names),
  branches: (names) =>
    names.length === 0
      ? ['rawhide']
      : branchesFor(aliases, names, { fallback: null, defaultBranch: 'rawhide' }),
  kojiTargets: (names) => kojiTargetsFor(aliases, names),
};

function eventOf(name: string, payload: object): CiEvent {
  const { event, ignored } = normalise({ env: { GITHUB_ACTIONS: 'true' }, name, payload, prefix: '/packit' });
  if (event === undefined) throw new Error(ignored);
  return event;
}

const PR = (options: PayloadOptions = {}): CiEvent => eventOf('pull_request', githubPullRequest(options));
const PUSH = (options: PayloadOptions = {}): CiEvent => eventOf('push', githubPush(options));
const RELEASE = (options: PayloadOptions = {}): CiEvent => eventOf('release', githubRelease(options));
const COMMENT = (body: string): CiEvent => eventOf('issue_comment', githubComment({ body }));

async function select(
  jobs: string,
  event: CiEvent,
  options: Partial<FilterOptions> = {},
): Promise<Selection> {
  const { jobs: loaded, problems } = await inspectText(
    `downstream_package_name: hello\nupstream_package_name: hello\nspecfile_path: hello.spec\njobs:\n${jobs}`,
  );
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return selectJobs({ jobs: loaded }, event, { instance: 'prod', defaultBranch: 'main', ...options });
}

async function reasonFor(
  job: string,
  event: CiEvent,
  options?: Partial<FilterOptions>,
): Promise<string | undefined> {
  const { selected, leftOut } = await select(job, event, options);
  expect(selected.length + leftOut.length).toBe(1);
  return leftOut[0]?.reason;
}

async function units(jobs: string, event: CiEvent): Promise<Unit[]> {
  return unitsOf((await select(jobs, event)).selected, event, expand);
}

const JOB = (type: string, trigger: string, more = ''): string =>
  `  - job: ${type}\n    trigger: ${trigger}\n${more}`;

describe('which event starts which job', () => {
  test.each<[string, string, CiEvent]>([
    ['copr_build', 'pull_request', PR()],
    ['tests', 'pull_request', PR()],
    ['upstream_koji_build', 'pull_request', PR()],
    ['copr_build', 'commit', PUSH()],
    ['copr_build', 'release', RELEASE()],
    ['propose_downstream', 'release', RELEASE()],
    ['copr_build', 'pull_request', COMMENT('/packit build')],
    ['tests', 'pull_request', COMMENT('/packit retest-failed')],
    ['vm_image_build', 'pull_request', COMMENT('/packit vm-image-build')],
  ])('%s with trigger %s', async (type, trigger, event) => {
    expect(
      await reasonFor(JOB(type, trigger, type === 'tests' ? '    skip_build: true\n' : ''), event),
    ).toBeUndefined();
  });

  test.each<[string, string, CiEvent, RegExp]>([
    ['copr_build', 'commit', PR(), /it is for a push; this is a pull request/],
    ['copr_build', 'ignore', PR(), /trigger is "ignore"/],
    ['vm_image_build', 'pull_request', PR(), /only starts by a comment: \/packit vm-image-build/],
    ['pull_from_upstream', 'release', RELEASE(), /release monitoring announces/],
    ['koji_build', 'commit', PUSH(), /a push to dist-git; this is another repository/],
    ['bodhi_update', 'commit', PUSH(), /when a build in Koji is done/],
    ['bodhi_update', 'koji_build', PUSH(), /build in Koji is tagged or done/],
    ['sync_from_downstream', 'commit', PUSH(), /push to dist-git/],
    ['tests', 'pull_request', COMMENT('/packit build'), /comment says build; this job starts with test/],
    ['copr_build', 'commit', COMMENT('/packit build'), /it is for a push; the comment is on a pull request/],
    ['propose_downstream', 'release', COMMENT('/packit propose-downstream'), /on an issue or a release/],
  ])('not %s with trigger %s', async (type, trigger, event, words) => {
    expect(await reasonFor(JOB(type, trigger), event)).toMatch(words);
  });

  test('jobs of dist-git start by a push there, and those of upstream do not', async () => {
    const event = eventOf('pagure.git.receive', pagurePush());
    expect(await reasonFor(JOB('koji_build', 'commit', '    branch: rawhide\n'), event)).toBeUndefined();
    expect(await reasonFor(JOB('copr_build', 'commit', '    branch: rawhide\n'), event)).toMatch(
      /upstream repository; this is dist-git/,
    );
  });
});

describe('filters', () => {
  const BUILD = (more: string): string => JOB('copr_build', 'pull_request', more);

  test.each<[string, string, CiEvent, RegExp | undefined]>([
    ['manual trigger', BUILD('    manual_trigger: true\n'), PR(), /manual_trigger is set/],
    ['manual trigger by a comment', BUILD('    manual_trigger: true\n'), COMMENT('/packit build'), undefined],
    [
      'another instance',
      BUILD('    packit_instances: [stg]\n'),
      PR(),
      /packit_instances is stg; this is prod/,
    ],
    [
      'target branch',
      BUILD('    branch: "release-.*"\n'),
      PR(),
      /"release-\.\*" does not match the target branch main/,
    ],
    ['target branch from its start', BUILD('    branch: ma\n'), PR(), undefined],
    [
      'pushed branch',
      JOB('copr_build', 'commit'),
      PUSH({ branch: 'other' }),
      /default branch main; this is other/,
    ],
    ['the default branch alone', JOB('copr_build', 'commit'), PUSH({ branch: 'main' }), undefined],
    [
      'a branch of its own',
      JOB('copr_build', 'commit', '    branch: "dev.*"\n'),
      PUSH({ branch: 'develop' }),
      undefined,
    ],
    [
      'a label that is missing',
      BUILD('    require: {label: {present: [ready]}}\n'),
      PR(),
      /requires one of the labels ready/,
    ],
    [
      'a label that is there',
      BUILD('    require: {label: {present: [ready, go]}}\n'),
      PR({ labels: ['go'] }),
      undefined,
    ],
    [
      'a label in the way',
      BUILD('    require: {label: {absent: [wip]}}\n'),
      PR({ labels: ['wip'] }),
      /label wip keeps it/,
    ],
    [
      'a label it asks for was added',
      BUILD('    require: {label: {present: [go]}}\n'),
      PR({ action: 'labeled', labels: ['go'] }),
      undefined,
    ],
    [
      'a label it does not ask for was added',
      BUILD(''),
      PR({ action: 'labeled', labels: ['go'] }),
      /label go that was added is not one/,
    ],
    [
      'a tag that is excluded',
      JOB('propose_downstream', 'release', '    upstream_tag_exclude: ".*rc.*"\n'),
      RELEASE({ tag: 'v1rc1' }),
      /exclude ".\*rc.\*" matches the tag v1rc1/,
    ],
    [
      'a tag that is not included',
      JOB('propose_downstream', 'release', '    upstream_tag_include: "^v"\n'),
      RELEASE({ tag: '1.0' }),
      /does not match the tag 1\.0/,
    ],
    [
      'tests of another identifier',
      JOB('tests', 'pull_request', '    skip_build: true\n    identifier: fast\n'),
      COMMENT('/packit test -i full'),
      /for the tests "full"/,
    ],
    [
      'tests of another label',
      JOB('tests', 'pull_request', '    skip_build: true\n    labels: [a]\n'),
      COMMENT('/packit test --labels b'),
      /labelled b/,
    ],
    [
      'tests of the label',
      JOB('tests', 'pull_request', '    skip_build: true\n    labels: [a, b]\n'),
      COMMENT('/packit test --labels b'),
      undefined,
    ],
  ])('%s', async (_name, job, event, words) => {
    const reason = await reasonFor(job, event);
    if (words === undefined) expect(reason).toBeUndefined();
    else expect(reason).toMatch(words);
  });

  test('the command line narrows', async () => {
    expect(await reasonFor(BUILD(''), PR(), { jobs: ['tests'] })).toMatch(/another --job/);
    expect(await reasonFor(BUILD(''), PR(), { packages: ['other'] })).toMatch(/another --package/);
    expect(await reasonFor(BUILD(''), PR(), { identifiers: ['x'] })).toMatch(/another --identifier/);
  });

  test('jobs that differ in their trigger alone are one', async () => {
    const { selected, leftOut } = await select(`${BUILD('')}${BUILD('')}`, PR());
    expect(selected).toHaveLength(1);
    expect(leftOut[0]?.reason).toBe('it is the same as job 1 but for its trigger');
  });

  test('an expression that is none is an error of the configuration', async () => {
    await expect(select(BUILD('    branch: "("\n'), PR())).rejects.toMatchObject({ code: 'REGEX_INVALID' });
  });
});

describe('units', () => {
  const TWO = '    targets: [fedora-42-x86_64, epel-9]\n';

  test('a build is an SRPM and its chroots', async () => {
    const found = await units(JOB('copr_build', 'pull_request', TWO), PR());
    expect(found.map(({ status }) => status)).toEqual([
      'srpm-build',
      'rpm-build:fedora-42-x86_64',
      'rpm-build:epel-9-x86_64',
    ]);
    expect(found[1]?.needs).toBe(found[0]?.key);
    expect(found[0]?.copr).toEqual({ owner: undefined, project: 'jane-hello-7' });
  });

  test('tests follow the build of their chroot, on the systems it stands for', async () => {
    const found = await units(
      `${JOB('copr_build', 'pull_request', TWO)}${JOB('tests', 'pull_request', '    targets:\n      epel-9: {distros: [rhel-9, centos-9]}\n      fedora-42: {}\n')}`,
      PR(),
    );
    const tests = found.filter(({ kind }) => kind === 'tests');
    expect(tests.map(({ status, chroot }) => [status, chroot])).toEqual([
      ['testing-farm:rhel-9-x86_64', 'epel-9-x86_64'],
      ['testing-farm:centos-9-x86_64', 'epel-9-x86_64'],
      ['testing-farm:fedora-42-x86_64', 'fedora-42-x86_64'],
    ]);
    expect(tests[0]?.needs).toBe(found.find(({ status }) => status === 'rpm-build:epel-9-x86_64')?.key);
  });

  test('tests without targets have those of the build; tests without a build bring their own', async () => {
    const inherited = await units(
      `${JOB('copr_build', 'pull_request', TWO)}${JOB('tests', 'pull_request')}`,
      PR(),
    );
    expect(inherited.filter(({ kind }) => kind === 'tests').map(({ status }) => status)).toEqual([
      'testing-farm:fedora-42-x86_64',
      'testing-farm:centos-stream-9-x86_64',
    ]);
    const implied = await units(JOB('tests', 'pull_request', '    targets: [fedora-42]\n'), PR());
    expect(implied.map(({ status }) => status)).toEqual([
      'srpm-build',
      'rpm-build:fedora-42-x86_64',
      'testing-farm:fedora-42-x86_64',
    ]);
    const without = await units(
      JOB('tests', 'pull_request', '    targets: [fedora-42]\n    skip_build: true\n'),
      PR(),
    );
    expect(without.map(({ status, needs }) => [status, needs])).toEqual([
      ['testing-farm:fedora-42-x86_64', undefined],
    ]);
  });

  test('a test of what nobody builds has a problem instead of an open status', async () => {
    const found = await units(
      `${JOB('copr_build', 'pull_request', TWO)}${JOB('tests', 'pull_request', '    targets: [fedora-41]\n')}`,
      PR(),
    );
    expect(found.at(-1)).toMatchObject({
      status: 'testing-farm:fedora-41-x86_64',
      problem: 'No build for fedora-41-x86_64: add it to the targets of the copr_build job',
    });
  });

  test('the keys are the same for the same event and differ for another commit', async () => {
    const job = JOB('copr_build', 'pull_request', TWO);
    const keys = async (event: CiEvent): Promise<string[]> => (await units(job, event)).map(({ key }) => key);
    const first = await keys(PR());
    expect(new Set(first).size).toBe(3);
    expect(await keys(PR({ action: 'synchronize', labels: ['x'] }))).toEqual(first);
    const later = await keys(PR({ sha: SHA.replace('0', '1') }));
    expect(later.filter((key) => first.includes(key))).toEqual([]);
  });

  test('downstream branches and Koji targets', async () => {
    const propose = await units(
      JOB('propose_downstream', 'release', '    dist_git_branches: [rawhide, f42]\n'),
      RELEASE(),
    );
    expect(propose.map(({ status }) => status)).toEqual([
      'propose-downstream:rawhide',
      'propose-downstream:f42',
    ]);
    const koji = await units(JOB('upstream_koji_build', 'pull_request', '    targets: [fedora-44]\n'), PR());
    expect(koji[0]).toMatchObject({
      status: 'koji-build:f44',
      problem: 'Non-scratch builds not possible from upstream.',
    });
  });
});

describe('names', () => {
  const parts = {
    kind: 'copr_build' as const,
    target: 'fedora-40-x86_64',
    identifier: undefined,
    packageName: 'hello',
  };

  test.each<[string, Parameters<typeof statusName>[0], CiEvent, string]>([
    ['a pull request', parts, PR(), 'rpm-build:fedora-40-x86_64'],
    [
      'a push, with an identifier',
      { ...parts, identifier: 'fast' },
      PUSH(),
      'rpm-build:main:fedora-40-x86_64:fast',
    ],
    [
      'a release',
      { ...parts, target: 'epel-9-x86_64' },
      RELEASE({ tag: '1.2.0' }),
      'rpm-build:1.2.0:epel-9-x86_64',
    ],
    ['a tag with a colon', parts, RELEASE({ tag: 'a:b' }), 'rpm-build:a-b:fedora-40-x86_64'],
    [
      'a proposal',
      { ...parts, kind: 'propose_downstream', target: 'f42' },
      RELEASE(),
      'propose-downstream:f42',
    ],
    [
      'a template',
      { ...parts, template: '{package}/{job_name}-{chroot}{event}' },
      PR(),
      'hello/rpm-build-fedora-40-x86_64',
    ],
    ['a template with braces', { ...parts, template: '{{{package}}}' }, PR(), '{hello}'],
    [
      'a template that asks for more',
      { ...parts, template: '{nothing}' },
      PR(),
      'rpm-build:fedora-40-x86_64',
    ],
    ['a template that is broken', { ...parts, template: '{package' }, PR(), 'rpm-build:fedora-40-x86_64'],
  ])('%s', (_name, given, event, expected) => expect(statusName(given, event)).toBe(expected));

  test('of Copr projects', () => {
    const pkg = { identifier: 'fast' };
    expect(coprProjectName(PR(), pkg, false)).toBe('jane-hello-7-fast');
    expect(coprProjectName(PUSH({ branch: 'a/b' }), pkg, true)).toBe('jane-hello-a-b');
    expect(coprProjectName(RELEASE(), { identifier: null }, false)).toBe('jane-hello-releases');
    expect(coprProjectName(PR({ host: 'https://codeberg.org' }), { identifier: null }, false)).toBe(
      'codeberg.org-jane-hello-7',
    );
  });
});
