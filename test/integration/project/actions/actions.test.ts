import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createActionRunner } from '../../../../src/project/actions/index.ts';
import type { ActionRunner, Actions } from '../../../../src/project/actions/index.ts';
import { createRun } from '../../../../src/tools/process/index.ts';
import { silentUi } from '../../../../src/ui.ts';
import { temporaryDirectory } from '../../../support/git.ts';

let directory: string;
let dispose: () => void;
let shown: { stdout: Buffer[]; stderr: Buffer[] };

beforeEach(() => {
  ({ dir: directory, dispose } = temporaryDirectory('packit actions'));
  shown = { stdout: [], stderr: [] };
});

afterEach(() => {
  dispose();
});

function runner(actions: Actions): ActionRunner {
  return createActionRunner({
    actions,
    cwd: directory,
    run: createRun({
      env: { PATH: process.env.PATH, FROM_OUTSIDE: 'kept' },
      onOutput: (chunk, stream) => shown[stream].push(Buffer.from(chunk)),
    }),
    ui: silentUi(),
    variables: { PACKIT_CONFIG_PACKAGE_NAME: 'pkg' },
  });
}

describe('actions run for real', () => {
  test('in their directory, with their words as they are, shown as they come', async () => {
    const outputs = await runner({
      'create-archive': ['bash -c "pwd; echo \'a | b\' >&2"', ['printf', '%s|', 'one two', '$HOME', '*']],
    }).run('create-archive');
    expect(outputs?.map(String)).toEqual([`${directory}\n`, 'one two|$HOME|*|']);
    // What is shown ends with a whole line, what is captured stays as it was.
    expect(Buffer.concat(shown.stdout).toString()).toBe(`${directory}\none two|$HOME|*|\n`);
    expect(Buffer.concat(shown.stderr).toString()).toBe('a | b\n');
  });

  test('with variables that reach the commands and nothing else', async () => {
    const actions = runner({ 'fix-spec-file': 'env', 'post-modifications': 'env' });
    await actions.run('fix-spec-file', { PACKIT_PROJECT_VERSION: '1 "2"', PACKIT_RESOLVED_BUGS: null });
    const outputs = await actions.run('post-modifications');
    const lines = outputs?.map(String).join('').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'FROM_OUTSIDE=kept',
        'PACKIT_CONFIG_PACKAGE_NAME=pkg',
        'PACKIT_PROJECT_VERSION=1 "2"',
        'PACKIT_RESOLVED_BUGS=',
      ]),
    );
    expect(Object.keys(process.env).filter((name) => name.startsWith('PACKIT_PROJECT'))).toEqual([]);
    const other = await runner({ 'pre-sync': 'env' }).run('pre-sync');
    expect(other?.map(String).join('')).not.toContain('PACKIT_PROJECT_VERSION');
  });

  test('bytes stay bytes', async () => {
    const outputs = await runner({ 'pre-sync': [['printf', '\\377\\000\\n']] }).run('pre-sync');
    expect(outputs).toEqual([Buffer.from([0xff, 0, 0x0a])]);
  });

  test('programs of the repository are found by their relative path', async () => {
    mkdirSync(join(directory, 'my tools'));
    writeFileSync(join(directory, 'my tools', 'make it'), '#!/bin/sh\necho "made $1"\n', { mode: 0o755 });
    const outputs = await runner({ 'pre-sync': '"./my tools/make it" \'an archive\'' }).run('pre-sync');
    expect(outputs?.map(String)).toEqual(['made an archive\n']);
  });

  test('the first command that fails ends it, with its last words', async () => {
    const actions = runner({ 'pre-sync': ['true', 'sh -c "echo no such tag >&2; exit 7"', 'touch reached'] });
    await expect(actions.run('pre-sync')).rejects.toMatchObject({
      code: 'ACTION_FAILED',
      message: expect.stringMatching(/pre-sync failed \(command 2 of 3\): exit code 7/),
      details: ['no such tag'],
    });
  });

  test.each([
    ['not-a-program --version', /there is no such program/, /Install not-a-program/],
    ['./not-executable', /there is no such program or it is not executable/, /chmod \+x/],
    ['git describe | cut -c2-', /exit code/, /bash -c/],
    ['sh -c "kill -TERM $$"', /signal SIGTERM/, undefined],
  ])('%s', async (command, message, hint) => {
    writeFileSync(join(directory, 'not-executable'), 'x');
    const work = runner({ 'get-current-version': command }).run('get-current-version');
    await expect(work).rejects.toMatchObject({
      message: expect.stringMatching(message),
      ...(hint === undefined ? {} : { hint: expect.stringMatching(hint) }),
    });
  });
});
