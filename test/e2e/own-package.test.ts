/** Packit packages itself: the SRPM of this repository builds into an RPM whose command runs. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { packit } from '../support/cli.ts';
import { tempDir } from '../support/temp.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
const hasHistory = existsSync(join(ROOT, '.git'));
const describeIf = hasHistory ? describe : describe.skip;

describeIf('the RPM of packit itself (skipped outside a git checkout)', () => {
  test('packit srpm, then rpmbuild --rebuild', async () => {
    const cwd = tempDir();
    // The checkout may belong to another user than the one who runs the tests.
    const env = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };
    const result = await packit(['srpm', '--no-update-release', ROOT], { cwd, env });
    expect(result).toMatchObject({ exitCode: 0 });
    const srpm = result.stdout.trim();
    expect(srpm).toMatch(/\/packit-cli-[^/]+\.src\.rpm$/);

    // %check runs the installed command.
    execFileSync('rpmbuild', ['--rebuild', '--nodeps', '--define', `_topdir ${cwd}/build`, srpm], {
      cwd,
      stdio: 'pipe',
    });
    const [rpm] = execFileSync('find', [join(cwd, 'build', 'RPMS'), '-name', '*.rpm'])
      .toString()
      .trim()
      .split('\n');
    const query = (...args: string[]): string => execFileSync('rpm', ['-qp', ...args, rpm ?? '']).toString();
    expect(query('--list')).toContain('/usr/bin/packit\n');
    expect(query('--conflicts')).toBe('packit\n');
    expect(query('--requires')).toContain('rpm-build');
  }, 120_000);
});
