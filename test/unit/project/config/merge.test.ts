import { describe, expect, test } from '@jest/globals';
import { selectPackages } from '../../../../src/project/config/index.ts';
import { inspectText } from '../../../support/configs.ts';

describe('dist-git', () => {
  // What the keys and variables mean: PROTOCOL of the reference's dist_git_instance, and what we keep on purpose.
  test.each<[string, string, Record<string, string>, [string, string | null]]>([
    ['nothing', '{}', {}, ['https://src.fedoraproject.org/', 'rpms']],
    [
      'a URL is cut to the host',
      'dist_git_base_url: http://Git.Example.com/a/b/',
      {},
      ['https://git.example.com/', null],
    ],
    ['no scheme', 'dist_git_base_url: git.example.com', {}, ['https://git.example.com/', null]],
    [
      'a port is kept, and then the scheme',
      'dist_git_base_url: http://localhost:8080/x',
      {},
      ['http://localhost:8080/', null],
    ],
    ['a file URL is kept', 'dist_git_base_url: file:///srv/git', {}, ['file:///srv/git/', null]],
    ['ssh is kept', 'dist_git_base_url: ssh://git@host/x/', {}, ['ssh://git@host/x/', null]],
    ['a path is kept', 'dist_git_base_url: /srv/git', {}, ['/srv/git/', null]],
    [
      'the namespace goes with the URL',
      '{dist_git_base_url: "https://a.b/", dist_git_namespace: n}',
      {},
      ['https://a.b/', 'n'],
    ],
    ['and not without it', 'dist_git_namespace: n', {}, ['https://src.fedoraproject.org/', 'rpms']],
    ['a tool', 'pkg_tool: centpkg', {}, ['https://gitlab.com/', 'redhat/centos-stream/rpms']],
    [
      'a tool with its group',
      '{pkg_tool: centpkg-sig, sig: Cloud}',
      {},
      ['https://gitlab.com/', 'CentOS/Cloud/rpms'],
    ],
    ['variables', '{}', { DISTGIT_URL: 'https://d.e/f', DISTGIT_NAMESPACE: 'g' }, ['https://d.e/', 'g']],
    [
      'keys before variables',
      'pkg_tool: fedpkg-stage',
      { DISTGIT_URL: 'https://d.e/f' },
      ['https://src.stg.fedoraproject.org/', 'rpms'],
    ],
  ])('%s', async (_name, text, env, [url, namespace]) => {
    const { packages } = await inspectText(text, { env });
    expect(packages[0]).toMatchObject({ dist_git_base_url: url, dist_git_namespace: namespace });
  });
});

describe('several packages', () => {
  const text = [
    'downstream_package_name: top',
    'specfile_path: top.spec',
    'actions: {pre-sync: top}',
    'packages:',
    '  a: {actions: {create-archive: a}}',
    '  b: {downstream_package_name: b, specfile_path: x/b.spec}',
    'jobs:',
    '- {job: tests, trigger: commit, packages: {b: {actions: {}}}}',
  ].join('\n');

  test('names and spec files do not come from the top level, actions are replaced', async () => {
    const { packages, jobs } = await inspectText(text);
    expect(packages).toMatchObject([
      {
        name: 'a',
        downstream_package_name: 'repo',
        specfile_path: 'FOUND.spec',
        actions: { 'create-archive': 'a' },
      },
      { name: 'b', downstream_package_name: 'b', specfile_path: 'x/b.spec', actions: { 'pre-sync': 'top' } },
    ]);
    expect(packages[0]?.actions).toEqual({ 'create-archive': 'a' });
    expect(jobs[0]?.packages).toMatchObject([{ name: 'b', actions: {} }]);
  });

  test('are chosen by name', async () => {
    const { packages, jobs } = await inspectText(text);
    const config = { file: '/repo/.packit.yaml', directory: '/repo', packages, jobs, warnings: [] };
    expect(selectPackages(config).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(selectPackages(config, ['b']).map(({ name }) => name)).toEqual(['b']);
    expect(() => selectPackages(config, ['c'])).toThrow(
      expect.objectContaining({ code: 'PACKAGE_UNKNOWN', exitCode: 2 }),
    );
  });
});
