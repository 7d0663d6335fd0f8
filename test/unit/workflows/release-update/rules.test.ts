import { describe, expect, test } from '@jest/globals';
import { skipByPolicy, skipEarly } from '../../../../src/workflows/release-update/rules.ts';
import type { RuleSettings } from '../../../../src/workflows/release-update/rules.ts';

const PATTERN = String.raw`([.\-_~^]?)(alpha|beta|rc|pre(view)?)([.\-_]?\d+)?`;

function settings(changes: Partial<RuleSettings>): RuleSettings {
  return {
    version: '1.1.0',
    prerelease_suffix_pattern: PATTERN,
    maskedBranches: new Set(['f42', 'f41', 'epel9']),
    force: false,
    ...changes,
  };
}

describe('before anything is done', () => {
  test.each<[string | undefined, Partial<RuleSettings>, string | undefined]>([
    ['1.0.0', {}, undefined],
    ['1.2.0', {}, 'DOWNGRADE'],
    ['1.2.0', { force: true }, undefined],
    ['1.1.0', {}, 'UP_TO_DATE'],
    ['1.1.0', { force: true }, undefined],
    [undefined, {}, undefined],
    ['1.10', { version: '1.9' }, 'DOWNGRADE'],
    ['1.9', { version: '1.10' }, undefined],
    ['1.1.0~rc1', { version: '1.1.0' }, undefined],
    ['1.1.0~rc1', { version: '1.1.0rc1' }, 'UP_TO_DATE'],
    ['1.1.0~rc2', { version: '1.1.0rc1' }, 'DOWNGRADE'],
    ['1.1.0', { version: '1.1.0rc1' }, 'DOWNGRADE'],
    ['20240101', { version: '1.1.0' }, 'DOWNGRADE'],
    // As rpm sorts, not as Python does: letters are bug fix releases, `^` snapshots, a further zero is newer.
    ['3.5', { version: '3.5a' }, undefined],
    ['9.6', { version: '9.6p1' }, undefined],
    ['1.1.1', { version: '1.1.1w' }, undefined],
    ['3.5a', { version: '3.5' }, 'DOWNGRADE'],
    ['1.1^20240101gitabc', { version: '1.1' }, 'DOWNGRADE'],
    ['1.1.0', { version: '1.1' }, 'DOWNGRADE'],
    ['1.1', { version: '1.1.0' }, undefined],
    ['1.1.post1', { version: '1.1' }, 'DOWNGRADE'],
    ['1.0_1', { version: '1.0.1' }, 'UP_TO_DATE'],
    ['b2901', { version: 'b2902' }, undefined],
  ])('dist-git has %s, %j: %s', (distGitVersion, changes, code) => {
    const skip = skipEarly({ branch: 'rawhide', retired: false, distGitVersion }, settings(changes));
    expect(skip?.code).toBe(code);
  });

  test('a retired package is left alone', () => {
    expect(skipEarly({ branch: 'f42', retired: true, distGitVersion: '1.0' }, settings({}))?.code).toBe(
      'RETIRED',
    );
  });
});

describe('mask and specifiers', () => {
  test.each<[string, string | undefined, Partial<RuleSettings>, string | undefined]>([
    ['f42', '1.0.0', { version_update_mask: String.raw`\d+\.\d+\.` }, 'MASK'],
    ['epel9', '1.0.0', { version_update_mask: String.raw`\d+\.` }, undefined],
    ['epel9', '1.0.0', { version: '2.0.0', version_update_mask: String.raw`\d+\.` }, 'MASK'],
    ['rawhide', '1.0.0', { version_update_mask: String.raw`\d+\.\d+\.` }, undefined],
    ['f42', '1.0.0', { version_update_mask: '' }, undefined],
    ['f42', '1.0.0', { version_update_mask: null }, undefined],
    ['f42', 'abc', { version_update_mask: String.raw`\d+` }, undefined],
    ['f42', undefined, { version_update_mask: String.raw`\d+\.\d+\.` }, undefined],
    ['f42', '1.0.0', { version_update_specifiers: '<1.1' }, 'SPECIFIERS'],
    ['rawhide', '1.0.0', { version_update_specifiers: '<1.1' }, 'SPECIFIERS'],
    ['f42', '1.0.0', { version_update_specifiers: '>=1, <2' }, undefined],
    ['f42', '1.0.0', { version_update_specifiers: '~=1.0' }, undefined],
    ['f42', '1.0.0', { version_update_specifiers: '==1.1.*' }, undefined],
    ['f42', '1.0.0', { version: '1.1.0rc1', version_update_specifiers: '>=1.1.0' }, 'SPECIFIERS'],
    ['f42', '1.0.0', { version: 'r2024a', version_update_specifiers: '>=1.0' }, 'SPECIFIERS'],
    ['f42', '1.0.0', { version_update_specifiers: 'newer than 1' }, 'SPECIFIERS'],
  ])('%s at %s, %j: %s', (branch, distGitVersion, changes, code) => {
    expect(skipByPolicy({ branch, retired: false, distGitVersion }, settings(changes))?.code).toBe(code);
  });
});
