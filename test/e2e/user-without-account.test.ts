/** A user that the system has no account of, as in a container that is run with `--user 1000`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { testEnvironment } from '../support/git.ts';
import { execute } from '../support/packaged.ts';
import { createProject } from '../support/project.ts';
import { tempDir } from '../support/temp.ts';

const BIN = resolve(import.meta.dirname, '..', '..', 'bin', 'packit.js');
/** A number that is nobody's, in a user namespace; the files are still those of who runs the tests. */
const STRANGER = ['unshare', '--user', '--map-user=54321'] as const;
const maySeparate = spawnSync(STRANGER[0], [...STRANGER.slice(1), 'true']).status === 0;
const describeIf = maySeparate ? describe : describe.skip;

describeIf('a user without an account (needs user namespaces)', () => {
  const home = tempDir();
  const { dir } = createProject(home);

  /** Nothing says where home is, or who one is. */
  function run(...args: string[]): ReturnType<typeof execute> {
    const { PATH = '', TMPDIR = '' } = testEnvironment(home);
    return execute([...STRANGER, process.execPath, BIN, ...args], {
      cwd: dir,
      env: { PATH, TMPDIR, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    });
  }

  test('gets a source RPM', async () => {
    const ran = await run('srpm', '--output', join(home, 'hello.src.rpm'));
    expect(ran).toMatchObject({ exitCode: 0, stdout: `${join(home, 'hello.src.rpm')}\n` });
    expect(existsSync(join(home, 'hello.src.rpm'))).toBe(true);
  });

  test('is asked for a name where one is needed', async () => {
    const edit = ['spec', 'edit', 'hello.spec', '--bump', '--add-changelog', '- New', '--diff'];
    const ran = await run(...edit);
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toContain('RPM_PACKAGER=');
    const named = await run(...edit, '--author', 'Jane <jane@example.com>');
    expect(named.stdout).toContain('Jane <jane@example.com>');
  });

  test('sees what the doctor sees', async () => {
    const { exitCode, stdout } = await run('--json', 'doctor', '--offline');
    expect([0, 2]).toContain(exitCode);
    expect(JSON.parse(stdout)).toHaveProperty('findings');
  });
});
