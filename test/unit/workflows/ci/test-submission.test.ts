import { describe, expect, test } from '@jest/globals';
import { buildTargetsFor, bundledAliases } from '../../../../src/project/distro-aliases/index.ts';
import type { FarmSubmission } from '../../../../src/remote/testing-farm/index.ts';
import type { CiEvent } from '../../../../src/workflows/ci/event/index.ts';
import { selectJobs, unitsOf } from '../../../../src/workflows/ci/select/index.ts';
import type { JobView, Unit } from '../../../../src/workflows/ci/select/index.ts';
import { composeFor, testSubmission } from '../../../../src/workflows/ci/tests/index.ts';
import type {
  Ranch,
  TestDecision,
  TestInput,
  TestedBuild,
} from '../../../../src/workflows/ci/tests/index.ts';
import {
  SHA,
  githubComment,
  githubPullRequest,
  githubPush,
  githubRelease,
} from '../../../support/ci/payloads.ts';
import { eventFrom, viewFor } from '../../../support/ci/views.ts';
import { inspectText, recordedCorpus } from '../../../support/configs.ts';
import { strangeFields } from '../../../support/testing-farm/fields.ts';

const KEY = 'c'.repeat(32);
const TARGET_SHA = 'd'.repeat(40);
const PR = eventFrom('pull_request', githubPullRequest());
const COMPOSES = ['Fedora-44', 'Fedora-Rawhide', 'CentOS-Stream-9', 'CentOS-Stream-\\d+', '(', 'Fedora-eln'];
const UPSTREAM = 'https://github.com/jane/hello';
const BUILD: TestedBuild = {
  id: '9000001',
  owner: 'jane',
  project: 'jane-hello-7',
  chroot: 'fedora-44-x86_64',
  packages: [
    { name: 'hello', epoch: 0, version: '1.1', release: '1.fc44', arch: 'src' },
    { name: 'hello', epoch: 2, version: '1.1', release: '1.fc44', arch: 'x86_64' },
    { name: 'hello-doc', epoch: 0, version: '1.1', release: '1.fc44', arch: 'noarch' },
  ],
  srpmUrl: 'https://copr.example.org/hello-1.1-1.fc44.src.rpm',
  logUrl: 'https://copr.example.org/builder-live.log.gz',
};

interface Changes extends Partial<Omit<TestInput, 'unit' | 'view' | 'facts'>> {
  target?: string;
  facts?: Partial<TestInput['facts']>;
}

async function decide(keys = '', { target, facts, ...changes }: Changes = {}): Promise<TestDecision> {
  const event = changes.event ?? PR;
  const view = await viewFor(
    `specfile_path: hello.spec\nupstream_package_name: hello\ndownstream_package_name: hello\njobs:\n  - job: tests\n    trigger: ${event.trigger}\n${keys.replaceAll(/^(?=.)/gm, '    ')}\n`,
    event,
  );
  return testSubmission({
    unit: unitFor(target ?? 'fedora-44-x86_64'),
    view: { ...view, job: { ...view.job, job: 'tests' } },
    event,
    cause: 'event',
    composes: COMPOSES,
    build: BUILD,
    hasFmf: true,
    facts: {
      projectUrl: UPSTREAM,
      sourceUrl: 'https://github.com/jo/hello',
      targetSha: TARGET_SHA,
      ...facts,
    },
    ...changes,
  });
}

async function submitted(keys?: string, changes?: Changes): Promise<FarmSubmission> {
  const { submission, ...refused } = await decide(keys, changes);
  if (submission === undefined) throw new Error(JSON.stringify(refused));
  expect(strangeFields(submission)).toEqual([]);
  return submission;
}

async function variables(keys?: string, changes?: Changes): Promise<Record<string, string>> {
  const { environments } = await submitted(keys, changes);
  return environments[0]?.variables as Record<string, string>;
}

function unitFor(target: string): Unit {
  return {
    key: KEY,
    kind: 'tests',
    index: 0,
    package: 'hello',
    identifier: undefined,
    target,
    status: `testing-farm:${target}`,
  };
}

describe('a request for tests', () => {
  test('of a pull request with tests of its own', async () => {
    expect(await submitted()).toEqual({
      test: { tmt: { url: 'https://github.com/jo/hello', ref: SHA, path: '.', merge_sha: TARGET_SHA } },
      environments: [
        {
          arch: 'x86_64',
          os: { compose: 'Fedora-44' },
          tmt: { context: { distro: 'fedora-44', arch: 'x86_64', trigger: 'commit', initiator: 'packit' } },
          artifacts: [
            {
              id: '9000001:fedora-44-x86_64',
              type: 'fedora-copr-build',
              packages: ['hello-2:1.1-1.fc44.x86_64', 'hello-doc-1.1-1.fc44.noarch'],
            },
          ],
          variables: {
            PACKIT_FULL_REPO_NAME: 'jane/hello',
            PACKIT_UPSTREAM_NAME: 'hello',
            PACKIT_DOWNSTREAM_NAME: 'hello',
            PACKIT_DOWNSTREAM_URL: 'https://src.fedoraproject.org/rpms/hello.git',
            PACKIT_PACKAGE_NAME: 'hello',
            PACKIT_PACKAGE_NVR: 'hello-1.1-1.fc44',
            PACKIT_BUILD_LOG_URL: BUILD.logUrl,
            PACKIT_SRPM_URL: BUILD.srpmUrl,
            PACKIT_COMMIT_SHA: SHA,
            PACKIT_SOURCE_SHA: SHA,
            PACKIT_TARGET_SHA: TARGET_SHA,
            PACKIT_SOURCE_BRANCH: 'fix',
            PACKIT_TARGET_BRANCH: 'main',
            PACKIT_SOURCE_URL: 'https://github.com/jo/hello',
            PACKIT_TARGET_URL: UPSTREAM,
            PACKIT_PR_ID: '7',
            PACKIT_COPR_PROJECT: 'jane/jane-hello-7',
            PACKIT_COPR_BUILD_ID: '9000001',
            PACKIT_COPR_RPMS: 'hello-2:1.1-1.fc44.x86_64 hello-doc-1.1-1.fc44.noarch',
            PACKIT_CI_KEY: KEY,
            PACKIT_CI_CAUSE: 'event',
          },
        },
      ],
    });
  });

  test('of a push and of a release is in the project itself', async () => {
    const push = { event: eventFrom('push', githubPush()) };
    expect((await submitted('', push)).test).toEqual({ tmt: { url: UPSTREAM, ref: SHA, path: '.' } });
    expect(
      Object.keys(await variables('', push)).filter((name) => /SOURCE|TARGET|PR_ID|TAG/.test(name)),
    ).toEqual([]);
    const release = { event: eventFrom('release', githubRelease()) };
    expect((await submitted('', release)).test).toEqual({ tmt: { url: UPSTREAM, ref: 'v1.1.0', path: '.' } });
    expect(await variables('', release)).toMatchObject({ PACKIT_TAG_NAME: 'v1.1.0' });
  });

  const sources: readonly [string, Changes, object][] = [
    ['merge_pr_in_ci: false', {}, { url: 'https://github.com/jo/hello', ref: SHA, path: '.' }],
    ['', { facts: { targetSha: undefined } }, { url: 'https://github.com/jo/hello', ref: SHA, path: '.' }],
    ['', { facts: { sourceUrl: undefined } }, { url: UPSTREAM, ref: SHA, path: '.', merge_sha: TARGET_SHA }],
    ['use_target_repo_for_fmf_url: true', {}, { url: UPSTREAM, ref: SHA, path: '.', merge_sha: TARGET_SHA }],
    ['fmf_url: https://e.org/t', {}, { url: 'https://e.org/t', path: '.' }],
    ['fmf_url: https://e.org/t', { hasFmf: false }, { url: 'https://e.org/t', path: '.' }],
    [
      'fmf_url: https://e.org/t\nfmf_ref: v2\nfmf_path: /a/b/',
      {},
      { url: 'https://e.org/t', ref: 'v2', path: 'a/b' },
    ],
    [
      'tmt_plan: /plans/ci',
      { facts: { targetSha: undefined } },
      { url: 'https://github.com/jo/hello', ref: SHA, path: '.', name: '/plans/ci' },
    ],
  ];
  test.each(sources)('takes its tests by %j %j', async (keys, changes, tmt) => {
    expect((await submitted(keys, changes)).test).toEqual({ tmt });
  });

  test.each([
    ['/', '.'],
    ['./', '.'],
    ['.', '.'],
    ['./plans', 'plans'],
    ['/plans/x/', 'plans/x'],
    ['.hidden', '.hidden'],
  ])('reads the fmf_path %s as %s', async (given, path) => {
    expect((await submitted(`fmf_path: ${given}`)).test).toMatchObject({ tmt: { path } });
  });

  test('of a project without tests is that it can be installed', async () => {
    expect(await submitted('env: {A: b}', { hasFmf: false })).toEqual({
      test: {
        tmt: { url: 'https://gitlab.com/testing-farm/tests', ref: 'main', name: '/packit/installation' },
      },
      environments: [
        {
          arch: 'x86_64',
          os: { compose: 'Fedora-44' },
          tmt: { context: { distro: 'fedora-44', arch: 'x86_64', trigger: 'commit', initiator: 'packit' } },
          variables: { REPOSITORY: 'jane/jane-hello-7', PACKIT_CI_KEY: KEY, PACKIT_CI_CAUSE: 'event' },
        },
      ],
    });
  });

  test('without a build installs nothing of ours', async () => {
    const { environments } = await submitted('skip_build: true\ntargets: fedora-44', { build: undefined });
    expect(environments[0]).not.toHaveProperty('artifacts');
    expect(
      Object.keys(environments[0]?.variables as object).filter((name) => /COPR|NVR|SRPM|LOG/.test(name)),
    ).toEqual([]);
  });

  test('with builds of other pull requests installs them too', async () => {
    const other = { ...BUILD, id: '9000002', project: 'other', packages: undefined };
    const both = await submitted('', { facts: { otherBuilds: [other] } });
    expect(both.environments[0]?.artifacts).toEqual([
      expect.objectContaining({ id: '9000001:fedora-44-x86_64' }),
      { id: '9000002:fedora-44-x86_64', type: 'fedora-copr-build' },
    ]);
    expect(both.environments[0]?.variables).toMatchObject({
      PACKIT_COPR_PROJECT: 'jane/jane-hello-7 jane/other',
    });
    expect(await decide('', { facts: { otherBuilds: [] } })).toEqual({
      state: 'failure',
      description: 'No latest successful Copr build from the other PR(s) found.',
    });
  });

  test('can leave the installing to the tests, and prepare the machine', async () => {
    const [environment] = (
      await submitted('skip_install: true\ntf_post_install_script: "#!/bin/sh\\ntrue\\n"')
    ).environments;
    expect(environment).toMatchObject({
      artifacts: [{ install: false }],
      settings: { provisioning: { post_install_script: '#!/bin/sh\ntrue\n' } },
    });
  });
});

describe('there is no request', () => {
  const none: readonly [string, string, Changes, TestDecision][] = [
    [
      'on an architecture that Testing Farm lacks',
      '',
      { target: 'fedora-44-s390x' },
      {
        state: 'error',
        description: 'The architecture s390x is not available in the public Testing Farm infrastructure.',
      },
    ],
    [
      'on a system that Testing Farm lacks',
      '',
      { target: 'fedora-12-x86_64' },
      {
        state: 'error',
        description: 'The compose Fedora-12 is not available in the public Testing Farm infrastructure.',
      },
    ],
    [
      'on a system that was just branched',
      'skip_missing_branched_composes: true',
      { target: 'fedora-46-x86_64', facts: { branched: ['fedora-46'] } },
      { state: 'neutral', description: 'Compose not yet available for fedora-46. Skipping.' },
    ],
    [
      'on a system that was just branched, which is an error unless the job says otherwise',
      '',
      { target: 'fedora-46-x86_64', facts: { branched: ['fedora-46'] } },
      {
        state: 'error',
        description: 'The compose Fedora-46 is not available in the public Testing Farm infrastructure.',
      },
    ],
    [
      'without a build',
      '',
      { build: undefined },
      {
        state: 'neutral',
        description: 'Missing successful Copr build for this target, please trigger the build first.',
      },
    ],
    [
      'without a build and without tests',
      'skip_build: true\ntargets: fedora-44',
      { build: undefined, hasFmf: false },
      {
        state: 'neutral',
        description: 'No FMF metadata found. Please, initialize the metadata tree with `fmf init`.',
      },
    ],
  ];
  test.each(none)('%s', async (_title, keys, changes, decision) => {
    expect(await decide(keys, changes)).toEqual(decision);
  });

  test('and the reason fits a status', async () => {
    const { description } = await decide('', { target: `${'x'.repeat(200)}-x86_64` });
    expect(description).toHaveLength(140);
  });
});

describe('variables', () => {
  const comment = (body: string): Changes => {
    const { comment: said } = eventFrom('issue_comment', githubComment({ body }));
    if (said === undefined) throw new Error('no comment');
    return { event: { ...PR, comment: said }, cause: 'comment:99' };
  };

  test('of the job win over packit’s, those of a comment over both', async () => {
    const keys = 'env:\n  PACKIT_PR_ID: mine\n  A: 1\n  B: true\n  C: 0.5\n  D:\n  E: "x y"\n  F: [1, a]';
    expect(await variables(keys)).toMatchObject({
      PACKIT_PR_ID: 'mine',
      A: '1',
      B: 'true',
      C: '0.5',
      D: '',
      E: 'x y',
      F: '[1,"a"]',
    });
    const said = await variables(
      keys,
      comment('/packit test --env A=two --env E= --env PACKIT_TARGET_SHA= --env NEW=a=b --env NONE='),
    );
    expect(said).toMatchObject({ A: 'two', B: 'true', NEW: 'a=b', PACKIT_CI_CAUSE: 'comment:99' });
    for (const name of ['E', 'PACKIT_TARGET_SHA', 'NONE']) expect(said).not.toHaveProperty(name);
  });

  test('that say whose request it is cannot be changed by anybody', async () => {
    const keys = `env: {PACKIT_CI_KEY: x}\ntf_extra_params:\n  environments:\n    - variables: {PACKIT_CI_KEY: y, PACKIT_CI_CAUSE: y, Z: 1}\n    - {arch: aarch64, os: {compose: Fedora-44}, variables: {PACKIT_CI_KEY: z, Y: 2}}`;
    const { environments } = await submitted(
      keys,
      comment('/packit test --env PACKIT_CI_KEY= --env PACKIT_CI_CAUSE=w'),
    );
    expect(environments[0]?.variables).toMatchObject({
      PACKIT_CI_KEY: KEY,
      PACKIT_CI_CAUSE: 'comment:99',
      Z: '1',
    });
    expect(environments[1]).toEqual({ arch: 'aarch64', os: { compose: 'Fedora-44' }, variables: { Y: '2' } });
  });

  test('are there even if the job’s parameters take all of them away', async () => {
    expect(await variables('tf_extra_params: {environments: [{variables: null}]}')).toEqual({
      PACKIT_CI_KEY: KEY,
      PACKIT_CI_CAUSE: 'event',
    });
  });
});

describe('tf_extra_params', () => {
  const extra = (text: string): Promise<FarmSubmission> => submitted(`tf_extra_params: ${text}`);

  test('are merged key by key, and lists by position', async () => {
    const {
      test: what,
      environments,
      settings,
    } = await extra(
      '{test: {tmt: {name: /plan, url: "https://e.org/x"}}, environments: [{pool: big, settings: {provisioning: {tags: {A: b}}}, tmt: {context: {distro: rhel-9, extra: [1]}}, os: {compose: Mine}}], settings: {pipeline: {timeout: 60}}}',
    );
    expect(what).toMatchObject({ tmt: { name: '/plan', url: 'https://e.org/x', ref: SHA } });
    expect(environments).toHaveLength(1);
    expect(environments[0]).toMatchObject({
      arch: 'x86_64',
      os: { compose: 'Mine' },
      pool: 'big',
      settings: { provisioning: { tags: { A: 'b' } } },
      tmt: { context: { distro: 'rhel-9', arch: 'x86_64', extra: [1] } },
      variables: { PACKIT_PR_ID: '7' },
    });
    expect(settings).toEqual({ pipeline: { timeout: 60 } });
  });

  test('add artifacts to packit’s own', async () => {
    const [environment] = (
      await extra('{environments: [{artifacts: [{type: repository-file, id: "https://e.org/r"}]}]}')
    ).environments;
    expect(environment?.artifacts).toEqual([
      expect.objectContaining({ id: '9000001:fedora-44-x86_64' }),
      { type: 'repository-file', id: 'https://e.org/r' },
    ]);
    expect((await extra('{environments: [{artifacts: {a: b}}]}')).environments[0]?.artifacts).toHaveLength(1);
    const alone = { build: undefined };
    const keys =
      'skip_build: true\ntargets: fedora-44\ntf_extra_params: {environments: [{artifacts: [{type: a, id: b}]}]}';
    expect((await submitted(keys, alone)).environments[0]?.artifacts).toEqual([{ type: 'a', id: 'b' }]);
  });

  test('keep what a list has more than packit’s', async () => {
    const { environments } = await extra(
      '{environments: [{pool: a}, {arch: aarch64, os: {compose: Fedora-44}}]}',
    );
    expect(environments).toHaveLength(2);
    expect(environments[1]).toEqual({ arch: 'aarch64', os: { compose: 'Fedora-44' } });
  });

  test('leave out half an environment, which Testing Farm would not take', async () => {
    const { environments } = await extra('{environments: [{pool: a}, {tmt: {context: {distro: rhel-9}}}]}');
    expect(environments).toEqual([expect.objectContaining({ pool: 'a', arch: 'x86_64' })]);
  });

  test.each([
    ['{api_key: x, notification: {webhook: {url: "https://e.org"}}, test: null}'],
    ['{environments: {arch: mips}}'],
    ['{environments: [null, text]}'],
    ['{settings: text}'],
    ['{test: [1]}'],
    ['null'],
  ])('of another kind, or of other parts of a request, change nothing: %s', async (text) => {
    expect(await extra(text)).toEqual(await submitted());
  });

  test('reach no prototype', async () => {
    const { submission } = await decide(
      'tf_extra_params: {environments: [{"__proto__": {polluted: 1}, tmt: {context: {constructor: {prototype: {polluted: 1}}}}}]}',
    );
    expect(Object.getPrototypeOf(submission?.environments[0])).toBe(Object.prototype);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('composes', () => {
  const INTERNAL = [
    'Fedora-\\d+-Updated',
    'Fedora-Rawhide-Nightly',
    'RHEL-9.\\d+.0-Nightly',
    'CentOS-7-latest',
    'RHEL-7-LatestReleased',
    'Oracle-Linux-8.6',
  ];
  const names: readonly [string, Ranch, readonly string[], string, boolean][] = [
    ['Fedora-44', 'public', ['Fedora-44'], 'Fedora-44', true],
    ['fedora-44', 'public', ['Fedora-44'], 'Fedora-44', true],
    ['fedora-44', 'public', ['fedora-44', 'Fedora-44'], 'fedora-44', true],
    ['fedora-rawhide', 'public', ['Fedora-Rawhide'], 'Fedora-Rawhide', true],
    ['fedora-eln', 'public', COMPOSES, 'Fedora-eln', true],
    ['centos-stream-10', 'public', COMPOSES, 'CentOS-Stream-10', true],
    ['centos-stream', 'public', ['CentOS-Stream-8'], 'CentOS-Stream-8', true],
    ['oraclelinux-8', 'public', ['Oracle-Linux-8'], 'Oracle-Linux-8', true],
    ['fedora-4', 'public', ['Fedora-44'], 'Fedora-4', false],
    ['fedora-444', 'public', ['Fedora-44'], 'Fedora-444', false],
    ['fedora-44', 'public', [], 'Fedora-44', false],
    ['fedora-44', 'redhat', INTERNAL, 'Fedora-44-Updated', true],
    ['fedora-rawhide', 'redhat', INTERNAL, 'Fedora-Rawhide-Nightly', true],
    ['RHEL-9.6.0-Nightly', 'redhat', INTERNAL, 'RHEL-9.6.0-Nightly', true],
    ['rhel-9.6.0-nightly', 'redhat', INTERNAL, 'RHEL-9.6.0-Nightly', true],
    ['rhel-7', 'redhat', INTERNAL, 'RHEL-7-LatestReleased', true],
    ['centos-7', 'redhat', INTERNAL, 'CentOS-7-latest', true],
    ['centos-8.4', 'redhat', INTERNAL, 'CentOS-8.4', false],
    ['oraclelinux-8', 'redhat', INTERNAL, 'Oracle-Linux-8.6', true],
  ];
  test.each(names)('%s in the ranch %s of %j is %s (%s)', (distro, ranch, composes, compose, found) => {
    expect(composeFor(distro, composes, ranch)).toEqual({ compose, found });
  });

  test('the internal instance has more architectures', async () => {
    const decision = await decide('use_internal_tf: true', { target: 'rhel-7-s390x', composes: INTERNAL });
    expect(decision.submission?.environments[0]).toMatchObject({
      arch: 's390x',
      os: { compose: 'RHEL-7-LatestReleased' },
    });
  });
});

const corpus = recordedCorpus()?.filter(({ status }) => status === 'valid');
(corpus === undefined ? test.skip : test)('real configurations make requests of known fields', async () => {
  const aliases = bundledAliases();
  const expand = {
    chroots: (names: readonly string[]) => buildTargetsFor(aliases, names),
    branches: () => [],
    kojiTargets: () => [],
  };
  const events: readonly CiEvent[] = [PR, eventFrom('push', githubPush())];
  let requests = 0;
  for (const { text, repository, file } of corpus ?? []) {
    const { jobs, packages } = await inspectText(text, { repository });
    for (const event of events) {
      const { selected } = selectJobs({ jobs, packages }, event, { instance: 'prod', defaultBranch: 'main' });
      for (const unit of unitsOf(selected, event, expand).filter(({ kind }) => kind === 'tests')) {
        const view = selected.find(
          ({ index, pkg }) => index === unit.index && pkg.name === unit.package,
        ) as JobView;
        const composes = ['.*'];
        const facts = { projectUrl: UPSTREAM };
        const { submission } = testSubmission({
          unit,
          view,
          event,
          cause: 'event',
          composes,
          build: BUILD,
          hasFmf: true,
          facts,
        });
        if (submission === undefined) continue;
        requests += 1;
        expect({ file, strange: strangeFields(submission) }).toEqual({ file, strange: [] });
        expect(submission.environments[0]).toMatchObject({ variables: { PACKIT_CI_KEY: unit.key } });
      }
    }
  }
  expect(requests).toBeGreaterThan(100);
});
