/** Slips of the keyboard and places that refuse: one clear error, exit code 2, nothing lost. */
import { chownSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { packit } from '../../support/cli.ts';
import type { CliResult } from '../../support/cli.ts';
import type { TestRepository } from '../../support/git.ts';
import { CONFIG, createProject } from '../../support/project.ts';
import { tempDir } from '../../support/temp.ts';

const BIN = resolve(import.meta.dirname, '../../../bin/packit.js');

let home: string;
let scratch: string;

beforeEach(() => {
  home = tempDir();
  scratch = join(home, 'scratch');
  mkdirSync(scratch);
});

async function srpm({ dir, env }: TestRepository, args: string[] = []): Promise<CliResult> {
  const result = await packit(['srpm', ...args], { cwd: dir, env: { ...env, TMPDIR: scratch } });
  expect(result.stderr).not.toMatch(/^\s+at .*\(/m);
  expect(readdirSync(scratch)).toEqual([]);
  return result;
}

describe('--output', () => {
  test('overwrites an RPM and an empty file, and nothing else', async () => {
    const repository = createProject(home);
    const spec = readFileSync(join(repository.dir, 'hello.spec'));
    expect(await srpm(repository, ['--output', 'hello.spec'])).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(/hello\.spec is there and is not an RPM[^]*hint: /),
    });
    expect(readFileSync(join(repository.dir, 'hello.spec'))).toEqual(spec);
    const output = join(home, 'x.src.rpm');
    writeFileSync(output, '');
    expect((await srpm(repository, ['--output', output])).exitCode).toBe(0);
    expect((await srpm(repository, ['--output', output])).exitCode).toBe(0);
    expect(readFileSync(output).subarray(0, 4)).toEqual(Buffer.from([0xed, 0xab, 0xee, 0xdb]));
  });

  test('replaces no device, and takes a name with a slash at its end for a directory', async () => {
    const repository = createProject(home);
    symlinkSync('/dev/null', join(home, 'null'));
    expect(await srpm(repository, ['--output', join(home, 'null')])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('is not a regular file'),
    });
    expect(await srpm(repository, ['--output', join(home, 'new/')])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/new for the SRPM does not exist[^]*mkdir -p/),
    });
    expect(await srpm(repository, ['--output', ''])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`error: ${repository.dir} is a directory`),
    });
  });

  test('in a directory that takes no files', async () => {
    const result = await srpm(createProject(home), ['--output', '/proc/x.src.rpm']);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toMatch(/error: Cannot write \/proc\/x\.src\.rpm: [a-z -]+( or [a-z]+)?\nhint: /);
  });
});

test('the current directory was removed', () => {
  const gone = join(home, 'gone');
  mkdirSync(gone);
  const script = `cd "$1" && rmdir "$1" && exec "$2" "$3" srpm`;
  const result = spawnSync('sh', ['-c', script, 'sh', gone, process.execPath, BIN], { encoding: 'utf8' });
  expect(result).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^error: The current directory does not exist any more\nhint: /),
  });
});

test('"paths" of a package names a file', async () => {
  const packages = `packages:\n  one: {paths: [NEWS], specfile_path: a.spec}\n`;
  const actions = `actions:\n  post-upstream-clone: "true"\n`;
  for (const config of [packages, actions + packages]) {
    const repository = createProject(home, { config: CONFIG + config });
    expect(await srpm(repository)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/The path NEWS of package one is not a directory\n[^]*hint: /),
    });
    rmSync(repository.dir, { recursive: true });
  }
});

describe('a failing action', () => {
  test('is told apart from what packit says, with something to try', async () => {
    const config = `${CONFIG}actions:\n  post-upstream-clone: ["bash -c 'printf oops >&2; exit 3'"]\n`;
    const { exitCode, stderr } = await srpm(createProject(home, { config }));
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^oops\nerror: The action post-upstream-clone failed: exit code 3/m);
    expect(stderr).toMatch(/^hint: It ran in a private copy of the checkout\.[^]*--in-place/m);
  });
});

test('the error of one of several packages has its file as well', async () => {
  const config = `packages:
  one: {specfile_path: one.spec}
  two: {specfile_path: hello.spec, upstream_tag_template: "v{version}"}
`;
  const repository = createProject(home, { config });
  const { exitCode, stderr, stdout } = await srpm(repository, ['--json']);
  expect(exitCode).toBe(5);
  const file = join(repository.dir, '.packit.yaml');
  expect(stderr).toMatch(`error: ${file}: one: The spec file one.spec`);
  expect(JSON.parse(stdout)).toMatchObject({ failed: [{ package: 'one', location: { file } }] });
});

test('a configuration that --config names elsewhere is of the repository all the same', async () => {
  const repository = createProject(home, { config: null });
  const searched = CONFIG.replace(/^specfile_path.*\n/m, '');
  repository.write('.distro/packit.yaml', CONFIG);
  repository.write('.distro/searched.yaml', searched);
  repository.write('.distro/actions.yaml', `${CONFIG}actions:\n  post-upstream-clone: "ls hello.spec"\n`);
  writeFileSync(join(home, 'outside.yaml'), CONFIG);
  const args = ['--strict', '--config', '.distro/packit.yaml', 'config', 'validate', '--offline'];
  expect(await packit(args, { cwd: repository.dir, env: repository.env })).toMatchObject({ exitCode: 0 });
  for (const name of [
    '.distro/packit.yaml',
    '.distro/searched.yaml',
    '.distro/actions.yaml',
    '../outside.yaml',
  ]) {
    expect(await srpm(repository, ['--config', name])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/\/hello-1\.2\.3-1\.\d+\.main\.1\.g\w+\.src\.rpm\n$/),
    });
  }
});

test('git’s percentages stay out of logs', async () => {
  const repository = createProject(home);
  const clone = join(home, 'clone');
  repository.git('clone', '--quiet', '--depth=1', `file://${repository.dir}`, clone);
  for (const args of [['--unshallow', clone], [`file://${repository.dir}`]]) {
    const { exitCode, stderr } = await srpm(repository, args);
    expect(exitCode).toBe(0);
    // oxlint-disable-next-line no-control-regex -- that there are none is the point
    expect(stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  }
});

test('--reproducible: the same bytes whoever builds', async () => {
  const repository = createProject(home);
  const first = join(home, '1.src.rpm');
  const second = join(home, '2.src.rpm');
  await srpm(repository, ['--reproducible', '--output', first]);
  repository.git('config', 'user.name', 'Somebody Else');
  const files = ['hello.spec', 'hello.conf', 'fix.patch'].map((name) => join(repository.dir, name));
  // As in the clone of another user.
  if (process.getuid?.() === 0) for (const file of files) chownSync(file, 65534, 65534);
  await srpm(repository, ['--reproducible', '--output', second]);
  expect(readFileSync(second).equals(readFileSync(first))).toBe(true);
});
