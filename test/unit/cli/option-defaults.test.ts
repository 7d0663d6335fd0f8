import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { optionDefault, readOptionFile } from '../../../src/cli/option-defaults.ts';

const text = { name: '--dist-git-branch', attribute: 'distGitBranch', isBoolean: false };
const flag = { name: '--update-release', attribute: 'updateRelease', isBoolean: true };
const list = { name: '--package', attribute: 'package', isBoolean: false, repeatable: true };
const file = (values: Record<string, unknown>) => ({ path: '/x/.packit', values });

describe('the default of an option', () => {
  test('comes from the variable, then from the file, else there is none', () => {
    expect(optionDefault(text, { PACKIT_DIST_GIT_BRANCH: 'f41' }, file({ dist_git_branch: 'f40' }))).toBe(
      'f41',
    );
    expect(optionDefault(text, { PACKIT_DIST_GIT_BRANCH: '' }, file({ dist_git_branch: 'f40' }))).toBe('f40');
    expect(optionDefault(text, {}, file({ 'dist-git-branch': 'f40' }))).toBe('f40');
    expect(optionDefault(text, {}, file({ dist_git_branch: 41 }))).toBe('41');
    expect(optionDefault(text, {}, file({}))).toBeUndefined();
    expect(optionDefault(text, {})).toBeUndefined();
  });

  test.each([
    ['1', true],
    ['TRUE', true],
    ['yes', true],
    ['on', true],
    ['0', false],
    ['off', false],
    ['n', false],
  ])('of a switch: %s', (value, expected) => {
    expect(optionDefault(flag, { PACKIT_UPDATE_RELEASE: value })).toBe(expected);
    expect(optionDefault(flag, {}, file({ update_release: value }))).toBe(expected);
  });

  test('of a switch that is only written as --no-...', () => {
    const pr = { name: '--no-pr', attribute: 'pr', isBoolean: true };
    expect(optionDefault(pr, { PACKIT_NO_PR: '1' })).toBe(false);
    expect(optionDefault(pr, { PACKIT_NO_PR: '0' })).toBeUndefined();
    expect(optionDefault(pr, { PACKIT_PR: '0' })).toBe(false);
    expect(optionDefault(pr, {}, file({ no_pr: true }))).toBe(false);
  });

  test('of a repeatable option: a variable is split at blanks, a list stays', () => {
    expect(optionDefault(list, { PACKIT_PACKAGE: ' a  b ' })).toEqual(['a', 'b']);
    expect(optionDefault(list, {}, file({ package: ['a', 'b c'] }))).toEqual(['a', 'b c']);
    expect(optionDefault(list, {}, file({ package: 'b c' }))).toEqual(['b c']);
  });

  test('of --config has the name it has in the reference, too', () => {
    const config = { name: '--config', attribute: 'config', isBoolean: false };
    expect(optionDefault(config, { PACKIT_PACKAGE_CONFIG_PATH: 'a', PACKIT_CONFIG: 'b' })).toBe('a');
    expect(optionDefault(config, { PACKIT_CONFIG: 'b' })).toBe('b');
    expect(optionDefault(config, {}, file({ package_config_path: 'c' }))).toBe('c');
  });

  test.each([
    [flag, { PACKIT_UPDATE_RELEASE: 'maybe' }, {}, 'PACKIT_UPDATE_RELEASE'],
    [flag, {}, { update_release: [] }, '/x/.packit'],
    [text, {}, { dist_git_branch: {} }, '"dist_git_branch" in /x/.packit'],
  ])('that makes no sense says where it comes from', (option, env, values, where) => {
    expect(() => optionDefault(option, env, file(values))).toThrow(
      expect.objectContaining({
        code: 'OPTION_DEFAULT_INVALID',
        message: expect.stringContaining(where),
        hint: expect.stringMatching(/command line/),
      }),
    );
  });
});

describe('the file .packit', () => {
  const directory = mkdtempSync(join(tmpdir(), 'packit-options-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test('is optional, an object, and anything else is an error', () => {
    expect(readOptionFile(directory)).toBeUndefined();
    const path = join(directory, '.packit');
    writeFileSync(path, '{"debug": true}');
    expect(readOptionFile(directory)).toEqual({ path, values: { debug: true } });
    for (const wrong of ['[1]', 'null', '{"debug": tru', '']) {
      writeFileSync(path, wrong);
      expect(() => readOptionFile(directory)).toThrow(
        expect.objectContaining({ code: 'OPTION_FILE_INVALID', location: { file: path } }),
      );
    }
  });
});

test('the variable with the name of the command comes first', () => {
  const force = { name: '--force', attribute: 'force', isBoolean: true, command: ['dist-git', 'init'] };
  expect(optionDefault(force, { PACKIT_DIST_GIT_INIT_FORCE: '1', PACKIT_FORCE: '0' })).toBe(true);
  expect(optionDefault(force, { PACKIT_DIST_GIT_INIT_NO_FORCE: '1', PACKIT_FORCE: '1' })).toBe(false);
  expect(optionDefault(force, { PACKIT_FORCE: '1' })).toBe(true);
  expect(optionDefault({ ...force, command: [] }, { PACKIT_DIST_GIT_INIT_FORCE: '1' })).toBeUndefined();
});
