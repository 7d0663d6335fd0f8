/** A small upstream project with a spec, as a git repository: what most tests of `srpm` start from. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRepository } from './git.ts';
import type { TestRepository } from './git.ts';

export interface ProjectOptions {
  /** Text of `.packit.yaml`; null for none. */
  config?: string | null;
  spec?: string;
  /** Tag after the first commit; null for none. Default `v1.2.3`. */
  tag?: string | null;
  /** Directory below `home`. Default `hello`. */
  name?: string;
}

export const SPEC = `Name:           hello
Version:        0.1.0
Release:        1%{?dist}
Summary:        Says hello
License:        MIT
Source0:        %{name}-%{version}.tar.gz
Source1:        hello.conf
Patch0:         fix.patch
BuildArch:      noarch

%description
Says hello.

%prep
%autosetup -p1

%files

%changelog
* Thu Feb 29 2024 Jane Doe <jane@example.com> - 0.1.0-1
- First package
`;

export const CONFIG = `upstream_tag_template: v{version}
specfile_path: hello.spec
`;

/** Two commits, the first tagged, in `<home>/<name>`. */
export function createProject(home: string, options: ProjectOptions = {}): TestRepository {
  const { config = CONFIG, spec = SPEC, tag = 'v1.2.3', name = 'hello' } = options;
  mkdirSync(home, { recursive: true });
  const repository = createRepository(join(home, name), home);
  if (config !== null) repository.write('.packit.yaml', config);
  repository.write('hello.spec', spec);
  repository.write('hello.conf', 'greeting=hello\n');
  repository.write('fix.patch', '--- a/hello.sh\n+++ b/hello.sh\n@@ -1 +1 @@\n-echo hi\n+echo hello\n');
  repository.write('hello.sh', 'echo hi\n', 0o755);
  repository.commit('Start');
  if (tag !== null) repository.tag(tag);
  repository.write('NEWS', 'news\n');
  repository.commit('Write news');
  return repository;
}

export interface SrpmContent {
  name: string;
  version: string;
  release: string;
  members: string[];
  /** Text of a member. */
  read(member: string): string;
}

/** Looks into a SRPM. `scratch` is an existing directory. */
export function readSrpm(path: string, scratch: string): SrpmContent {
  const directory = join(scratch, `unpacked-${Math.random().toString(36).slice(2)}`);
  mkdirSync(directory);
  const fields = rpm('%{NAME}\\n%{VERSION}\\n%{RELEASE}\\n[%{FILENAMES}\\n]', path).trimEnd().split('\n');
  const [name = '', version = '', release = '', ...members] = fields;
  execFileSync('sh', ['-c', 'rpm2archive -n - < "$1" | tar -x -C "$2"', 'sh', path, directory], {
    stdio: 'pipe',
  });
  return {
    name,
    version,
    release,
    members: members.toSorted(),
    read: (member) => execFileSync('cat', [join(directory, member)], { encoding: 'utf8' }),
  };
}

function rpm(format: string, path: string): string {
  return execFileSync('rpm', ['-qp', '--nosignature', '--qf', format, path], { encoding: 'utf8' });
}

/** Names in a compressed tar file. */
export function tarNames(path: string): string[] {
  return execFileSync('tar', ['-tf', path], { encoding: 'utf8' }).trimEnd().split('\n');
}
