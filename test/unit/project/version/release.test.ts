import { describe, expect, test } from '@jest/globals';
import {
  chooseReleaseSuffix,
  releaseWithSuffix,
  sanitizeBranchName,
  sanitizeVersion,
  snapshotBranch,
  snapshotId,
  timestamp,
  withDist,
  withVersionSuffix,
} from '../../../../src/project/version/index.ts';

describe('sanitising', () => {
  test('drops what rpm refuses in a version and turns - into .', () => {
    expect(sanitizeVersion('1.0-rc1')).toBe('1.0.rc1');
    expect(sanitizeVersion('!@#$%&*()={[}]|\\\'":;<,>/?`')).toBe('');
    expect(sanitizeVersion('1.0~rc1^git+a_b')).toBe('1.0~rc1^git+a_b');
    expect(sanitizeVersion('feature/x-1')).toBe('featurex.1');
  });

  test('makes a branch part of a name', () => {
    expect(sanitizeBranchName('pr/1~a^b+c:d.e_f-g')).toBe('pr-1-a-b-c-d.e_f-g');
  });
});

describe('the snapshot identifier', () => {
  const time = new Date('2021-09-13T17:32:57.793Z');

  test('has time, branch, commits since the tag and commit', () => {
    expect(
      snapshotId({
        time,
        wholeSeconds: true,
        branch: 'packit/experiment',
        describe: 'v1.0-rc1-24-g8b618e91\n',
      }),
    ).toBe('20210913173257000000.packitexperiment.24.g8b618e91');
  });

  test('leaves out what there is not, without two dots in a row', () => {
    // What rpm refuses in Release: https://rpm-software-management.github.io/rpm/manual/spec.html
    for (const [branch, shown] of [
      ['fix--it', '.fix.it'],
      ['-edge-', '.edge'],
      ['naïve', '.nave'],
      ['日本', ''],
    ] as const) {
      expect(snapshotId({ time, wholeSeconds: true, branch, describe: 'v1.0-2-g8b618e91' })).toMatch(
        new RegExp(`^\\d{20}${shown.replaceAll('.', '\\.')}\\.2\\.g8b618e91$`),
      );
    }
    expect(snapshotId({ time, wholeSeconds: true, branch: 'main', describe: undefined })).toBe(
      '20210913173257000000.main',
    );
    expect(snapshotId({ time, wholeSeconds: true, branch: '', describe: 'v1-0-gabc' })).toBe(
      '20210913173257000000.0.gabc',
    );
  });

  test('is the time of UTC to the millisecond, wherever it is made', () => {
    const time = new Date('2024-02-03T23:05:06.078Z');
    expect(timestamp(time)).toBe('20240203230506078000');
    expect(timestamp(time, true)).toBe('20240203230506000000');
  });

  test('names the branch of a detached HEAD by the CI system, else by the commit', () => {
    const commit = '0123456789abcdef0123456789abcdef01234567';
    expect(snapshotBranch('main', commit, { GITHUB_REF_NAME: 'other' })).toBe('main');
    expect(snapshotBranch(undefined, commit, { GITHUB_HEAD_REF: 'fix', GITHUB_REF_NAME: '12/merge' })).toBe(
      'fix',
    );
    expect(snapshotBranch(undefined, commit, { GITHUB_HEAD_REF: '', GITHUB_REF_NAME: 'v1' })).toBe('v1');
    expect(snapshotBranch(undefined, commit, { CI_COMMIT_REF_NAME: 'x' })).toBe('x');
    expect(snapshotBranch(undefined, commit, {})).toBe('01234567');
    expect(snapshotBranch(undefined, undefined, {})).toBe('');
  });
});

describe('the release', () => {
  const parts = {
    expandedRelease: '3.fc42',
    snapshot: '20210913.main',
    variables: { PACKIT_PROJECT_BRANCH: 'main', PACKIT_RPMSPEC_RELEASE: 'whatever' },
  };

  test.each([
    [undefined, '3.20210913.main'],
    ['', '3.20210913.main'],
    ['someTests', '3.someTests'],
    ['{PACKIT_PROJECT_BRANCH}', 'main'],
    ['{PACKIT_RPMSPEC_RELEASE}', '3.20210913.main'],
    ['99.{PACKIT_RPMSPEC_RELEASE}', '99.3.20210913.main'],
    ['{other}', '3.{other}'],
  ])('with suffix %s', (suffix, release) => {
    expect(releaseWithSuffix({ ...parts, suffix })).toBe(release);
  });

  test('a suffix with an unknown field beside a known one is an error that lists the known', () => {
    expect(() => releaseWithSuffix({ ...parts, suffix: '{PACKIT_PROJECT_BRANCH}.{nope}' })).toThrow(
      expect.objectContaining({
        code: 'TEMPLATE_INVALID',
        hint: expect.stringContaining('{PACKIT_PROJECT_BRANCH}'),
      }),
    );
  });

  test.each([
    [{ useDefault: true, option: 'a', configured: 'b' }, undefined],
    [{ option: 'a', configured: 'b' }, 'a'],
    [{ option: '', configured: 'b' }, undefined],
    [{ configured: 'b' }, 'b'],
    [{ configured: null }, undefined],
  ])('the suffix in force: %j', (choice, suffix) => {
    expect(chooseReleaseSuffix(choice)).toBe(suffix);
  });

  test('gets a dist tag where there is none', () => {
    expect(withDist('1.x', '1')).toBe('1.x%{?dist}');
    expect(withDist('1.x%{?dist}', '1')).toBe('1.x%{?dist}');
    expect(withDist('1.x', '1%{?dist}')).toBe('1.x');
  });

  test('a version suffix is filled in', () => {
    expect(withVersionSuffix('1.0', '^{PACKIT_PROJECT_SNAPSHOTID}', { PACKIT_PROJECT_SNAPSHOTID: 's' })).toBe(
      '1.0^s',
    );
    expect(withVersionSuffix('1.0', null, {})).toBe('1.0');
  });
});
