import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { CommandError } from '../../../../src/errors.ts';
import { checkMock, explainMockExit } from '../../../../src/tools/mock/index.ts';
import { nearChroots } from '../../../../src/tools/mock/check.ts';
import { mockArguments, resultsDirectory } from '../../../../src/tools/mock/rebuild.ts';
import type { Run } from '../../../../src/tools/process/index.ts';
import { tempDir } from '../../../support/temp.ts';

function fakeRun(outputs: Record<string, string | undefined>): Run {
  return (argv) => {
    const output = outputs[argv.join(' ')];
    const failure = {
      argv,
      cwd: '/',
      exitCode: 2,
      signal: undefined,
      stdout: Buffer.of(),
      stderr: Buffer.of(),
    };
    return output === undefined
      ? Promise.reject(new CommandError('COMMAND_NOT_FOUND', 'not found', failure))
      : Promise.resolve({ argv, exitCode: 0, stdout: Buffer.from(output), stderr: Buffer.of() });
  };
}

function check(
  outputs: Record<string, string>,
  root = 'default',
  home = '/nowhere',
  configDirectory = '/nowhere',
) {
  return checkMock({ run: fakeRun(outputs), env: { HOME: home }, cwd: home, root, configDirectory });
}

const INSTALLED = { 'mock --version': '6.3\n' };
const getuid = process.getuid?.bind(process) ?? ((): number => 0);

/** As somebody who is not root. */
async function asUser<T>(work: () => Promise<T>): Promise<T> {
  process.getuid = () => 1000;
  try {
    return await work();
  } finally {
    process.getuid = getuid;
  }
}

describe('what keeps mock from working', () => {
  test('is said before anything is built: not installed', async () => {
    await expect(check({})).rejects.toMatchObject({ code: 'MOCK_MISSING' });
  });

  test('not in the group; and in it since after the login', async () => {
    const outsider = {
      ...INSTALLED,
      'getent group mock': 'mock:x:135:joe\n',
      'id -Gn': 'jane wheel\n',
      'id -un': 'jane\n',
    };
    await expect(asUser(() => check(outsider))).rejects.toMatchObject({
      code: 'MOCK_NOT_ALLOWED',
      message: 'jane is not in the group mock, and mock would ask for a password',
      hint: 'Join the group: sudo usermod -aG mock jane, and log in again.',
    });
    const fresh = { ...outsider, 'getent group mock': 'mock:x:135:joe,jane\n' };
    await expect(asUser(() => check(fresh))).rejects.toMatchObject({
      code: 'MOCK_NOT_ALLOWED',
      hint: expect.stringContaining('newgrp mock'),
    });
    await asUser(() => check({ ...outsider, 'id -Gn': 'jane mock\n' }));
  });

  test('where there is no group mock, mock itself is asked', async () => {
    await asUser(() => check(INSTALLED));
  });

  test('no such chroot: near ones are named; the own directory counts', async () => {
    const home = tempDir();
    const etc = join(home, 'etc');
    mkdirSync(join(home, '.config', 'mock'), { recursive: true });
    mkdirSync(etc);
    for (const name of [
      'fedora-42-x86_64',
      'fedora-rawhide-x86_64',
      'centos-stream-9-x86_64',
      'site-defaults',
    ]) {
      writeFileSync(join(etc, `${name}.cfg`), '');
    }
    writeFileSync(join(home, '.config', 'mock', 'mine.cfg'), '');
    await expect(check(INSTALLED, 'fedora-24-x86_64', home, etc)).rejects.toMatchObject({
      code: 'MOCK_NO_ROOT',
      details: ['fedora-42-x86_64', 'fedora-rawhide-x86_64', 'centos-stream-9-x86_64'],
      hint: expect.stringContaining('all 4'),
    });
    await check(INSTALLED, 'fedora-42-x86_64', home, etc);
    await check(INSTALLED, 'mine', home, etc);
    await expect(check(INSTALLED, 'other.cfg', home, etc)).rejects.toMatchObject({ code: 'MOCK_NO_ROOT' });
    writeFileSync(join(home, 'other.cfg'), '');
    await check(INSTALLED, 'other.cfg', home, etc);
  });

  test('near means: most words in common', () => {
    expect(nearChroots('epel9', ['epel-9-x86_64'])).toEqual([]);
    expect(
      nearChroots('centos-9-x86_64', ['fedora-9-i386', 'centos-stream-9-x86_64', 'alma-8-x86_64']),
    ).toEqual(['centos-stream-9-x86_64', 'alma-8-x86_64', 'fedora-9-i386']);
  });
});

describe('mock', () => {
  test('arguments', () => {
    expect(mockArguments({ root: 'default', srpm: '/x/a.src.rpm' })).toEqual([
      'mock',
      '--root',
      'default',
      '/x/a.src.rpm',
    ]);
    expect(mockArguments({ root: 'r', resultDir: '/out dir', srpm: '/a.src.rpm' })).toEqual([
      'mock',
      '--root',
      'r',
      '--resultdir',
      '/out dir',
      '/a.src.rpm',
    ]);
  });

  test.each([
    ['INFO: Results and/or logs in: /var/lib/mock/f/result\nFinish: run\n', '/var/lib/mock/f/result'],
    ['x\nResults and/or logs in: out dir\nINFO: Results and/or logs in: other\n', '/home/jane/out dir'],
    ['nothing\n', undefined],
  ])('says where its results are: %j', (stderr, directory) => {
    expect(resultsDirectory(stderr, '/home/jane')).toBe(directory);
  });

  test.each([
    [2, 'setuid'],
    [3, 'configuration'],
    [5, 'arguments'],
    [6, 'architecture'],
    [10, 'rpmbuild failed'],
    [11, 'longer'],
    [20, 'chroot could not'],
    [30, 'package manager'],
    [40, 'source RPM'],
    [60, 'in use'],
    [70, 'result directory'],
    [80, 'namespaces'],
    [90, 'bootstrap'],
    [77, 'exit code 77'],
    [undefined, 'ended from outside'],
  ])('exit code %s in words', (code, words) => {
    const { reason, hint } = explainMockExit(code);
    expect(reason).toContain(words);
    expect(hint).not.toBe('');
  });
});
