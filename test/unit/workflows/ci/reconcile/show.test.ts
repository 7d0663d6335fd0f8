import { describe, expect, test } from '@jest/globals';
import type { RunState } from '../../../../../src/run-state.ts';
import { showBuilds, showFarm } from '../../../../../src/workflows/ci/reconcile/show.ts';
import type { BuildSeen, TestSeen } from '../../../../../src/workflows/ci/reconcile/show.ts';
import type { BuildWork } from '../../../../../src/workflows/ci/reconcile/work.ts';

const A = 'fedora-43-x86_64';
const B = 'epel-9-x86_64';

function work(sync: boolean): BuildWork {
  return {
    srpm: { status: 'srpm-build', key: 's' },
    chroots: [
      { status: `rpm-build:${A}`, key: 'a', chroot: A },
      { status: `rpm-build:${B}`, key: 'b', chroot: B },
    ],
    tests: [
      {
        unit: { status: `testing-farm:${A}`, key: 'ta', needs: 'a' },
        view: { pkg: { sync_test_job_statuses_with_builds: sync } },
      },
      {
        unit: { status: 'testing-farm:centos-stream-9-x86_64', key: 'tb', needs: 'b' },
        view: { pkg: { sync_test_job_statuses_with_builds: sync } },
      },
    ],
  } as unknown as BuildWork;
}

function build(source: RunState, a: RunState = 'queued', b: RunState = 'queued', id = '7'): BuildSeen {
  return {
    id,
    url: `https://copr.example/coprs/build/${id}/`,
    cause: 'event',
    source,
    chroots: { [A]: { state: a }, [B]: { state: b } },
  };
}

/** `name: state text`, in the order of the units. */
function lines(
  builds: readonly BuildSeen[],
  options: { sync?: boolean; tests?: Map<string, TestSeen> } = {},
): string[] {
  const shown = showBuilds(work(options.sync ?? true), builds, options.tests ?? new Map());
  return [...shown].map(([name, { state, description }]) => `${name}: ${state} ${description}`);
}

describe('showBuilds', () => {
  test('nothing is said of what is not there', () => {
    expect(lines([])).toEqual([]);
  });

  test('what happens to the SRPM is seen in every status', () => {
    expect(lines([build('running')])).toEqual([
      'srpm-build: running SRPM build is in progress...',
      `rpm-build:${A}: running SRPM build is in progress...`,
      `testing-farm:${A}: running SRPM build is in progress...`,
      `rpm-build:${B}: running SRPM build is in progress...`,
      'testing-farm:centos-stream-9-x86_64: running SRPM build is in progress...',
    ]);
  });

  test('tests that do not follow the build wait for it', () => {
    expect(lines([build('running')], { sync: false })).toContain(
      `testing-farm:${A}: pending Waiting for RPMs to be built...`,
    );
  });

  test('an SRPM that fails fails everything', () => {
    const said = lines([build('failed')]);
    expect(said).toHaveLength(5);
    expect(
      said.every((line) => line.endsWith('failure SRPM build failed, check the logs for details.')),
    ).toBe(true);
  });

  test('each chroot ends for itself, and its tests with it', () => {
    expect(lines([build('succeeded', 'failed', 'running')])).toEqual([
      'srpm-build: success SRPM was built successfully.',
      `rpm-build:${A}: failure RPMs failed to be built.`,
      `testing-farm:${A}: failure RPMs failed to be built.`,
      `rpm-build:${B}: running RPM build is in progress...`,
      'testing-farm:centos-stream-9-x86_64: running RPM build is in progress...',
    ]);
  });

  test('a chroot that succeeded has tests that are due', () => {
    expect(lines([build('succeeded', 'succeeded')])).toContain(
      `testing-farm:${A}: pending RPMs were built successfully.`,
    );
  });

  test('a chroot that Copr left out has nothing to test', () => {
    const said = lines([build('succeeded', 'skipped')]);
    expect(said).toContain(`rpm-build:${A}: success Copr left this chroot out: the package is not for it.`);
    expect(said).toContain(
      `testing-farm:${A}: neutral Nothing was built for this chroot: there is nothing to test.`,
    );
  });

  test('a chroot that was not built anew is shown as its last build ended', () => {
    const { [B]: only } = build('running').chroots;
    const second: BuildSeen = {
      ...build('running', 'queued', 'queued', '8'),
      chroots: { [B]: only ?? { state: 'queued' } },
    };
    const said = lines([second, build('succeeded', 'succeeded', 'failed')]);
    expect(said).toContain(`rpm-build:${A}: success RPMs were built successfully.`);
    expect(said).toContain(`rpm-build:${B}: running SRPM build is in progress...`);
  });
});

describe('showFarm', () => {
  const request = (state: RunState, overall?: string, summary = ''): TestSeen => ({
    request: {
      id: 'r',
      state,
      overall,
      summary,
      url: 'https://artifacts.example/r',
      createdAt: undefined,
      key: 'k',
      cause: 'c',
    },
  });

  test.each([
    ['queued', undefined, 'running Tests have been submitted ...'],
    ['running', undefined, 'running Tests are running ...'],
    ['succeeded', 'passed', 'success Tests passed ...'],
    ['failed', 'failed', 'failure Tests failed ...'],
    ['failed', 'error', 'error Tests ended with an error: no machine'],
    ['cancelled', undefined, 'neutral Tests were cancelled ...'],
    ['skipped', 'skipped', 'success Testing Farm had nothing to run ...'],
    ['lost', undefined, 'error Testing Farm no longer knows the tests; comment "/packit test".'],
  ] as [RunState, string | undefined, string][])('%s %s', (state, overall, expected) => {
    const shown = showFarm(request(state, overall, 'no machine'), 'https://page.example');
    expect(`${shown.state} ${shown.description}`).toBe(expected);
    expect(shown.url).toBe('https://artifacts.example/r');
  });
});
