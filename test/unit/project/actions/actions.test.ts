import { describe, expect, test } from '@jest/globals';
import { CommandError, PackitError } from '../../../../src/errors.ts';
import {
  actionCommands,
  createActionRunner,
  packageVariables,
} from '../../../../src/project/actions/index.ts';
import type { Actions } from '../../../../src/project/actions/index.ts';
import type { Run, RunOptions } from '../../../../src/tools/process/index.ts';
import { silentUi } from '../../../../src/ui.ts';

interface Call {
  argv: readonly string[];
  options: RunOptions;
}

function runner(
  actions: Actions,
  answer: (argv: readonly string[], options: RunOptions) => string = () => '',
) {
  const calls: Call[] = [];
  const run: Run = (argv, options) => {
    calls.push({ argv, options });
    return Promise.resolve().then(() => ({
      argv,
      exitCode: 0,
      stdout: Buffer.from(answer(argv, options)),
      stderr: Buffer.alloc(0),
    }));
  };
  const actionRunner = createActionRunner({
    actions,
    cwd: '/checkout',
    run,
    ui: silentUi(),
    variables: packageVariables(
      { name: 'pkg', upstreamPackageName: 'up', downstreamPackageName: null, specfilePath: 'pkg.spec' },
      { upstreamRepository: '/checkout' },
    ),
  });
  return { calls, actionRunner };
}

function failing(code: string, exitCode: number | undefined, stderr: string, stdout = ''): () => never {
  return () => {
    const failure = {
      argv: [],
      cwd: '/checkout',
      exitCode,
      signal: undefined,
      stdout: Buffer.from(stdout),
      stderr: Buffer.from(stderr),
    };
    throw new CommandError(code, 'failed', failure);
  };
}

async function errorOf(work: Promise<unknown>): Promise<PackitError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof PackitError)) throw new Error('expected a PackitError');
  return error;
}

describe('actionCommands', () => {
  test.each([
    ['a string', 'make dist', [['make', 'dist']]],
    ['a list of strings', ['make', "bash -c 'a | b'"], [['make'], ['bash', '-c', 'a | b']]],
    ['a list of lists', [['make', 'a b'], ['ls']], [['make', 'a b'], ['ls']]],
    ['a mixture with numbers', ['make', ['make', '-j', 4, true]], [['make'], ['make', '-j', '4', 'true']]],
    ['an empty list', [], []],
    ['blank commands', ['', ' \n', []], []],
  ])('understands %s', (_what, value, expected) => {
    expect(actionCommands({ 'create-archive': value }, 'create-archive')).toEqual(expected);
  });

  test('tells an absent action from an empty one', () => {
    expect(actionCommands({}, 'fix-spec-file')).toBeUndefined();
    expect(actionCommands({ 'fix-spec-file': [] }, 'fix-spec-file')).toEqual([]);
  });

  test.each([[null], [true], [3], [{ a: 1 }], [[null]], [[{ a: 1 }]], [[['a', null]]]])(
    'refuses %j',
    (value) => {
      expect(() => actionCommands({ 'pre-sync': value }, 'pre-sync')).toThrow(
        expect.objectContaining({ code: 'ACTION_INVALID', message: expect.stringContaining('pre-sync') }),
      );
    },
  );
});

describe('createActionRunner', () => {
  test('runs every command in the checkout, live, and returns what each wrote', async () => {
    const { calls, actionRunner } = runner(
      { 'create-archive': ['one', 'two'] },
      ([name]) => `${name} done\n`,
    );
    const outputs = await actionRunner.run('create-archive', { PACKIT_PROJECT_VERSION: '1.2' });
    expect(outputs?.map(String)).toEqual(['one done\n', 'two done\n']);
    expect(calls.map(({ argv }) => argv)).toEqual([['one'], ['two']]);
    for (const { options } of calls) {
      expect(options).toEqual({
        cwd: '/checkout',
        live: true,
        own: true,
        env: {
          PACKIT_CONFIG_PACKAGE_NAME: 'pkg',
          PACKIT_UPSTREAM_PACKAGE_NAME: 'up',
          PACKIT_DOWNSTREAM_PACKAGE_NAME: '',
          PACKIT_SPECFILE_PATH: 'pkg.spec',
          PACKIT_UPSTREAM_REPO: '/checkout',
          PACKIT_PWD: '/checkout',
          PACKIT_PROJECT_VERSION: '1.2',
        },
      });
    }
  });

  test('gives later actions the variables of earlier ones, also of those that were not configured', async () => {
    const { calls, actionRunner } = runner({ 'fix-spec-file': 'fix', 'post-modifications': 'post' });
    expect(await actionRunner.run('create-archive', { PACKIT_PROJECT_NAME_VERSION: 'up-1' })).toBeUndefined();
    await actionRunner.run('fix-spec-file', {
      PACKIT_PROJECT_BRANCH: 'main',
      PACKIT_RESOLVED_BUGS: undefined,
    });
    await actionRunner.in('/dist-git').run('post-modifications');
    expect(calls[0]?.options.env).toMatchObject({ PACKIT_PROJECT_NAME_VERSION: 'up-1' });
    expect(calls[1]?.options.cwd).toBe('/dist-git');
    expect(calls[1]?.options.env).toMatchObject({ PACKIT_PROJECT_BRANCH: 'main', PACKIT_RESOLVED_BUGS: '' });
  });

  test('an empty list is configured, runs nothing and has no output', async () => {
    const { calls, actionRunner } = runner({ 'fix-spec-file': [] });
    expect(actionRunner.has('fix-spec-file')).toBe(true);
    expect(await actionRunner.run('fix-spec-file')).toEqual([]);
    expect(calls).toEqual([]);
  });

  test('ends with the first command that fails and says which', async () => {
    const { calls, actionRunner } = runner({ 'pre-sync': ['a', 'b c', 'd'] }, ([name]) =>
      name === 'b' ? failing('COMMAND_FAILED', 3, 'first\nlast\n')() : '',
    );
    const error = await errorOf(actionRunner.run('pre-sync'));
    expect(calls).toHaveLength(2);
    expect(error).toMatchObject({ code: 'ACTION_FAILED', exitCode: 2, details: ['first', 'last'] });
    expect(error.message).toBe(
      'The action pre-sync failed (command 2 of 3): exit code 3; the command was: b c',
    );
  });

  test('shows stdout where the command wrote nothing on stderr', async () => {
    const { actionRunner } = runner({ 'pre-sync': 'a' }, failing('COMMAND_FAILED', 1, ' \n', 'said here\n'));
    expect((await errorOf(actionRunner.run('pre-sync'))).details).toEqual(['said here']);
  });

  test.each([
    ['git describe | sed s/v//', 'COMMAND_FAILED', 128],
    ['cd src', 'COMMAND_NOT_FOUND', undefined],
    ['FOO=1 make', 'COMMAND_NOT_FOUND', undefined],
  ])('explains that there is no shell: %s', async (command, code, exitCode) => {
    const { actionRunner } = runner({ 'get-current-version': command }, failing(code, exitCode, ''));
    expect((await errorOf(actionRunner.run('get-current-version'))).hint).toContain('bash -c');
  });

  test('names the action whose command cannot be split', async () => {
    const { actionRunner } = runner({ 'pre-sync': ['a', 'echo "b'] });
    expect(await errorOf(actionRunner.run('pre-sync'))).toMatchObject({
      code: 'ACTION_COMMAND_INVALID',
      message: 'Cannot split a command of the action pre-sync into words: a quotation is not closed',
      details: ['echo "b'],
    });
  });

  test('knows the colon that makes a command a mapping', async () => {
    const { actionRunner } = runner({ 'pre-sync': [{ 'sed s/^Version': '/x/ a.spec' }] });
    expect((await errorOf(actionRunner.run('pre-sync'))).hint).toMatch(/colon[^]*quotes/);
  });

  test('names a program that is missing', async () => {
    const { actionRunner } = runner(
      { 'create-archive': ['./make-it'] },
      failing('COMMAND_NOT_FOUND', undefined, ''),
    );
    const error = await errorOf(actionRunner.run('create-archive'));
    expect(error.message).toContain('no such program');
    expect(error.hint).toContain('./make-it');
  });
});
