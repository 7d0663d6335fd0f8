/** Packit packages itself: the SRPM of this repository builds into an RPM, which is installed into a root of its own and runs there. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { packit } from '../../support/cli.ts';
import { temporaryDirectory, testEnvironment } from '../../support/git.ts';
import { execute, pathWith } from '../../support/packaged.ts';
import { createProject, readSrpm } from '../../support/project.ts';

jest.setTimeout(180_000);

const ROOT = resolve(import.meta.dirname, '..', '..', '..');
const hasHistory = existsSync(join(ROOT, '.git'));
const describeIf = hasHistory ? describe : describe.skip;

let place: ReturnType<typeof temporaryDirectory>;
let rpm = '';
let root: string;

function query(...args: string[]): string {
  return execFileSync('rpm', ['-qp', '--nosignature', ...args, rpm], { encoding: 'utf8' });
}

describeIf('the RPM of packit itself (skipped outside a git checkout)', () => {
  beforeAll(async () => {
    place = temporaryDirectory('packit-rpm');
    root = join(place.dir, 'root');
    mkdirSync(root);
    // The checkout may belong to another user than the one who runs the tests.
    const env = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };
    const made = await packit(['srpm', '--no-update-release', ROOT], { cwd: place.dir, env });
    expect(made).toMatchObject({ exitCode: 0 });
    const srpm = made.stdout.trim();
    expect(srpm).toMatch(/\/packit-cli-[^/]+\.src\.rpm$/);
    // %check runs the command that is to be installed.
    const build = join(place.dir, 'build');
    execFileSync('rpmbuild', ['--rebuild', '--nodeps', '--define', `_topdir ${build}`, srpm], {
      stdio: 'pipe',
    });
    rpm = execFileSync('find', [join(build, 'RPMS'), '-name', '*.rpm'], { encoding: 'utf8' }).trim();
    install();
  });
  afterAll(() => place.dispose());

  /** rpm itself changes its root, which only root may; anybody may unpack. */
  function install(): void {
    if (process.getuid?.() === 0) {
      const flags = ['--root', root, '--nodeps', '--nosignature', '--excludedocs'];
      execFileSync('rpm', [...flags, '--install', rpm], { stdio: 'pipe' });
      execFileSync('rpm', ['--root', root, '--verify', '--nodeps', 'packit-cli'], { stdio: 'pipe' });
    } else {
      execFileSync('sh', ['-c', 'rpm2archive -n - < "$1" | tar -x -C "$2"', 'sh', rpm, root], {
        stdio: 'pipe',
      });
    }
  }

  test('says what it needs and what it cannot be beside', () => {
    expect(query('--conflicts')).toBe('packit\n');
    const requires = query('--requires');
    for (const name of ['rpm-build', 'git-core', 'nodejs(engine) >= 20.19', '/usr/bin/node'])
      expect(requires).toContain(name);
    expect(query('--recommends')).toContain('krb5-workstation');
    expect(query('--provides')).toMatch(/^bundled\(npm\(@octokit\/rest\)\) = \d/m);
  });

  test('holds the command and its bundle, and nothing that only building needs', () => {
    const files = query('--list').trim().split('\n');
    expect(files).toContain('/usr/bin/packit');
    expect(files).toContain('/usr/lib/node_modules/packit-cli/dist/hot/srpm.cjs');
    expect(files.some((name) => /\/man1\/packit-srpm\.1(?:\.\w+)?$/.test(name))).toBe(true);
    expect(files).toContain('/usr/share/bash-completion/completions/packit');
    expect(files).toContain('/usr/share/zsh/site-functions/_packit');
    expect(files.some((name) => /node_modules.*\/(man\/|THIRD-PARTY)/.test(name))).toBe(false);
    for (const name of ['LICENSE', 'THIRD-PARTY.txt'])
      expect(files.some((file) => file.startsWith('/usr/share/licenses/') && file.endsWith(`/${name}`))).toBe(
        true,
      );
    expect(
      files.filter((name) => /meta\.json$|\/node_modules\/.*\/node_modules\/|\.tar\.gz$|\/src\//.test(name)),
    ).toEqual([]);
  });

  test('runs from where it was installed', async () => {
    expect(readlinkSync(join(root, 'usr', 'bin', 'packit'))).toBe(
      '../lib/node_modules/packit-cli/bin/packit.js',
    );
    const { dir } = createProject(place.dir);
    const env = { ...testEnvironment(place.dir), PATH: pathWith(join(root, 'usr', 'bin')) };
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await execute(['packit', '--version'], { cwd: dir, env })).toMatchObject({
      stdout: `${version}\n`,
    });
    expect(await execute(['packit', 'config', 'validate', '--offline'], { cwd: dir, env })).toMatchObject({
      exitCode: 0,
    });
    const built = await execute(['packit', 'srpm'], { cwd: dir, env });
    expect(built).toMatchObject({ exitCode: 0 });
    expect(readSrpm(built.stdout.trim(), place.dir)).toMatchObject({ name: 'hello', version: '1.2.3' });
  });
});
