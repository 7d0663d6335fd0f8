import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createBuildable } from '../../support/buildable.ts';
import { packit } from '../../support/cli.ts';
import type { TestRepository } from '../../support/git.ts';
import { createFakeMock } from '../../support/programs/mock.ts';
import type { FakeMock } from '../../support/programs/mock.ts';
import { snapshot } from '../../support/snapshot.ts';
import { tempDir } from '../../support/temp.ts';

let home: string;
let out: string;
let repository: TestRepository;

beforeEach(() => {
  home = tempDir();
  out = join(home, 'out');
  mkdirSync(out);
  repository = createBuildable(home);
});

async function build(mock: FakeMock, args: string[], cwd = out) {
  const scratch = tempDir();
  const env = { ...repository.env, TMPDIR: scratch, PATH: `${mock.bin}:${process.env.PATH}` };
  const result = await packit(['build', ...args], { cwd, env });
  expect(readdirSync(scratch)).toEqual([]);
  return result;
}

describe('packit build in-mock', () => {
  test('from another directory: results of this run in one predictable directory there', async () => {
    const mock = createFakeMock(home);
    const results = join(out, 'mock-results', 'default', 'hello');
    mkdirSync(results, { recursive: true });
    writeFileSync(join(results, 'stale-1-1.noarch.rpm'), 'of an earlier run');
    writeFileSync(join(out, 'caller-1-1.noarch.rpm'), 'of somebody else');
    const before = snapshot(repository.dir);
    for (let count = 1; count <= 2; count += 1) {
      const { exitCode, stdout, stderr } = await build(mock, ['in-mock', repository.dir]);
      expect(exitCode).toBe(0);
      expect(stdout).toBe(`${join(results, 'hello-1.2.3-1.noarch.rpm')}\n`);
      expect(stderr).toContain('INFO: mock.py version 6.3 starting\n');
    }
    const [call] = mock.calls();
    expect(call).toEqual({
      cwd: out,
      argv: [
        '--root',
        'default',
        '--resultdir',
        results,
        expect.stringMatching(/^\/.*\/hello-1\.2\.3-.*\.src\.rpm$/),
      ],
    });
    expect(snapshot(repository.dir)).toEqual(before);
  });

  test('--root, --resultdir and a SRPM are meant from where the user is', async () => {
    const mock = createFakeMock(home);
    const env = { ...repository.env };
    await packit(['srpm', '--output', 'a.src.rpm', repository.dir], { cwd: out, env });
    const { stdout } = await build(mock, [
      '--srpm',
      'a.src.rpm',
      'in-mock',
      '-r',
      'x',
      '--resultdir',
      'r',
      repository.dir,
    ]);
    expect(stdout).toBe(`${join(out, 'r', 'hello-1.2.3-1.noarch.rpm')}\n`);
    expect(mock.calls()[0]?.argv).toEqual([
      '--root',
      'x',
      '--resultdir',
      join(out, 'r'),
      join(out, 'a.src.rpm'),
    ]);
  });

  test("--default-resultdir: mock's own place is read from its output", async () => {
    const mock = createFakeMock(home);
    const { stdout } = await build(mock, ['--json', 'in-mock', '--default-resultdir', repository.dir]);
    expect(JSON.parse(stdout).builds[0]).toMatchObject({
      place: 'mock',
      state: 'succeeded',
      targets: [{ name: 'default', results: [join(home, 'mock-own', 'hello-1.2.3-1.noarch.rpm')] }],
    });
    expect(mock.calls()[0]?.argv).not.toContain('--resultdir');
  });

  test.each([
    [10, 'rpmbuild failed in the chroot', 'hello.c:1: error: no such thing', 'build.log'],
    [30, 'the package manager failed', 'no package provides foo', 'root.log'],
  ])('exit code %i in words, with the log that shows it', async (code, words, line, log) => {
    const { exitCode, stderr, stdout } = await build(createFakeMock(home, code), ['in-mock', repository.dir]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`error: mock could not build in default: ${words}\n`);
    expect(stderr).toContain(`  ${line}\n`);
    expect(stderr).toContain(join('mock-results', 'default', 'hello', log));
  });

  test('mock that is not there is missed before anything is built', async () => {
    const mock = { ...createFakeMock(home), bin: join(home, 'no-bin') };
    const { exitCode, stderr } = await build(mock, ['in-mock', repository.dir]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: mock is not installed/);
  });

  test('a dry run', async () => {
    const mock = createFakeMock(home);
    const { exitCode, stdout } = await build(mock, ['in-mock', '-n', '-r', 'f', repository.dir]);
    expect({ exitCode, calls: mock.calls() }).toEqual({ exitCode: 0, calls: [] });
    expect(stdout).toContain(
      `build in the chroot f of mock, into ${join(out, 'mock-results', 'f', 'hello')}\n`,
    );
    expect(readdirSync(out).map((name) => basename(name))).toEqual([]);
  });
});
