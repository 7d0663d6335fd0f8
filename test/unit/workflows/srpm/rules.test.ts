import { describe, expect, test } from '@jest/globals';
import { changelogDate } from '../../../../src/workflows/srpm/clock.ts';
import { classifyLocation, repositoryName } from '../../../../src/workflows/srpm/locate.ts';
import { sourceGitRelease } from '../../../../src/workflows/srpm/source-git.ts';
import { tempDir } from '../../../support/temp.ts';

describe('PATH_OR_URL', () => {
  test.each([
    'https://github.com/owner/project',
    'https://user:secret@example.com/project.git',
    'git@github.com:owner/project.git',
    'ssh://git@host:2222/project',
    'file:///srv/git/project',
    'github.com:owner/project',
  ])('%s is a URL', (url) => {
    expect(classifyLocation(tempDir(), url)).toEqual({ kind: 'url', value: url });
  });

  test('what exists is a path, whatever it looks like', () => {
    const directory = tempDir();
    expect(classifyLocation(directory, '.')).toEqual({ kind: 'path', value: directory });
    expect(classifyLocation('/', import.meta.filename)).toEqual({ kind: 'path', value: import.meta.dirname });
  });

  test.each(['no/such/directory', 'word', ''])('%j that is not there is an error', (name) => {
    const classify = () => classifyLocation('/nonexistent', name);
    expect(classify).toThrow(expect.objectContaining({ code: 'PATH_NOT_FOUND' }));
  });

  test('a directory whose name is not UTF-8 is said to be one', () => {
    expect(() => classifyLocation('/home/caf\ufffd', '.')).toThrow(
      expect.objectContaining({ code: 'PATH_NOT_UTF8', hint: expect.stringContaining('Rename') }),
    );
  });

  test.each([
    ['https://github.com/owner/project.git', 'project'],
    ['https://github.com/owner/project/', 'project'],
    ['git@github.com:owner/project.git', 'project'],
    ['git@host:project', 'project'],
    ['https://host/owner/my.project', 'my.project'],
    ['/srv/git/project.git', 'project'],
  ])('the repository of %s is %s', (url, name) => {
    expect(repositoryName(url)).toBe(name);
  });
});

describe('Release of a source-git package', () => {
  test.each([
    ['2', { suffix: undefined, updateRelease: true }, '3.gabcd1234'],
    ['2.el9', { suffix: undefined, updateRelease: true }, '2.el9.gabcd1234'],
    ['2', { suffix: 'x', updateRelease: true }, '2.x'],
    ['2', { suffix: 'x', updateRelease: false }, '2.x'],
    ['2', { suffix: undefined, updateRelease: false }, undefined],
  ])('%s with %j becomes %s', (old, options, expected) => {
    expect(sourceGitRelease(old, { commit: 'abcd1234', ...options })).toBe(expected);
  });
});

test('the day of a changelog entry is the local one, in a reproducible build UTC’s', () => {
  const time = new Date(2024, 1, 5, 0, 30);
  expect(changelogDate({ time, epoch: undefined })).toBe('2024-02-05');
  expect(changelogDate({ time: new Date(Date.UTC(2024, 1, 29, 23, 59)), epoch: 1 })).toBe('2024-02-29');
});
