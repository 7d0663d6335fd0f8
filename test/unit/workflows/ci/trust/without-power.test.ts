import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { defaultJob, defaultPackage } from '../../../../../src/project/config/index.ts';
import type { JobConfig, LoadedConfig, PackageConfig } from '../../../../../src/project/config/index.ts';
import { withoutPower } from '../../../../../src/workflows/ci/trust/index.ts';
import {
  JOB_POWER_KEYS,
  PACKAGE_POWER,
  PACKAGE_POWER_KEYS,
} from '../../../../../src/workflows/ci/trust/power.ts';
import { inspectText, recordedCorpus } from '../../../../support/configs.ts';

async function configOf(text: string): Promise<LoadedConfig> {
  const { packages, jobs, problems } = await inspectText(text);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return { file: '.packit.yaml', directory: '.', packages, jobs, warnings: [] };
}

const BASE = `
specfile_path: hello.spec
jobs:
- job: copr_build
  trigger: pull_request
  targets:
    fedora-42-x86_64: {additional_repos: [https://base.example/repo]}
- job: copr_build
  trigger: release
  owner: "@stable"
  project: releases
  targets: [fedora-42-x86_64]
- job: copr_build
  trigger: pull_request
  identifier: gated
  owner: jane
  project: gated
  require: {label: {present: [ok]}}
- job: tests
  trigger: pull_request
  targets: [fedora-42-x86_64]
  tf_extra_params: {environments: [{pool: ours}]}
`;

describe('what the head asks for', () => {
  test('the same configuration loses nothing', async () => {
    const base = await configOf(BASE);
    const { config, ignored } = withoutPower(base, base);
    expect(config).toEqual(base);
    expect(ignored).toEqual([]);
  });

  test('powerful keys are the target branch’s, the others the head’s', async () => {
    const head = await configOf(`
specfile_path: other.spec
actions: {post-upstream-clone: [make evil]}
dist_git_base_url: https://evil.example
issue_repository: https://github.com/victim/repo
notifications: {failure_comment: {message: "@everyone"}}
jobs:
- job: copr_build
  trigger: pull_request
  owner: mallory
  project: loot
  enable_net: true
  additional_repos: [https://evil.example/repo]
  status_name_template: "required-check"
  targets:
    fedora-42-x86_64: {additional_repos: [https://evil.example/repo], distros: [Fedora-42]}
    fedora-43-x86_64: {additional_packages: [evil]}
- job: tests
  trigger: pull_request
  targets: [fedora-43-x86_64]
  use_internal_tf: true
  tmt_plan: smoke
  tf_extra_params: {environments: [{secrets: {TOKEN: x}}]}
`);
    const { config, ignored } = withoutPower(head, await configOf(BASE));
    const [build, tests] = config.jobs;
    expect(build?.packages[0]).toMatchObject({
      owner: null,
      project: null,
      enable_net: false,
      additional_repos: [],
      status_name_template: null,
      issue_repository: null,
      dist_git_base_url: 'https://src.fedoraproject.org/',
      notifications: { failure_comment: { message: null } },
      specfile_path: 'other.spec',
      actions: { 'post-upstream-clone': ['make evil'] },
      targets: {
        'fedora-42-x86_64': { additional_repos: ['https://base.example/repo'], distros: ['Fedora-42'] },
        'fedora-43-x86_64': {},
      },
    });
    expect(tests?.packages[0]).toMatchObject({
      use_internal_tf: false,
      tmt_plan: 'smoke',
      tf_extra_params: { environments: [{ pool: 'ours' }] },
      targets: { 'fedora-43-x86_64': {} },
    });
    const keys = (job: number | undefined) => ignored.filter((one) => one.job === job).map(({ key }) => key);
    expect(keys(undefined).toSorted()).toEqual([
      'dist_git_base_url',
      'dist_git_namespace',
      'issue_repository',
      'notifications',
    ]);
    expect(keys(0).toSorted()).toEqual([
      'additional_repos',
      'enable_net',
      'owner',
      'project',
      'status_name_template',
      'targets',
    ]);
    expect(keys(1).toSorted()).toEqual(['tf_extra_params', 'use_internal_tf']);
  });

  test.each([
    ['the trigger of a job with power', 'copr_build', 'pull_request', ''],
    ['the identifier of another', 'copr_build', 'release', 'identifier: gated'],
    ['the type', 'upstream_koji_build', 'release', ''],
  ])('%s cannot be changed to get at it', async (_what, job, trigger, more) => {
    const head = await configOf(`
specfile_path: hello.spec
jobs:
- job: ${job}
  trigger: pull_request
  identifier: new
- job: ${job}
  trigger: ${trigger}
  identifier: releases
  owner: "@stable"
  project: releases
  ${more}
`);
    const { config } = withoutPower(head, await configOf(BASE));
    for (const { packages } of config.jobs) {
      for (const pkg of packages) expect(pkg).toMatchObject({ owner: null, project: null });
    }
  });

  test('a gate stays with the power it guards', async () => {
    const head = await configOf(BASE.replace('  require: {label: {present: [ok]}}\n', ''));
    const { config, ignored } = withoutPower(head, await configOf(BASE));
    expect(config.jobs[2]?.packages[0]).toMatchObject({
      owner: 'jane',
      require: { label: { present: ['ok'] } },
    });
    expect(ignored).toEqual([{ package: 'repo', job: 2, key: 'require' }]);
    const renamed = await configOf(BASE.replace('identifier: gated', 'identifier: open'));
    expect(withoutPower(renamed, await configOf(BASE)).config.jobs[2]?.packages[0]).toMatchObject({
      owner: null,
      project: null,
      require: { label: { present: [] } },
    });
    const manual = await configOf(
      BASE.replace('identifier: gated', 'identifier: gated\n  manual_trigger: true'),
    );
    const opened = withoutPower(await configOf(BASE), manual);
    expect(opened.config.jobs[2]?.manual_trigger).toBe(true);
    expect(opened.ignored).toEqual([{ package: 'repo', job: 2, key: 'manual_trigger' }]);
  });

  test('a package’s power does not reach a new job', async () => {
    const base = await configOf(`
specfile_path: hello.spec
owner: "@stable"
project: releases
jobs: [{job: copr_build, trigger: release}]
`);
    const head = await configOf(`
specfile_path: hello.spec
owner: "@stable"
project: releases
jobs: [{job: copr_build, trigger: pull_request}]
`);
    const { config, ignored } = withoutPower(head, base);
    expect(config.packages[0]).toMatchObject({ owner: '@stable' });
    expect(config.jobs[0]?.packages[0]).toMatchObject({ owner: null, project: null });
    expect(ignored.map(({ job, key }) => [job, key])).toEqual([
      [0, 'owner'],
      [0, 'project'],
    ]);
  });

  test('jobs are matched in their order where nothing else tells them apart', async () => {
    const text = (first: string, second: string) => `
specfile_path: hello.spec
jobs:
- {job: copr_build, trigger: pull_request, project: ${first}, branch: a}
- {job: copr_build, trigger: pull_request, project: ${second}, branch: b}
- {job: copr_build, trigger: pull_request, project: third}
`;
    const base = await configOf(text('one', 'two').replace(/^- .*third.*\n/m, ''));
    const { config } = withoutPower(await configOf(text('two', 'one')), base);
    expect(config.jobs.map(({ packages: [pkg] }) => [pkg?.project, pkg?.branch])).toEqual([
      ['one', 'a'],
      ['two', 'b'],
      [null, null],
    ]);
  });

  test('without a configuration on the target branch nothing has power', async () => {
    const { config } = withoutPower(await configOf(BASE), undefined);
    for (const job of config.jobs) {
      for (const pkg of job.packages) {
        for (const key of PACKAGE_POWER_KEYS) expect([key, pkg[key]]).toEqual([key, defaultPackage()[key]]);
      }
    }
  });

  test('packages that were apart keep no power together', async () => {
    const packages = 'packages: {a: {specfile_path: a.spec}, b: {specfile_path: b.spec}}\n';
    const base = await configOf(`${packages}jobs:
- {job: copr_build, trigger: pull_request, packages: [a], project: pa}
- {job: copr_build, trigger: pull_request, packages: [b], project: pb, require: {label: {present: [ok]}}}
`);
    const head = await configOf(`${packages}jobs: [{job: copr_build, trigger: pull_request, project: pb}]\n`);
    const { config } = withoutPower(head, base);
    expect(config.jobs[0]?.packages.map(({ project }) => project)).toEqual([null, null]);
  });
});

const values = fc.constantFrom<unknown>(null, true, false, 'x', 'y', ['x'], { x: 1 }, []);
const names = fc.constantFrom('a', 'b');
const targets = fc.dictionary(
  fc.constantFrom('f42', 'f43', '__proto__', 'constructor'),
  fc.dictionary(fc.constantFrom('distros', 'additional_repos', 'with_opts', '__proto__'), values),
);

function packages(name: fc.Arbitrary<string>): fc.Arbitrary<PackageConfig> {
  const keys = Object.keys(PACKAGE_POWER).filter((key) => key !== 'identifier' && key !== 'targets');
  return fc
    .record({
      name,
      identifier: fc.constantFrom(null, 'i', 'j'),
      targets,
      rest: fc.dictionary(fc.constantFrom(...keys), values),
    })
    .map(({ rest, ...own }) => ({ ...defaultPackage(), ...rest, ...own }));
}

const jobs: fc.Arbitrary<JobConfig> = fc
  .record({
    job: fc.constantFrom('copr_build' as const, 'tests' as const),
    trigger: fc.constantFrom('pull_request' as const, 'release' as const),
    manual_trigger: fc.boolean(),
    packages: fc.uniqueArray(packages(names), { minLength: 1, maxLength: 2, selector: ({ name }) => name }),
  })
  .map((job) => ({ ...defaultJob(), ...job }));

const configs: fc.Arbitrary<LoadedConfig> = fc.record({
  file: fc.constant('.packit.yaml'),
  directory: fc.constant('.'),
  packages: fc.uniqueArray(packages(names), { minLength: 1, maxLength: 2, selector: ({ name }) => name }),
  jobs: fc.array(jobs, { maxLength: 4 }),
  warnings: fc.constant([]),
});

/** All that has power in a job, of one of its packages. */
function powerOf(job: JobConfig | undefined, pkg: PackageConfig): string {
  const own = job === undefined ? [] : JOB_POWER_KEYS.map((key) => job[key]);
  return JSON.stringify([own, PACKAGE_POWER_KEYS.map((key) => pkg[key])]);
}

describe('for any two configurations', () => {
  test('every job has the power of one of the target branch, or none; each is given away once', () => {
    fc.assert(
      fc.property(configs, configs, (head, base) => {
        const { config } = withoutPower(head, base);
        const nothing = (name: string) =>
          powerOf(
            { ...defaultJob(), job: 'tests', trigger: 'release', packages: [] },
            { ...defaultPackage(), name },
          );
        const left = base.jobs.map((job) => new Set(job.packages));
        for (const job of config.jobs) {
          for (const pkg of job.packages) {
            const power = powerOf(job, pkg);
            if (power === nothing(pkg.name)) continue;
            const at = base.jobs.findIndex(
              (one, index) =>
                one.job === job.job &&
                one.trigger === job.trigger &&
                one.packages.some(
                  (other) =>
                    left[index]?.has(other) === true &&
                    other.name === pkg.name &&
                    other.identifier === pkg.identifier &&
                    powerOf(one, other) === power,
                ),
            );
            expect(at).toBeGreaterThanOrEqual(0);
            const used = base.jobs[at]?.packages.find(({ name }) => name === pkg.name);
            if (used !== undefined) left[at]?.delete(used);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('a package has the power of the one of its name, or none; settings of targets come with it', () => {
    fc.assert(
      fc.property(configs, configs, (head, base) => {
        const { config } = withoutPower(head, base);
        for (const pkg of config.packages) {
          const own = base.packages.find(({ name }) => name === pkg.name) ?? defaultPackage();
          expect(powerOf(undefined, pkg)).toBe(powerOf(undefined, own));
          for (const [name, settings] of Object.entries(pkg.targets)) {
            const { distros: _free, ...rest } = settings;
            const { distros: _own, ...before } =
              (Object.hasOwn(own.targets, name) ? own.targets[name] : {}) ?? {};
            expect(rest).toEqual(before);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('what is not powerful stays, nothing is changed in place, and once is enough', () => {
    fc.assert(
      fc.property(configs, configs, (head, base) => {
        const before = JSON.stringify([head, base]);
        const { config, ignored } = withoutPower(head, base);
        expect(JSON.stringify([head, base])).toBe(before);
        const free = (pkg: PackageConfig) =>
          Object.entries(pkg).filter(
            ([key]) => !(PACKAGE_POWER_KEYS as readonly string[]).includes(key) && key !== 'targets',
          );
        expect(config.jobs.map((job) => job.packages.map(free))).toEqual(
          head.jobs.map((job) => job.packages.map(free)),
        );
        const again = withoutPower(config, base);
        expect(again.config).toEqual(config);
        if (ignored.length === 0) expect(config).toEqual(head);
      }),
      { numRuns: 60 },
    );
  });
});

const corpus = recordedCorpus()?.filter(({ status }) => status === 'valid');
(corpus === undefined ? test.skip : test)('real configurations lose nothing to themselves', async () => {
  for (const { text } of corpus ?? []) {
    const config = await configOf(text);
    expect(withoutPower(config, config)).toEqual({ config, ignored: [] });
  }
});
