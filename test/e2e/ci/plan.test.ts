/** `packit ci plan` as CI systems run it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { githubPullRequest, gitlabPipeline } from '../../support/ci/payloads.ts';
import { packit } from '../../support/cli.ts';
import type { CliResult } from '../../support/cli.ts';
import { createRepository, temporaryDirectory, testEnvironment } from '../../support/git.ts';

jest.setTimeout(60_000);

let place: ReturnType<typeof temporaryDirectory>;

beforeEach(() => {
  place = temporaryDirectory('packit-ci');
});
afterEach(() => place.dispose());

const CONFIG = `downstream_package_name: hello
upstream_package_name: hello
specfile_path: hello.spec
jobs:
  - job: copr_build
    trigger: pull_request
    targets: [fedora-44-x86_64, fedora-45-x86_64]
  - job: tests
    trigger: pull_request
    targets: [fedora-44-x86_64]
  - job: copr_build
    trigger: release
    targets: [fedora-44-x86_64]
`;

function run(
  args: readonly string[],
  options: { config?: string | undefined; payload?: object; env?: Record<string, string> },
): Promise<CliResult> {
  const repository = createRepository(join(place.dir, 'hello'), place.dir);
  repository.write(
    'hello.spec',
    'Name: hello\nVersion: 1\nRelease: 1\nSummary: s\nLicense: MIT\n%description\n',
  );
  if (options.config !== undefined) repository.write('.packit.yaml', options.config);
  repository.commit('First');
  const event = join(place.dir, 'event.json');
  if (options.payload !== undefined) writeFileSync(event, JSON.stringify(options.payload));
  const actions =
    options.payload === undefined
      ? {}
      : { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: event };
  return packit(['ci', 'plan', ...args], {
    cwd: repository.dir,
    env: {
      ...testEnvironment(place.dir),
      ...actions,
      PACKIT_BODHI_URL: 'http://127.0.0.1:1',
      PACKIT_RETRY_DELAY: '1',
      ...options.env,
    },
  });
}

describe('packit ci plan', () => {
  test('in GitHub Actions: what starts, and why the rest does not', async () => {
    const { exitCode, stdout } = await run([], { config: CONFIG, payload: githubPullRequest() });
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').map((line) => line.replace(/ {2,}/g, ' '))).toEqual([
      'job status package problem',
      '1 srpm-build hello',
      '1 rpm-build:fedora-44-x86_64 hello',
      '1 rpm-build:fedora-45-x86_64 hello',
      '2 testing-farm:fedora-44-x86_64 hello',
      '',
      'Left out:',
      'job type package reason',
      '3 copr_build hello it is for a release; this is a pull request',
      '',
    ]);
  });

  test('as a matrix of what --target leaves, with what that needs', async () => {
    const { stdout } = await run(['--matrix', '--target', 'fedora-44-x86_64'], {
      config: CONFIG,
      payload: githubPullRequest(),
    });
    const { include } = JSON.parse(stdout) as { include: { job: string; target: string }[] };
    expect(include.map(({ job, target }) => `${job} ${target}`)).toEqual([
      'copr_build fedora-44-x86_64',
      'tests fedora-44-x86_64',
    ]);
  });

  test('in GitLab, from variables alone, as JSON', async () => {
    const env = gitlabPipeline({ CI_MERGE_REQUEST_IID: '7', CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' });
    const { stdout } = await run(['--json'], { config: CONFIG, env });
    const plan = JSON.parse(stdout) as {
      event: { forge: string };
      units: { copr?: { project: string } }[];
      leftOut: unknown[];
    };
    expect(plan.event.forge).toBe('gitlab');
    expect(plan.units[0]?.copr?.project).toBe('gitlab.example.org-group-sub-hello-7');
    expect(plan.leftOut).toHaveLength(1);
  });

  test.each<[string, Parameters<typeof run>[1], string[], number, RegExp]>([
    [
      'no configuration',
      { payload: githubPullRequest() },
      [],
      0,
      /Nothing to do: there is no Packit configuration in this repository\.\n/,
    ],
    [
      'no configuration where one is required',
      { payload: githubPullRequest() },
      ['--require-config'],
      2,
      /No Packit configuration/,
    ],
    [
      'an event that starts nothing',
      { config: CONFIG, payload: githubPullRequest({ action: 'closed' }) },
      [],
      0,
      /Nothing to do: a pull request that was closed/,
    ],
    ['no CI', { config: CONFIG }, [], 0, /Nothing to do: this is no CI job/],
    [
      'an event that is no JSON',
      { config: CONFIG },
      ['--event', 'hello.spec'],
      2,
      /cannot be read[^]*hint: Give a file with the JSON/,
    ],
    [
      'a forge nobody knows',
      { config: CONFIG },
      ['--forge', 'bitbucket'],
      2,
      /There is no forge "bitbucket"/,
    ],
    [
      'a broken configuration',
      { config: 'jobs: 7\n', payload: githubPullRequest() },
      [],
      2,
      /\.packit\.yaml,line=1/,
    ],
  ])('%s', async (_name, options, args, code, words) => {
    const { exitCode, stdout, stderr } = await run(args, options);
    expect({ exitCode, said: `${stdout}${stderr}` }).toEqual({
      exitCode: code,
      said: expect.stringMatching(words),
    });
  });
});
