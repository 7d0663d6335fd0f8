/** The command as people run it, against servers on loopback. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { packit } from '../support/cli.ts';
import type { CliResult } from '../support/cli.ts';
import { killed, notKilled } from '../support/release-faults.ts';
import { createWorld } from '../support/release-world.ts';
import type { World, WorldOptions } from '../support/release-world.ts';
import { snapshot } from '../support/snapshot.ts';

jest.setTimeout(180_000);

let world: World | undefined;

async function make(options: WorldOptions = {}): Promise<World> {
  world = await createWorld(options);
  mkdirSync(join(world.dir, 'tmp'));
  return world;
}

afterEach(async () => {
  const open = world;
  world = undefined;
  await open?.close();
});

function run(
  here: World,
  args: readonly string[],
  more: Partial<Parameters<typeof packit>[1]> = {},
): Promise<CliResult> {
  const env = { ...here.env, TMPDIR: join(here.dir, 'tmp') };
  return packit(args, { cwd: here.upstream.dir, env, ...more });
}

describe('three branches, one of which fails', () => {
  test('the table says how each ended, the error what to do; the next run completes the job', async () => {
    const here = await make();
    here.forge.failOn(/POST .*\/pull-request\/new/, {
      status: 400,
      body: { error: 'The branch is locked', error_code: 'ENOCODE' },
    });
    const before = snapshot(here.upstream.dir);
    const first = await run(here, ['propose-update', '.', '1.1.0']);
    expect(first.exitCode).toBe(5);
    const lines = first.stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^branch +result +version +pull request +reason$/);
    expect(lines.filter((line) => /proposed +1\.0\.0 -> 1\.1\.0 +http:\/\/127/.test(line))).toHaveLength(2);
    expect(lines.filter((line) => /failed .*The branch is locked/.test(line))).toHaveLength(1);
    expect(first.stderr).toMatch(/\[f42\] /);

    const second = await run(here, ['propose-downstream', '.', '1.1.0', '--json']);
    expect(second.exitCode).toBe(0);
    const document = JSON.parse(second.stdout) as { packages: { branches: { status: string }[] }[] };
    expect(document.packages[0]?.branches.map(({ status }) => status).toSorted()).toEqual([
      'proposed',
      'unchanged',
      'unchanged',
    ]);
    expect(snapshot(here.upstream.dir)).toEqual(before);
    expect(readdirSync(join(here.dir, 'tmp'))).toEqual([]);
  });
});

describe('--dry-run', () => {
  test('shows commit, diff and request, and needs no token', async () => {
    const here = await make({ branches: { rawhide: '1.0.0', f42: '1.2.0' } });
    const state = here.forge.snapshot();
    const env = { ...here.env, PACKIT_PAGURE_TOKEN: '' };
    const { exitCode, stdout, stderr } = await packit(['propose-update', '--dry-run'], {
      cwd: here.upstream.dir,
      env,
    });
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('=== rawhide: 1.0.0 -> 1.1.0 ===');
    expect(stdout).toContain('  Update to 1.1.0 upstream release\n');
    expect(stdout).toContain('+Version:        1.1.0\n');
    expect(stdout).toContain('Pull request to rawhide: Update rawhide to upstream release 1.1.0\n');
    expect(stdout).toMatch(
      /f42 +skipped .*dist-git has version 1\.2\.0, which rpm takes for higher than 1\.1\.0/,
    );
    expect(stdout).not.toContain('\u001b');
    expect(here.forge.snapshot()).toEqual(state);
  });
});

describe('what goes wrong before anything is done', () => {
  test.each<[string, WorldOptions, string[], number, RegExp]>([
    ['a token that is missing', { env: { PACKIT_PAGURE_TOKEN: '' } }, [], 3, /token/i],
    ['a token that is wrong', { env: { PACKIT_PAGURE_TOKEN: 'wrong-wrong-wrong' } }, [], 3, /token/i],
    [
      'a package dist-git does not have',
      { config: 'downstream_package_name: other' },
      [],
      2,
      /no dist-git repository for other|not found/i,
    ],
    ['an unknown package', {}, ['-p', 'nobody'], 2, /nobody/],
  ])('%s', async (_name, options, args, code, words) => {
    const here = await make(options);
    if (options.config?.startsWith('downstream') === true) {
      const text = here.upstream
        .git('show', 'HEAD:.packit.yaml')
        .replace('downstream_package_name: hello\n', '');
      here.upstream.write('.packit.yaml', `${text}\n`);
    }
    const { exitCode, stdout, stderr } = await run(here, ['propose-update', '.', '1.1.0', ...args]);
    expect(stderr).toMatch(words);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).not.toContain('    at ');
    expect(here.forge.project('rpms', 'hello').pullRequests).toEqual([]);
  });
});

describe('interrupted', () => {
  test('Ctrl-C ends it at once, leaves nothing, and the next run completes the job', async () => {
    const here = await make({
      config: 'actions:\n  pre-sync: ["sleep 30"]',
    });
    const started = Date.now();
    const { exitCode } = await run(here, ['propose-update', '.', '1.1.0'], {
      onStart: (child) => {
        let sent = false;
        child.stderr.on('data', (chunk: Buffer) => {
          // A second one would end it on the spot, without cleaning up.
          if (!sent && chunk.includes('pre-sync')) sent = child.kill('SIGINT');
        });
      },
    });
    expect(exitCode).toBe(1);
    expect(Date.now() - started).toBeLessThan(25_000);
    expect(readdirSync(join(here.dir, 'tmp'))).toEqual([]);
    expect(here.forge.project('rpms', 'hello').pullRequests).toEqual([]);
    const again = await run(here, ['propose-update', '.', '1.1.0', '--no-actions']);
    expect(again.exitCode).toBe(0);
    expect(here.forge.project('rpms', 'hello').pullRequests).toHaveLength(3);
  });

  test('kill -9 at some of the requests', async () => {
    const { state, requests } = await notKilled();
    for (const number of [3, Math.floor(requests / 2), requests - 2]) {
      const outcome = await killed(number);
      expect({ number, ...outcome }).toEqual({ number, wasKilled: true, exitCode: 0, state, left: [] });
    }
  });
});
