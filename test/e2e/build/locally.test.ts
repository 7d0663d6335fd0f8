import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { BUILDABLE_CONFIG, BUILDABLE_SPEC, createBuildable } from '../../support/buildable.ts';
import { packit } from '../../support/cli.ts';
import type { CliOptions } from '../../support/cli.ts';
import type { TestRepository } from '../../support/git.ts';
import { snapshot } from '../../support/snapshot.ts';
import { tempDir } from '../../support/temp.ts';

let home: string;
let out: string;
let scratch: string;

beforeEach(() => {
  home = tempDir();
  out = join(home, 'out dir');
  scratch = join(home, 'scratch');
  mkdirSync(out);
  mkdirSync(scratch);
});

async function build(repository: TestRepository, args: string[], options: Partial<CliOptions> = {}) {
  const env = { ...repository.env, TMPDIR: scratch, ...options.env };
  const result = await packit(['build', ...args], { cwd: out, ...options, env });
  expect(readdirSync(scratch)).toEqual([]);
  expect(result.stderr).not.toMatch(/^\s+at .*\(/m);
  return result;
}

const members = (rpm: string): string[] =>
  execFileSync('rpm', ['-qlp', '--nosignature', rpm], { encoding: 'utf8' }).trim().split('\n');

describe('packit build locally', () => {
  test('shows what rpmbuild does, prints the RPMs, and leaves the checkout as it was; twice', async () => {
    const repository = createBuildable(home, { name: 'my project' });
    const before = snapshot(repository.dir);
    for (let count = 1; count <= 2; count += 1) {
      const { exitCode, stdout, stderr } = await build(repository, ['locally', repository.dir]);
      expect(exitCode).toBe(0);
      expect(stderr).toContain('building hello\n');
      const [rpm = ''] = stdout.trimEnd().split('\n');
      expect(rpm).toMatch(
        /^\/.*\/out dir\/noarch\/hello-1\.2\.3-1\.\d+\.main\.1\.g[0-9a-f]{7}\.noarch\.rpm$/,
      );
      expect(stdout).toBe(`${rpm}\n`);
      expect(members(rpm)).toContain('/usr/share/hello/hello.conf');
      expect(readdirSync(join(out, 'noarch'))).toHaveLength(count);
    }
    expect(snapshot(repository.dir)).toEqual(before);
    expect(readdirSync(out)).toEqual(['noarch']);
  });

  test('preserve_spec of the configuration holds', async () => {
    const repository = createBuildable(home, { config: `${BUILDABLE_CONFIG}preserve_spec: true\n` });
    const { stdout } = await build(repository, ['locally', repository.dir]);
    expect(stdout).toBe(`${join(out, 'noarch', 'hello-1.2.3-1.noarch.rpm')}\n`);
  });

  test('of a SRPM, named relative to where the user is; the old name of the command', async () => {
    const repository = createBuildable(home);
    const env = { ...repository.env, TMPDIR: scratch };
    await packit(['srpm', '--release-suffix', 'x', '--output', 'a.src.rpm', repository.dir], {
      cwd: out,
      env,
    });
    const expected = `${join(out, 'noarch', 'hello-1.2.3-1.x.noarch.rpm')}\n`;
    expect((await build(repository, ['--srpm', 'a.src.rpm', 'locally', repository.dir])).stdout).toBe(
      expected,
    );
    const old = await packit(['local-build', '--srpm', 'a.src.rpm', repository.dir], { cwd: out, env });
    expect(old.stdout).toBe(expected);
    expect(readdirSync(out).sort()).toEqual(['a.src.rpm', 'noarch']);
    writeFileSync(join(out, 'b.src.rpm'), 'no package');
    const bad = await build(repository, ['--srpm', 'b.src.rpm', 'locally', repository.dir]);
    expect(bad.exitCode).toBe(2);
    expect(bad.stderr).toContain('b.src.rpm is no source RPM, or a damaged one');
    const none = await build(repository, ['--srpm', 'c.src.rpm', 'locally', repository.dir]);
    expect(none).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('c.src.rpm') });
  });

  test('a section that fails is named, with the lines before', async () => {
    const spec = BUILDABLE_SPEC.replace('echo building hello >&2', 'echo it is broken >&2; false');
    const repository = createBuildable(home, { spec });
    const before = snapshot(repository.dir);
    const { exitCode, stdout } = await build(repository, ['--json', 'locally', repository.dir]);
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'RPM_BUILD_FAILED',
      message: '%build of hello.spec failed',
      details: expect.arrayContaining(['it is broken']),
    });
    expect(snapshot(repository.dir)).toEqual(before);
    expect(readdirSync(out)).toEqual([]);
  });

  test('a macro that rpm here does not know is named', async () => {
    const spec = BUILDABLE_SPEC.replace('echo building hello >&2', '%{no_such_macro} --all');
    const repository = createBuildable(home, { spec });
    const { exitCode, stderr } = await build(repository, ['locally', repository.dir]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('hint: rpm here does not know the macro %no_such_macro: ');
  });

  test('missing build dependencies are named', async () => {
    const spec = BUILDABLE_SPEC.replace('BuildArch:', 'BuildRequires:  no-such-thing > 3\nBuildArch:');
    const repository = createBuildable(home, { spec });
    const { exitCode, stderr } = await build(repository, ['locally', repository.dir]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('error: A package needed for the build is not installed: no-such-thing > 3\n');
  });

  test('an architecture the spec excludes', async () => {
    const spec = BUILDABLE_SPEC.replace('BuildArch:      noarch', 'ExclusiveArch:  s390');
    const { exitCode, stderr } = await build(createBuildable(home, { spec }), [
      'locally',
      join(home, 'hello'),
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('error: The spec does not build here: ');
  });

  test('a build may change its sources: not those of the checkout', async () => {
    const spec = BUILDABLE_SPEC.replace(
      '%setup -q\n',
      '%setup -q\necho more >> %{SOURCE1}\nchmod 600 %{SOURCE1}\n',
    );
    const repository = createBuildable(home, { spec });
    const before = snapshot(repository.dir);
    expect((await build(repository, ['locally', repository.dir])).exitCode).toBe(0);
    expect(snapshot(repository.dir)).toEqual(before);
  });

  test('several packages: one fails, the other is built', async () => {
    const repository = createBuildable(home, {
      config: `upstream_package_name: hello
upstream_tag_template: v{version}
packages:
  good: {downstream_package_name: good, specfile_path: hello.spec}
  bad: {downstream_package_name: bad, specfile_path: bad.spec}
`,
    });
    repository.write('bad.spec', BUILDABLE_SPEC.replace('%build\n', '%build\nexit 7\n'));
    repository.commit('Add another');
    const { exitCode, stdout, stderr } = await build(repository, ['locally', repository.dir]);
    expect(exitCode).toBe(5);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain('error: bad: %build of bad.spec failed');
  });

  test('a dry run builds nothing and names what would be built', async () => {
    const repository = createBuildable(home);
    const { exitCode, stdout } = await build(repository, ['locally', '--dry-run', repository.dir]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/build with rpmbuild, into .*: noarch\/hello-1\.2\.3-1\..*\.noarch\.rpm\n$/);
    expect(readdirSync(out)).toEqual([]);
  });

  test('Ctrl-C and --timeout end the build and leave nothing', async () => {
    const spec = BUILDABLE_SPEC.replace('%build\n', '%build\necho waiting >&2\nsleep 100\n');
    const repository = createBuildable(home, { spec });
    const before = snapshot(repository.dir);
    // A second signal would end packit at once.
    let signals = 0;
    const interrupted = await build(repository, ['locally', repository.dir], {
      onStart: (child) => {
        child.stderr.on('data', (chunk: Buffer) => {
          if (chunk.includes('waiting') && (signals += 1) === 1) child.kill('SIGINT');
        });
      },
    });
    expect(interrupted).toMatchObject({ exitCode: 1, stdout: '' });
    const late = await build(repository, ['locally', '--timeout', '1s', repository.dir]);
    expect(late.exitCode).toBe(2);
    expect(late.stderr).toContain('did not finish within 1 s');
    expect(snapshot(repository.dir)).toEqual(before);
    expect(readdirSync(out)).toEqual([]);
  });
});
