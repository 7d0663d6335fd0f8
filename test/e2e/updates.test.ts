import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { packit } from '../support/cli.ts';
import type { CliResult } from '../support/cli.ts';
import { createUpdatesWorld } from '../support/updates-world.ts';
import type { UpdatesWorld } from '../support/updates-world.ts';

let world: UpdatesWorld;
beforeEach(async () => {
  world = await createUpdatesWorld({ monitored: '1.2.0' });
});
afterEach(() => world.close());

const run = (...args: string[]): Promise<CliResult> =>
  packit(args, { cwd: world.upstream.dir, env: { ...world.env } });

test('create-update logs in, makes the update, prints a table; a second time there is nothing to do', async () => {
  const first = await run('create-update', '--dist-git-branch', 'f42,f41');
  expect(first.exitCode).toBe(0);
  expect(first.stdout).toMatch(/^f42 +created +\S+FEDORA-\S+ +hello-1\.1-1\.fc42/m);
  const tokens = join(world.dir, 'home', '.config', 'bodhi', 'client.json');
  expect(statSync(tokens).mode & 0o777).toBe(0o600);
  for (const secret of world.bodhi.provider.given) expect(first.stdout + first.stderr).not.toContain(secret);
  const second = await run('create-update', '--dist-git-branch', 'f42,f41');
  expect(second.exitCode).toBe(0);
  expect(second.stdout).toMatch(/^f41 +existing/m);
  expect(world.bodhi.state.updates).toHaveLength(2);
});

test('variables have the names the options have', async () => {
  const env = { ...world.env, PACKIT_KOJI_BUILD: 'hello-1.1-1.fc42', PACKIT_RESOLVE_BUG: 'rhbz#1 2' };
  const { stdout, exitCode } = await packit(['--json', 'create-update', '-n'], {
    cwd: world.upstream.dir,
    env,
  });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    updates: [{ branch: 'f42', status: 'planned', plan: { bugs: [1, 2, 1_234_567] } }],
  });
});

test('push-updates with nothing in testing; status with all that is there', async () => {
  const pushed = await run('push-updates');
  expect(pushed.stdout).toBe('No update is in testing.\n');
  const status = await run('status');
  expect(status.exitCode).toBe(0);
  expect(status.stdout).toContain('hello: upstream is at 1.2.0 (release-monitoring.org), newer than in');
  expect(status.stdout).toMatch(/^f42 +1\.0\.0 +hello-1\.1-1\.fc42 +- +-$/m);
});
