/** Makes git repositories to measure on. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const IDENTITY = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Bench',
  GIT_AUTHOR_EMAIL: 'bench@example.com',
  GIT_AUTHOR_DATE: '2024-02-29T12:00:00Z',
  GIT_COMMITTER_NAME: 'Bench',
  GIT_COMMITTER_EMAIL: 'bench@example.com',
  GIT_COMMITTER_DATE: '2024-02-29T12:00:00Z',
};

export const SPEC = `Name:           bench
Version:        0.1.0
Release:        1%{?dist}
Summary:        Something to measure
License:        MIT
URL:            https://example.com/bench
Source0:        %{name}-%{version}.tar.gz
BuildArch:      noarch

%description
Something to measure.

%prep
%autosetup

%files

%changelog
* Thu Feb 29 2024 Jane Doe <jane@example.com> - 0.1.0-1
- First version
`;

/** A repository with a spec, a configuration, the given files and the tag v0.1.0. */
export function makeRepository(directory: string, files: Record<string, string | Uint8Array> = {}): void {
  const all = {
    'bench.spec': SPEC,
    '.packit.yaml': 'upstream_tag_template: "v{version}"\n',
    'README.md': 'bench\n',
    ...files,
  };
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  const git = (...args: string[]): void => {
    execFileSync('git', args, { cwd: directory, env: { ...process.env, ...IDENTITY }, stdio: 'ignore' });
  };
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'First');
  git('tag', 'v0.1.0');
}
