/** A project whose RPMs can be built anywhere: files to be installed, nothing to be compiled. */
import { createProject } from './project.ts';
import type { ProjectOptions } from './project.ts';
import type { TestRepository } from './git.ts';

export const BUILDABLE_CONFIG = `upstream_package_name: hello
upstream_tag_template: v{version}
specfile_path: hello.spec
`;

export const BUILDABLE_SPEC = `Name:           hello
Version:        1.2.3
Release:        1%{?dist}
Summary:        Says hello
License:        MIT
Source0:        %{name}-%{version}.tar.gz
Source1:        hello.conf
BuildArch:      noarch

%description
Says hello.

%prep
%setup -q

%build
echo building hello >&2

%install
mkdir -p %{buildroot}/usr/share/hello
cp hello.sh %{SOURCE1} %{buildroot}/usr/share/hello/

%files
/usr/share/hello

%changelog
* Thu Feb 29 2024 Jane Doe <jane@example.com> - 1.2.3-1
- First package
`;

/** As `createProject`, with a spec whose packages can be built. */
export function createBuildable(home: string, options: ProjectOptions = {}): TestRepository {
  return createProject(home, { config: BUILDABLE_CONFIG, spec: BUILDABLE_SPEC, ...options });
}
