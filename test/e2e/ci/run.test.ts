import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createCiWorld } from '../../support/ci/world.ts';
import type { CiWorld } from '../../support/ci/world.ts';
import { packit } from '../../support/cli.ts';
import type { CliResult } from '../../support/cli.ts';

let world: CiWorld;
let number: number;
let event: readonly string[];

beforeAll(async () => {
  world = await createCiWorld();
  world.copr.script = { chroots: { 'epel-9-x86_64': { run: 60, end: 'failed' }, '*': { run: 60 } } };
  const opened = world.pullRequest();
  number = opened.number;
  const { eventFile, eventName } = world.event(number, opened.sha);
  event = ['--event', eventFile, '--event-name', eventName, '--forge', 'github'];
});
afterAll(() => world.close());

function run(args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  return packit(args, { cwd: world.home, env: { ...world.env, ...env } });
}

describe('packit ci', () => {
  test('a dry run says which statuses there would be, and changes nothing', async () => {
    const { exitCode, stdout } = await run(['ci', 'run', '--dry-run', ...event]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('  testing-farm:centos-stream-9-x86_64');
    expect(world.forge.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(world.copr.builds.size).toBe(0);
  });

  test('without --wait it submits, says how to go on, and a sweep does', async () => {
    const { exitCode, stdout } = await run(['ci', 'run', '--no-wait', ...event]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`Go on with: packit ci resume --pull-request ${number}`);
    expect(world.copr.builds.size).toBe(1);
    const swept = await run([
      'ci',
      'sweep',
      '--repository',
      `${world.forge.url}/acme/hello`,
      '--forge',
      'github',
    ]);
    expect(swept.exitCode).toBe(0);
    expect(swept.stdout).toContain(`pull request ${number}:`);
  });

  test('run is the default; it ends with a table, a summary for the job, and 5 for what failed beside what did not', async () => {
    const summary = join(world.home, 'summary.md');
    const { exitCode, stdout, stderr } = await run(['ci', ...event], { GITHUB_STEP_SUMMARY: summary });
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(/^rpm-build:epel-9-x86_64 +failure +RPMs failed to be built\. +http/m);
    expect(stderr).toMatch(/error: rpm-build:epel-9-x86_64: RPMs failed to be built\.\nhint: See http/);
    expect(existsSync(summary)).toBe(true);
    expect(readFileSync(summary, 'utf8')).toMatch(
      /\| testing-farm:fedora-43-x86_64 \| success \| \[Tests passed \.\.\.\]/,
    );
    expect(`${stdout}${stderr}`).not.toContain(world.env.TESTING_FARM_API_TOKEN);
  });

  test('as data, with the event, the units and what was left out', async () => {
    const { exitCode, stdout } = await run([
      '--json',
      'ci',
      'resume',
      '--pull-request',
      String(number),
      '--repository',
      `${world.forge.url}/acme/hello`,
      '--forge',
      'github',
    ]);
    expect(exitCode).toBe(5);
    const result = JSON.parse(stdout) as {
      finished: boolean;
      units: { status: string; state: string; key: string }[];
    };
    expect(result.finished).toBe(true);
    expect(result.units.map(({ status, state }) => `${status} ${state}`)).toContain('srpm-build success');
    expect(result.units.every(({ key }) => /^[0-9a-f]{32}$/.test(key))).toBe(true);
    expect(world.copr.builds.size).toBe(1);
  });

  test.each([
    [['ci', 'run', '--report', 'checks'], 'Choose statuses or none'],
    [['ci', 'resume', '--pull-request', 'x'], 'Give the number that the forge shows'],
    [['ci', 'sweep'], 'Name its page: --repository'],
  ])('%j is refused with a hint', async (args, hint) => {
    const { exitCode, stderr } = await run(args, { CI_PROJECT_URL: '', GITHUB_REPOSITORY: '' });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(hint);
  });
});
