import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CommandError, PackitError } from '../../../../src/errors.ts';
import type { Run, RunOptions } from '../../../../src/tools/process/index.ts';
import { buildSrpm } from '../../../../src/tools/rpm/index.ts';
import type { BuildSrpmOptions } from '../../../../src/tools/rpm/index.ts';

let staging: string;

beforeEach(() => {
  staging = mkdtempSync(join(tmpdir(), 'packit-staging-'));
  writeFileSync(join(staging, 'x.spec'), 'Name: x\n');
});

afterEach(() => {
  rmSync(staging, { recursive: true });
});

interface Answer {
  stdout?: string;
  stderr?: string;
  exitCode?: number;
  code?: string;
}

async function build(options: Partial<BuildSrpmOptions> = {}, answer: Answer = {}) {
  const calls: { argv: readonly string[]; options: RunOptions }[] = [];
  const run: Run = (argv, runOptions) => {
    calls.push({ argv, options: runOptions });
    const stdout = Buffer.from(answer.stdout ?? 'Wrote: /out/x-1-1.src.rpm\n');
    const stderr = Buffer.from(answer.stderr ?? '');
    const exitCode = answer.exitCode ?? 0;
    if (exitCode === 0) return Promise.resolve({ argv, exitCode, stdout, stderr });
    const failure = { argv, cwd: staging, exitCode, signal: undefined, stdout, stderr };
    return Promise.reject(new CommandError(answer.code ?? 'COMMAND_FAILED', 'rpmbuild failed', failure));
  };
  const work = buildSrpm({ run, specFile: 'x.spec', stagingDir: staging, outDir: '/out', ...options });
  const result = await work.catch((error: unknown) => error);
  return { calls, result };
}

const DIRECTORIES = ['_topdir', '_sourcedir', '_specdir', '_builddir', '_rpmdir', '_buildrootdir'].flatMap(
  (name) => ['--define', `${name} .`],
);

describe('buildSrpm', () => {
  test('runs rpmbuild in the staging directory with relative directories', async () => {
    const { calls, result } = await build();
    expect(result).toEqual({ path: '/out/x-1-1.src.rpm', warnings: [] });
    expect(calls).toEqual([
      {
        argv: ['rpmbuild', '-bs', ...DIRECTORIES, '--define', '_srcrpmdir /out', './x.spec'],
        options: { cwd: staging, env: { LC_ALL: 'C.UTF-8', LANGUAGE: undefined } },
      },
    ]);
  });

  test('defines what makes the bits depend on the content alone', async () => {
    const { calls } = await build({ epoch: 1709208000 });
    expect(calls[0]?.argv).toEqual([
      'rpmbuild',
      '-bs',
      ...DIRECTORIES,
      '--define',
      '_srcrpmdir /out',
      '--define',
      'use_source_date_epoch_as_buildtime 1',
      '--define',
      'clamp_mtime_to_source_date_epoch 1',
      '--define',
      'build_mtime_policy clamp_to_source_date_epoch',
      '--define',
      'source_date_epoch_from_changelog 0',
      '--define',
      '_buildhost reproducible',
      '--define',
      '_srcdefattr (-,root,root)',
      './x.spec',
    ]);
    expect(calls[0]?.options.env).toMatchObject({ SOURCE_DATE_EPOCH: '1709208000', TZ: 'UTC' });
  });

  test('loads macro files first and takes macros and odd directories as they are', async () => {
    const { calls } = await build({ macroFiles: ['/m a'], macros: { dist: '.fc40' }, outDir: '/a b\\c' });
    const argv = calls[0]?.argv ?? [];
    expect(argv[2]).toBe('--load=/m a');
    expect(argv.slice(-5)).toEqual([
      '--define',
      '_srcrpmdir /a b\\\\c',
      '--define',
      'dist .fc40',
      './x.spec',
    ]);
  });

  test('stores large sources that are compressed already', async () => {
    writeFileSync(
      join(staging, 'big.tar.gz'),
      Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(9 << 20)]),
    );
    expect((await build()).calls[0]?.argv).toContain('_source_payload w.ufdio');
    expect((await build({ inPlace: true })).calls[0]?.argv).not.toContain('_source_payload w.ufdio');
    const { calls } = await build({ macros: { _source_payload: 'w9.gzdio' } });
    expect(calls[0]?.argv).not.toContain('_source_payload w.ufdio');
    writeFileSync(join(staging, 'big.tar'), Buffer.alloc(9 << 20));
    expect((await build()).calls[0]?.argv).not.toContain('_source_payload w.ufdio');
  });

  test.each([
    ['Wrote: ./x-1-1.src.rpm\n', 'x-1-1.src.rpm'],
    ['noise\nWrote: a b/x-1-1.nosrc.rpm\nmore: y.src.rpm\n', 'a b/x-1-1.nosrc.rpm'],
  ])('finds the SRPM in %j', async (stdout, expected) => {
    expect((await build({}, { stdout })).result).toMatchObject({ path: join(staging, expected) });
  });

  test('keeps warnings', async () => {
    const stderr = 'warning: line 3: Possible unexpanded macro in: Release: %autorelease\n';
    expect((await build({}, { stderr })).result).toMatchObject({
      warnings: ['warning: Possible unexpanded macro in: Release: %autorelease'],
    });
  });

  test.each<[string, Answer, Partial<PackitError>]>([
    [
      'a missing source',
      {
        exitCode: 1,
        stderr: `error: Bad file: ./x-1.tar.gz: No such file or directory\n    Bad file: ./x-1.tar.gz: No such file or directory\n`,
      },
      {
        code: 'SRPM_SOURCE_MISSING',
        message: 'The spec names a source that is not there: x-1.tar.gz',
        details: ['Bad file: ./x-1.tar.gz: No such file or directory'],
      },
    ],
    [
      'a macro rpm does not know',
      { exitCode: 1, stderr: 'warning: line 2: odd\nerror: line 9: Unknown tag: %forgemeta\n' },
      {
        code: 'SRPM_BUILD_FAILED',
        message: 'rpm does not know the macro %forgemeta this spec uses',
        location: { file: 'dist/x.spec', line: 9 },
        details: ['dist/x.spec:9: Unknown tag: %forgemeta'],
      },
    ],
    [
      'a bad condition',
      { exitCode: 1, stderr: 'error: ./x.spec:6: bad %if condition:  0 &&\n' },
      {
        message: 'rpmbuild could not build the SRPM: bad %if condition:  0 &&',
        location: { file: 'dist/x.spec', line: 6 },
        hint: expect.stringContaining('rpmspec -P dist/x.spec') as unknown as string,
      },
    ],
    [
      'a version with a dash',
      { exitCode: 1, stderr: "error: line 2: Illegal char '-' (0x2d) in: Version: 1-2\n" },
      { message: 'rpm does not accept this: Version: 1-2', location: { file: 'dist/x.spec', line: 2 } },
    ],
    [
      'a full disk',
      { exitCode: 1, stderr: 'error: create archive failed: cpio: write failed - No space left on device\n' },
      { code: 'DISK_FULL' },
    ],
    ['silence', { exitCode: 3, stdout: 'said here\n' }, { details: ['said here'] }],
    ['no rpmbuild', { exitCode: 127, code: 'COMMAND_NOT_FOUND' }, { code: 'RPM_MISSING' }],
    ['no word of a SRPM', { stdout: 'done\n' }, { code: 'SRPM_NOT_FOUND', details: ['done'] }],
  ])('explains %s', async (_what, answer, expected) => {
    const { result } = await build({ displayPath: 'dist/x.spec' }, answer);
    expect(result).toBeInstanceOf(PackitError);
    expect(result).toMatchObject({ exitCode: 2, ...expected });
  });
});
