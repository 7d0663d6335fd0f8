import { describe, expect, test } from '@jest/globals';
import {
  parseSpec,
  PRERELEASE_PATTERN,
  prereleaseVersion,
  specText,
  updateVersion,
} from '../../../src/spec/index.ts';
import { brokenRpm, toyRpm } from '../../support/spec-evaluator.ts';

async function update(
  text: string,
  version: string,
  options: { macro?: string; rpm?: typeof brokenRpm } = {},
): Promise<string> {
  const evaluate = options.rpm ?? toyRpm().evaluate;
  const settings = { evaluate, prereleasePattern: PRERELEASE_PATTERN, prereleaseMacro: options.macro };
  return specText(await updateVersion(parseSpec(text), version, settings));
}

describe('a version is updated where it is written', () => {
  test.each([
    ['the tag', 'Version: 1.0\n', '2.0', 'Version: 2.0\n'],
    ['one macro', '%global v 1.0\nVersion: %{v}\n', '2.0', '%global v 2.0\nVersion: %{v}\n'],
    [
      'parts',
      '%global major 1\n%global minor 2\nVersion: %{major}.%{minor}\n',
      '3.4',
      '%global major 3\n%global minor 4\nVersion: %{major}.%{minor}\n',
    ],
    [
      'parts of a macro',
      '%global major 1\n%global v %{major}.2\nVersion: %v\n',
      '3.4',
      '%global major 3\n%global v %{major}.4\nVersion: %v\n',
    ],
    [
      'a shape that does not fit',
      '%global major 1\n%global minor 2\nVersion: %{major}.%{minor}\n',
      '3',
      '%global major 1\n%global minor 2\nVersion: 3\n',
    ],
    ['a macro below it', 'Version: %{v}\n%global v 1\n', '2', 'Version: 2\n%global v 1\n'],
    ['the name stays', '%global name 1\nVersion: %{name}\n', '2', '%global name 1\nVersion: 2\n'],
    [
      'macros side by side',
      '%global a 1\n%global b 2\nVersion: %{a}%{b}\n',
      '34',
      '%global a 1\n%global b 2\nVersion: 34\n',
    ],
  ])('%s', async (_, before, version, expected) => {
    expect(await update(before, version)).toBe(expected);
  });

  test('only the definition in force', async () => {
    const text = '%if 0\n%global v 0\n%else\n%global v 1\n%endif\nVersion: %{v}\n';
    expect(await update(text, '2')).toBe('%if 0\n%global v 0\n%else\n%global v 2\n%endif\nVersion: %{v}\n');
  });

  test('an rpm that cannot read the spec', async () => {
    const text = '%global major 1\nVersion: %{major}.2\nRelease: {{{ rel }}}\n';
    expect(await update(text, '3.4', { rpm: brokenRpm })).toBe(
      '%global major 3\nVersion: %{major}.4\nRelease: {{{ rel }}}\n',
    );
    const conditional = '%global rc rc1\nVersion: 1.0%{?rc:~%{rc}}\n';
    expect(await update(conditional, '1.1rc2', { rpm: brokenRpm })).toBe(
      '%global rc rc2\nVersion: 1.1%{?rc:~%{rc}}\n',
    );
  });

  test('one question to rpm', async () => {
    const rpm = toyRpm();
    await updateVersion(parseSpec('%global v 1\nVersion: %{v}\n'), '2', { evaluate: rpm.evaluate });
    expect(rpm.requests).toHaveLength(1);
  });

  test('a version rpm refuses', async () => {
    await expect(update('Version: 1\n', '1-2')).rejects.toMatchObject({ code: 'SPEC_VERSION_INVALID' });
  });
});

describe('pre-releases', () => {
  test.each([
    ['1.0rc1', '1.0~rc1'],
    ['1.0-rc1', '1.0~rc1'],
    ['1.0.beta.2', '1.0~beta.2'],
    ['1.0~alpha', '1.0~alpha'],
    ['1.0', '1.0'],
    ['1.0.preview3', '1.0~preview3'],
    ['1.0RC2', '1.0~RC2'],
  ])('%s is %s', (version, expected) => {
    expect(prereleaseVersion(version, PRERELEASE_PATTERN).version).toBe(expected);
  });

  test('a macro holds the suffix and is switched off and on', async () => {
    const text = '%global rc rc1\nVersion: 1.0%{?rc:~%{rc}}\n';
    expect(await update(text, '1.1rc2', { macro: 'rc' })).toBe('%global rc rc2\nVersion: 1.1%{?rc:~%{rc}}\n');
    const released = await update(text, '1.1', { macro: 'rc' });
    expect(released).toBe('#global rc rc1\nVersion: 1.1%{?rc:~%{rc}}\n');
    expect(await update(released, '1.2rc3', { macro: 'rc' })).toBe(
      '%global rc rc3\nVersion: 1.2%{?rc:~%{rc}}\n',
    );
  });

  test.each(['(', 'rc\\d+', '(x)?rc1'])('%s is no pattern to use', (pattern) => {
    expect(() => prereleaseVersion('1.0rc1', pattern)).toThrow(
      expect.objectContaining({ code: 'SPEC_PRERELEASE_PATTERN' }),
    );
  });
});
