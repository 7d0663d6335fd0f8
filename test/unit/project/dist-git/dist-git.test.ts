import { describe, expect, test } from '@jest/globals';
import {
  chooseDistGit,
  isRepositoryOf,
  lookasideName,
  normaliseBaseUrl,
  packageUrls,
} from '../../../../src/project/dist-git/index.ts';

const env = {};

describe('which dist-git', () => {
  test.each([
    [{}, env, 'https://src.fedoraproject.org/rpms/sen'],
    [{ pkg_tool: 'fedpkg-stage' }, env, 'https://src.stg.fedoraproject.org/rpms/sen'],
    [{ pkg_tool: 'centpkg' }, env, 'https://gitlab.com/redhat/centos-stream/rpms/sen'],
    [{ pkg_tool: 'centpkg-sig', sig: 'Hyperscale' }, env, 'https://gitlab.com/CentOS/Hyperscale/rpms/sen'],
    [{}, { DISTGIT_URL: 'https://x.example/', DISTGIT_NAMESPACE: 'pkgs' }, 'https://x.example/pkgs/sen'],
    [
      { pkg_tool: 'centpkg' },
      { DISTGIT_URL: 'https://x.example/', DISTGIT_NAMESPACE: 'pkgs' },
      'https://gitlab.com/redhat/centos-stream/rpms/sen',
    ],
    [
      { pkg_tool: 'centpkg', dist_git_base_url: 'https://y.example/deep/', dist_git_namespace: 'a/b' },
      { DISTGIT_URL: 'https://x.example/' },
      'https://y.example/a/b/sen',
    ],
    [{ dist_git_base_url: 'file:///srv/git', dist_git_namespace: 'rpms' }, env, 'file:///srv/git/rpms/sen'],
    [
      { dist_git_base_url: 'git@host.example:', dist_git_namespace: 'rpms' },
      env,
      'git@host.example:rpms/sen',
    ],
    [{ dist_git_base_url: 'file:///srv/git/' }, env, 'file:///srv/git/sen'],
  ])('%j with %j is %s', (choice, variables, project) => {
    expect(packageUrls(chooseDistGit(choice, { env: variables }), 'sen').project).toBe(project);
  });

  test("the user's pkg_tool counts where the package names none", () => {
    expect(chooseDistGit({}, { env, defaultPkgTool: 'centpkg' }).name).toBe('centpkg');
    expect(chooseDistGit({ pkg_tool: 'fedpkg' }, { env, defaultPkgTool: 'centpkg' }).name).toBe('fedpkg');
  });

  test('a SIG without a name and an unknown tool are errors', () => {
    expect(() => chooseDistGit({ pkg_tool: 'centpkg-sig' }, { env })).toThrow(/SIG/);
    expect(() => chooseDistGit({ pkg_tool: 'rhpkg' }, { env })).toThrow(/rhpkg/);
  });

  test('a known dist-git given by URL is still the known one', () => {
    const instance = chooseDistGit(
      { dist_git_base_url: 'https://src.fedoraproject.org', dist_git_namespace: 'rpms' },
      { env },
    );
    expect(instance.name).toBe('fedpkg');
  });

  test('the lookaside cache can be named by the environment', () => {
    const instance = chooseDistGit({}, { env: { DISTGIT_LOOKASIDE_URL: 'http://localhost:1/repo/pkgs/' } });
    expect(instance.lookaside).toMatchObject({
      url: 'http://localhost:1/repo/pkgs',
      cgi: 'http://localhost:1/repo/pkgs/upload.cgi',
      hash: 'sha512',
    });
  });
});

describe('addresses', () => {
  test('fetching is anonymous, pushing needs the account', () => {
    const instance = chooseDistGit({}, { env });
    expect(packageUrls(instance, 'sen', 'jane')).toEqual({
      project: 'https://src.fedoraproject.org/rpms/sen',
      fetch: 'https://src.fedoraproject.org/rpms/sen.git',
      push: 'ssh://jane@pkgs.fedoraproject.org/rpms/sen',
    });
    expect(packageUrls(instance, 'sen').push).toBe('https://src.fedoraproject.org/rpms/sen.git');
    expect(packageUrls(chooseDistGit({ pkg_tool: 'centpkg' }, { env }), 'sen').push).toBe(
      'ssh://git@gitlab.com/redhat/centos-stream/rpms/sen.git',
    );
  });

  test.each([
    ['https://src.fedoraproject.org/rpms/sen.git', true],
    ['ssh://jane@pkgs.fedoraproject.org/rpms/sen', true],
    ['https://src.fedoraproject.org/forks/jane/rpms/sen.git', false],
    ['https://example.org/rpms/sen.git', false],
    ['git@src.fedoraproject.org:rpms/sen', true],
  ])('%s belongs to Fedora: %p', (remote, expected) => {
    expect(isRepositoryOf(chooseDistGit({}, { env }), remote)).toBe(expected);
  });

  test.each([
    ['http://127.0.0.1:8080/x/y', 'http://127.0.0.1:8080/'],
    ['src.fedoraproject.org', 'https://src.fedoraproject.org/'],
    ['/srv/git', '/srv/git/'],
    ['ssh://git@host.example:22/a', 'ssh://git@host.example:22/a/'],
  ])('the base %s is %s', (url, expected) => {
    expect(normaliseBaseUrl(url)).toBe(expected);
  });

  test('the name in the lookaside cache', () => {
    expect(lookasideName(chooseDistGit({}, { env }), 'sen')).toBe('rpms/sen');
    expect(lookasideName(chooseDistGit({ pkg_tool: 'centpkg-sig', sig: 'A' }, { env }), 'sen')).toBe('sen');
  });
});
