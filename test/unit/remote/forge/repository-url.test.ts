import { describe, expect, test } from '@jest/globals';
import {
  parseRepositoryUrl,
  projectPath,
  requireRepositoryUrl,
  sameProject,
} from '../../../../src/remote/forge/index.ts';

/** Address, instance, project path. */
const CASES: readonly (readonly [string, string, string])[] = [
  ['https://github.com/packit/packit', 'https://github.com', 'packit/packit'],
  ['https://github.com/packit/packit.git', 'https://github.com', 'packit/packit'],
  ['https://github.com/packit/packit/', 'https://github.com', 'packit/packit'],
  ['http://git.example.com:8080/ns/name', 'http://git.example.com:8080', 'ns/name'],
  ['https://git.example.com:8443/ns/name.git', 'https://git.example.com:8443', 'ns/name'],
  ['git+https://github.com/packit/packit', 'https://github.com', 'packit/packit'],
  ['git://github.com/packit/packit.git', 'https://github.com', 'packit/packit'],
  ['github.com/packit/packit', 'https://github.com', 'packit/packit'],
  ['www.example.com/foo/bar', 'https://www.example.com', 'foo/bar'],
  ['git@github.com:packit/packit.git', 'https://github.com', 'packit/packit'],
  ['github.com:packit/packit.git', 'https://github.com', 'packit/packit'],
  [
    'git@gitlab.com:redhat/centos-stream/rpms/bash.git',
    'https://gitlab.com',
    'redhat/centos-stream/rpms/bash',
  ],
  ['ssh://git@github.com/packit/packit.git', 'https://github.com', 'packit/packit'],
  ['ssh://git@git.example.com:2222/ns/name.git', 'https://git.example.com', 'ns/name'],
  ['git+ssh://git@github.com/packit/packit', 'https://github.com', 'packit/packit'],
  ['ssh://git@ssh.github.com:443/packit/packit.git', 'https://github.com', 'packit/packit'],
  ['https://gitlab.com/a/b/c/d', 'https://gitlab.com', 'a/b/c/d'],
  ['https://gitlab.com/a/b/-/merge_requests/1', 'https://gitlab.com', 'a/b'],
  ['https://src.fedoraproject.org/rpms/python-ogr', 'https://src.fedoraproject.org', 'rpms/python-ogr'],
  ['ssh://jdoe@pkgs.fedoraproject.org/rpms/hello', 'https://src.fedoraproject.org', 'rpms/hello'],
  ['ssh://jdoe@pkgs.stg.fedoraproject.org/rpms/hello.git', 'https://src.stg.fedoraproject.org', 'rpms/hello'],
  [
    'https://src.fedoraproject.org/fork/jdoe/rpms/hello',
    'https://src.fedoraproject.org',
    'fork/jdoe/rpms/hello',
  ],
  [
    'https://src.fedoraproject.org/forks/jdoe/rpms/hello.git',
    'https://src.fedoraproject.org',
    'fork/jdoe/rpms/hello',
  ],
  ['ssh://git@pagure.io/forks/jdoe/ns/hello.git', 'https://pagure.io', 'fork/jdoe/ns/hello'],
  ['git@pagure.io:forks/jdoe/hello.git', 'https://pagure.io', 'fork/jdoe/hello'],
  ['https://pagure.io/fedpkg', 'https://pagure.io', 'fedpkg'],
  ['https://user:secret@GitLab.example.com/ns/name', 'https://gitlab.example.com', 'ns/name'],
  ['https://gitlab.com/some%20group/name', 'https://gitlab.com', 'some group/name'],
  ['https://github.com/packit/packit?tab=readme#top', 'https://github.com', 'packit/packit'],
];

describe('an address is taken apart', () => {
  test.each(CASES)('%s', (address, instanceUrl, path) => {
    const parsed = parseRepositoryUrl(address);
    expect(parsed?.instanceUrl).toBe(instanceUrl);
    expect(parsed && projectPath(parsed.project)).toBe(path);
    expect(JSON.stringify(parsed)).not.toContain('secret');
  });

  test.each([
    '',
    'packit',
    '/srv/git/x.git',
    './x',
    '../x/y',
    '~/x',
    'file:///srv/git/x.git',
    'https://github.com/',
    'C:\\x\\y',
    'ftp://host/x/y',
  ])('not the address of a project: %j', (address) => {
    expect(parseRepositoryUrl(address)).toBeUndefined();
  });

  test('the ssh user is kept, a password is not shown', () => {
    expect(parseRepositoryUrl('ssh://jdoe@pkgs.fedoraproject.org/rpms/hello')?.sshUser).toBe('jdoe');
    expect(parseRepositoryUrl('https://jdoe@github.com/a/b')?.sshUser).toBeUndefined();
    expect(() => requireRepositoryUrl('ftp://jdoe:secret@host/x')).toThrow('ftp://host/x');
  });
});

test('names differ in upper and lower case only: the same project', () => {
  expect(sameProject({ namespace: 'Packit', name: 'packit' }, { namespace: 'packit', name: 'Packit' })).toBe(
    true,
  );
  expect(sameProject({ namespace: 'a', name: 'b' }, { namespace: 'a', name: 'b', forkOwner: 'c' })).toBe(
    false,
  );
  expect(sameProject(undefined, undefined)).toBe(false);
});
