/** A source-git repository: upstream's files, packaging in `.distro`, and commits that are patches. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRepository } from './git.ts';
import type { TestRepository } from './git.ts';

export interface SourceGitOptions {
  /** What `%prep` says. Default `%autosetup -p1`. */
  prep?: string;
  /** Lines of the spec after Source0. */
  tags?: string;
  /** Added to the configuration. */
  config?: string;
  /** Full hash: the first commit of the packaging says that it is from there. */
  fromDistGit?: string;
  /** Name of the directory. Default `source`. */
  name?: string;
}

export const NUMBERS = Array.from({ length: 30 }, (_unused, index) => `${index + 1}\n`).join('');

export function sourceGitSpec({ prep = '%autosetup -p1', tags = '' }: SourceGitOptions = {}): string {
  return `Name:           hello
Version:        1.0
Release:        1%{?dist}
Summary:        Says hello
License:        MIT
Source0:        %{name}-%{version}.tar.gz
${tags}BuildArch:      noarch

%description
Says hello.

%prep
${prep}

%files

%changelog
* Thu Feb 29 2024 Jane Doe <jane@example.com> - 1.0-1
- First package
`;
}

/**
 * `<home>/<name>`: upstream is tagged `v1.0`, the next commit adds the packaging and upstream's archive as
 * `packit source-git init` does.
 */
export function createSourceGit(home: string, options: SourceGitOptions = {}): TestRepository {
  mkdirSync(home, { recursive: true });
  const repository = createRepository(join(home, options.name ?? 'source'), home);
  repository.write('numbers', NUMBERS);
  repository.write('hello.sh', 'echo hi\n', 0o755);
  repository.commit('Release 1.0');
  repository.tag('v1.0');
  repository.write('.distro/hello.spec', sourceGitSpec(options));
  repository.write('.distro/.gitignore', '# Everything here belongs to the package.\n!*\n');
  repository.write(
    '.distro/source-git.yaml',
    `upstream_ref: v1.0
downstream_package_name: hello
specfile_path: .distro/hello.spec
patch_generation_ignore_paths: [.distro]
patch_generation_patch_id_digits: 1
sync_changelog: true
files_to_sync:
- src: .distro/
  dest: .
  delete: true
  filters:
  - protect .git*
  - protect sources
  - exclude source-git.yaml
  - exclude .gitignore
${options.config ?? ''}`,
  );
  writeFileSync(join(repository.dir, '.distro/hello-1.0.tar.gz'), upstreamArchive(repository));
  const { fromDistGit } = options;
  repository.commit(
    `Initialize as a source-git repository${fromDistGit === undefined ? '' : `\n\nFrom-dist-git-commit: ${fromDistGit}`}`,
  );
  return repository;
}

/** The archive of v1.0. */
export function upstreamArchive(repository: TestRepository): Buffer {
  return execFileSync('git', ['archive', '--format=tar.gz', '--prefix=hello-1.0/', 'v1.0'], {
    cwd: repository.dir,
  });
}

/** Runs `%prep` of a spec with what is beside it, and returns the directory of the patched sources. */
export function runPrep(directory: string, spec: string, home: string): string {
  const top = join(home, `top-${Math.random().toString(36).slice(2)}`);
  execFileSync(
    'rpmbuild',
    ['-bp', '--nodeps', '-D', `_sourcedir ${directory}`, '-D', `_topdir ${top}`, join(directory, spec)],
    {
      stdio: 'pipe',
      env: { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8' },
    },
  );
  const build = join(top, 'BUILD');
  const folder = readdirSync(build).find((name) => name.startsWith('hello-1.0'));
  if (folder === undefined) throw new Error(`nothing in ${build}`);
  // rpm 4.20 puts a directory of its own around it.
  const inner = readdirSync(join(build, folder)).find((name) => name === 'hello-1.0');
  return join(build, folder, inner ?? '');
}

/** Files of a directory by their name (`latin1` of the bytes), without `.git`. */
export function filesIn(directory: string): Record<string, string> {
  const files: Record<string, string> = {};
  const walk = (path: Buffer, prefix: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true, encoding: 'buffer' })) {
      const name = prefix + entry.name.toString('latin1');
      const child = Buffer.concat([path, Buffer.from('/'), entry.name]);
      if (name === '.git') continue;
      if (entry.isDirectory()) walk(child, `${name}/`);
      else files[name] = readFileSync(child).toString('base64');
    }
  };
  walk(Buffer.from(directory), '');
  return files;
}
