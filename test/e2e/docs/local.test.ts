/** Pages of commands that need no service: what they show is what a person sees who runs them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { expectPage } from '../../support/docs/session.ts';
import type { PageSession } from '../../support/docs/session.ts';
import { createRepository, temporaryDirectory, testEnvironment } from '../../support/git.ts';
import type { TestRepository } from '../../support/git.ts';

jest.setTimeout(60_000);

const SPEC = `Name:           hello
Version:        1.2.0
Release:        1%{?dist}
Summary:        Says hello
License:        MIT
Source0:        hello-1.2.0.tar.gz
BuildArch:      noarch

%description
Says hello.

%prep
%autosetup

%build
make

%install
make install DESTDIR=%{buildroot}

%files
/usr/bin/hello

%changelog
* Mon Jan 05 2026 Jane Doe <jane@example.com> - 1.2.0-1
- First package
`;
const MAKEFILE = 'all:\n\ninstall:\n\tinstall -D hello.sh $(DESTDIR)/usr/bin/hello\n';

let place: ReturnType<typeof temporaryDirectory>;
let home: string;
beforeEach(() => {
  place = temporaryDirectory('packit-page');
  home = join(place.dir, 'home', 'jane');
});
afterEach(() => place.dispose());

/** `hello`, tagged 1.2.0, with two commits since. */
function hello(files: Readonly<Record<string, string>> = {}, name = 'hello'): TestRepository {
  const repository = createRepository(join(home, name), home);
  const all = {
    '.packit.yaml': 'specfile_path: hello.spec\n',
    'hello.spec': SPEC,
    'hello.sh': '#!/bin/sh\necho hello\n',
    Makefile: MAKEFILE,
    ...files,
  };
  for (const [path, text] of Object.entries(all)) if (text !== '') repository.write(path, text);
  repository.commit('Say hello');
  repository.tag('1.2.0');
  for (const word of ['louder', 'twice']) {
    repository.write('hello.sh', `#!/bin/sh\necho hello, ${word}\n`);
    repository.commit(`Say it ${word}`);
  }
  return repository;
}

function session(page: string, blocks: readonly number[], more: Partial<PageSession> = {}): PageSession {
  return {
    page,
    blocks,
    cwd: join(home, 'hello'),
    env: { ...testEnvironment(home), SOURCE_DATE_EPOCH: undefined },
    shown: [
      [place.dir, ''],
      [/\.\d{20}\./g, '.20260105120000000000.'],
      // %{?dist} of distributions that have it.
      [/\.(?:fc|el)\d+(?=\.(?:src|noarch)\.rpm)/g, ''],
    ],
    ...more,
  };
}

test('README.md and srpm', async () => {
  hello();
  await expectPage(session('commands/srpm.md', [0]));
  hello(
    {
      'hello.spec': '',
      'my-project.spec': SPEC.replaceAll('hello', 'my-project'),
      '.packit.yaml': 'jobs: []\n',
    },
    'my-project',
  );
  const npm = 'npm install --global packit-cli      # the command is `packit`';
  await expectPage(session('../README.md', [1], { cwd: home, replace: { [npm]: 'true' } }));
});

test('prepare-sources', async () => {
  hello();
  await expectPage(session('commands/prepare-sources.md', [0]));
});

test('build locally', async () => {
  hello();
  await expectPage(session('commands/build-locally.md', [0]));
  writeFileSync(join(home, 'hello', 'hello.spec'), SPEC.replace('make\n', 'echo it is broken\nfalse\n'));
  await expectPage(
    session('commands/build-locally.md', [1], {
      shown: [[/\/\S*\/packit-[\w-]+/g, '/tmp/packit-29642-281750-4026531836-R8miCd']],
    }),
  );
});

test('config validate, show and schema', async () => {
  const misspelt = 'specfile_path: hello.spec\nactions:\n  creat-archive: ls\n';
  hello({ '.packit.yaml': misspelt });
  // The services are asked only of a configuration without such errors.
  const offline = { 'packit config validate': 'packit config validate --offline' };
  await expectPage(session('commands/config.md', [0], { replace: offline }));
  writeFileSync(
    join(home, 'hello', '.packit.yaml'),
    'specfile_path: hello.spec\nupstream_tag_template: v{version}\n',
  );
  mkdirSync(join(home, '.config'));
  await expectPage(session('commands/config.md', [1, 2]));
});

test('init', async () => {
  hello({ '.packit.yaml': '' });
  await expectPage(session('commands/init.md', [0], { cwd: home }));
  hello({ '.packit.yaml': '', 'hello.spec': '', 'meson.build': "project('hello', 'c')\n" }, 'other');
  await expectPage(session('commands/init.md', [1], { cwd: join(home, 'other') }));
});

test('spec show and edit', async () => {
  hello();
  const env = { ...testEnvironment(home), SOURCE_DATE_EPOCH: '1767614400' };
  await expectPage(session('commands/spec.md', [0, 1], { env }));
});

test('completion', async () => {
  hello({
    '.packit.yaml':
      'specfile_path: hello.spec\njobs:\n- job: propose_downstream\n  trigger: release\n  dist_git_branches: [f42, epel9, epel-all]\n',
  });
  for (const directory of ['.zfunc', '.config/fish/completions'])
    mkdirSync(join(home, directory), { recursive: true });
  // What the key does: the shell asks packit, and puts the answers side by side.
  const key = {
    'packit propose-update --dist-git-branch f42,epel[Tab]':
      'packit __complete -- propose-update --dist-git-branch f42,epel | cut -f 1 | paste -sd @ | sed "s/@/     /"',
  };
  await expectPage(session('commands/completion.md', [0, 1], { replace: key }));
});

test('dist-git init', async () => {
  const repository = createRepository(join(home, 'fmf'), home);
  repository.write('fmf.spec', SPEC.replaceAll('hello', 'fmf'));
  repository.commit('Import');
  await expectPage(session('commands/dist-git-init.md', [1], { cwd: repository.dir }));
  expect(repository.git('status', '--short')).toBe('?? .packit.yaml');
});

test('a directory as dist-git', async () => {
  const repository = hello({ 'hello.spec': SPEC.replace('Source0:        hello-1.2.0.tar.gz\n', '') });
  repository.tag('1.3.0');
  const place = 'export DISTGIT_URL="file:///home/jane/dist-git/" DISTGIT_NAMESPACE=rpms';
  const replace = { [place]: place.replace('/home/jane', home) };
  await expectPage(session('dist-git.md', [0], { replace }));
  expect(repository.git('-C', '../dist-git/rpms/hello.git', 'log', '--format=%s', 'rawhide')).toBe(
    'Update to 1.3.0 upstream release\nImport',
  );
});
