import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { packit } from '../support/cli.ts';
import type { CliResult } from '../support/cli.ts';
import { createCoprWorld, clockByLooks } from '../support/copr/world.ts';
import type { CoprWorld } from '../support/copr/world.ts';

let world: CoprWorld;
beforeEach(async () => {
  world = await createCoprWorld();
  clockByLooks(world.copr, 30);
});
afterEach(async () => {
  await world.close();
  expect(world.copr.unexpected).toEqual([]);
});

function run(args: readonly string[], onStart?: Parameters<typeof packit>[1]['onStart']): Promise<CliResult> {
  return packit(args, {
    cwd: world.repository.dir,
    env: {
      HOME: world.home,
      XDG_CACHE_HOME: undefined,
      XDG_CONFIG_HOME: undefined,
      PACKIT_POLL_DELAY: '5',
      PACKIT_RETRY_DELAY: '1',
      PACKIT_BODHI_URL: `${world.copr.url}/bodhi`,
    },
    ...(onStart === undefined ? {} : { onStart }),
  });
}

describe('packit build in-copr', () => {
  test.each(['build in-copr', 'copr-build'])(
    '%s: lines while it waits, a table at the end, what failed, exit code 5',
    async (command) => {
      world.copr.script = {
        chroots: {
          '*': { queue: 30, run: 60 },
          'epel-9-x86_64': { run: 30, end: 'failed', log: 'error: line 7: Unknown tag: Foo\n' },
        },
      };
      const result = await run([...command.split(' '), '--targets', 'fedora-44-x86_64,epel-9-x86_64']);
      expect(result.exitCode).toBe(5);
      expect(result.stdout.split('\n').map((line) => line.replace(/\s+http.*/, ''))).toEqual([
        'target              state        duration      log',
        'epel-9-x86_64       failed       30 s',
        'fedora-44-x86_64    succeeded    1 min 00 s',
        '',
      ]);
      expect(result.stderr).toMatch(/^fedora-44-x86_64: running$/m);
      expect(result.stderr).toMatch(/^epel-9-x86_64: failed after 30 s$/m);
      expect(result.stderr).toMatch(
        /^error: epel-9-x86_64: failed\n {2}error: line 7: Unknown tag: Foo\nhint: See http/m,
      );
    },
  );

  test('--json is one document', async () => {
    const result = await run(['--json', 'build', 'in-copr', '--targets', 'epel-9-x86_64']);
    expect(result.exitCode).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({
      exitCode: 0,
      builds: [{ place: 'copr', state: 'succeeded' }],
    });
  });

  test('--no-wait prints the line that scripts know and the way back', async () => {
    const result = await run(['build', 'in-copr', '--targets', 'epel-9-x86_64', '--no-wait']);
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toBe(
      `Build id: 9000001, repo url: ${world.copr.url}/coprs/build/9000001/\nCome back with: packit build watch 9000001\n`,
    );
    const watched = await run(['build', 'watch', '9000001']);
    expect([watched.exitCode, watched.stdout]).toEqual([0, expect.stringContaining('succeeded')]);
  });

  test('Ctrl-C leaves the build running and says how to come back', async () => {
    world.copr.script = { chroots: { '*': { run: Infinity } } };
    const result = await run(['build', 'in-copr', '--targets', 'epel-9-x86_64'], (child) => {
      child.stderr.on('data', (chunk: Buffer) => {
        if (chunk.toString().includes('epel-9-x86_64: running')) child.kill('SIGINT');
      });
    });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain(
      'Come back with: packit build watch 9000001. To end it: packit build cancel 9000001.',
    );
    expect(world.copr.builds.get(9_000_001)?.canceled).toBeUndefined();
    expect((await run(['build', 'cancel', '9000001'])).stdout).toContain('9000001/: cancelled');
    expect((await run(['build', 'watch', '9000001'])).exitCode).toBe(2);
  });

  test('options that contradict each other or make no sense', async () => {
    expect((await run(['build', 'in-copr', '--enable-net', '--disable-net'])).exitCode).toBe(2);
    const result = await run(['build', 'in-copr', '--timeout', 'soon']);
    expect([result.exitCode, result.stderr]).toEqual([2, expect.stringContaining('"soon" is no time')]);
  });

  test('--help fits into 80 columns', async () => {
    const { stdout } = await run(['build', 'in-copr', '--help']);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});
