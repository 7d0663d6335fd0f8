/** A first spec file for a kind of project, such that `packit srpm` builds a source RPM from it at once. */
import type { Manifest, ProjectKind } from './project-kind.ts';

export interface SpecFacts {
  /** The name of the RPM package. */
  name: string;
  manifest: Manifest;
  /** By the newest tag; undefined without tags. */
  version: string | undefined;
  projectUrl: string | undefined;
  /** `v{version}`; undefined for plain versions. */
  tagTemplate: string | undefined;
}

interface Recipe {
  noarch?: boolean;
  requires: readonly string[];
  runtime?: readonly string[];
  /** Below `%autosetup`. */
  prep?: readonly string[];
  buildRequires?: readonly string[];
  build: readonly string[];
  install: readonly string[];
  check?: readonly string[];
  files: readonly string[];
  filesFrom?: string;
}

const BINARY = ['%{_bindir}/%{name}'];

const RECIPES: Readonly<Record<ProjectKind, Recipe>> = {
  python: {
    noarch: true,
    requires: ['python3-devel'],
    buildRequires: ['%pyproject_buildrequires'],
    build: ['%pyproject_wheel'],
    install: [
      '%pyproject_install',
      "# the names of the modules that 'import' takes",
      "%pyproject_save_files -l '*'",
    ],
    check: ['%pyproject_check_import'],
    files: [],
    filesFrom: '%{pyproject_files}',
  },
  rust: {
    requires: ['cargo-rpm-macros >= 24'],
    prep: ['%cargo_prep'],
    buildRequires: ['%cargo_generate_buildrequires'],
    build: ['%cargo_build'],
    install: ['%cargo_install'],
    check: ['%cargo_test'],
    files: BINARY,
  },
  go: {
    requires: ['golang'],
    build: ['mkdir -p bin', 'go build -trimpath -o bin/ ./...'],
    install: ['install -Dpm 0755 -t %{buildroot}%{_bindir} bin/*'],
    check: ['go test ./...'],
    files: BINARY,
  },
  meson: {
    requires: ['gcc', 'meson'],
    build: ['%meson', '%meson_build'],
    install: ['%meson_install'],
    check: ['%meson_test'],
    files: BINARY,
  },
  cmake: {
    requires: ['cmake', 'gcc', 'gcc-c++'],
    build: ['%cmake', '%cmake_build'],
    install: ['%cmake_install'],
    check: ['%ctest'],
    files: BINARY,
  },
  autotools: {
    requires: ['autoconf', 'automake', 'gcc', 'libtool', 'make'],
    build: ['autoreconf -fiv', '%configure', '%make_build'],
    install: ['%make_install'],
    files: BINARY,
  },
  node: {
    noarch: true,
    requires: ['nodejs-packaging'],
    runtime: ['nodejs'],
    build: ['# npm ci and npm run build need the network: see the guidelines for Node.js packages'],
    install: [
      'mkdir -p %{buildroot}%{nodejs_sitelib}/%{name}',
      'cp -pr package.json %{buildroot}%{nodejs_sitelib}/%{name}',
    ],
    files: ['%{nodejs_sitelib}/%{name}'],
  },
  make: {
    requires: ['gcc', 'make'],
    build: ['%make_build'],
    install: [
      "# if the Makefile has no target 'install': install -Dpm 0755 tool %%{buildroot}%%{_bindir}/tool",
      '%make_install PREFIX=%{_prefix}',
    ],
    files: BINARY,
  },
  plain: {
    noarch: true,
    requires: [],
    build: ['# what has to be built goes here'],
    install: ['# for example: install -Dpm 0755 tool %%{buildroot}%%{_bindir}/tool'],
    files: ['# what is installed goes here, for example: %%{_bindir}/tool'],
  },
};

export const FIRST_VERSION = '0.1.0';

/** The text of the spec. */
export function renderSpec(facts: SpecFacts): string {
  const { name, manifest, projectUrl } = facts;
  const recipe = RECIPES[manifest.kind];
  const tag = (key: string, value: string): string => `${`${key}:`.padEnd(15)} ${value}`;
  const summary = oneLine(manifest.summary) ?? `The ${name} project`;
  const license = licenseTag(manifest.license);
  const lines = [
    tag('Name', name),
    tag('Version', specVersion(facts.version ?? manifest.version)),
    tag('Release', '1%{?dist}'),
    tag('Summary', summary),
    '',
    ...(license === undefined ? ['# an expression of https://spdx.org/licenses'] : []),
    tag('License', license ?? 'LicenseRef-Not-Known-Yet'),
    ...(projectUrl === undefined ? [] : [tag('URL', escaped(projectUrl))]),
    tag('Source0', sourceOf(facts)),
    ...(recipe.noarch === true ? [tag('BuildArch', 'noarch')] : []),
    ...(recipe.requires.length > 0 ? [''] : []),
    ...recipe.requires.map((text) => tag('BuildRequires', text)),
    ...(recipe.runtime ?? []).map((text) => tag('Requires', text)),
    '',
    '%description',
    `${summary}.`,
    '',
    ...section('prep', ['%autosetup -p1', ...(recipe.prep ?? [])]),
    ...(recipe.buildRequires === undefined ? [] : section('generate_buildrequires', recipe.buildRequires)),
    ...section('build', recipe.build),
    ...section('install', recipe.install),
    ...(recipe.check === undefined ? [] : section('check', recipe.check)),
    ...section(recipe.filesFrom === undefined ? 'files' : `files -f ${recipe.filesFrom}`, [
      ...(manifest.licenseFile === undefined ? [] : [`%license ${manifest.licenseFile}`]),
      ...(manifest.readme === undefined ? [] : [`%doc ${manifest.readme}`]),
      ...recipe.files,
    ]),
    '%changelog',
  ];
  return `${lines.join('\n')}\n`;
}

/** A name rpm takes; letters, digits and a few signs. */
export function packageName(text: string): string {
  const name = text.replace(/[^A-Za-z0-9._+-]+/g, '-').replace(/^[^A-Za-z0-9_]+|-+$/g, '');
  return name === '' ? 'package' : name;
}

function section(name: string, lines: readonly string[]): string[] {
  return [`%${name}`, ...lines, ''];
}

function specVersion(version: string | undefined): string {
  return version !== undefined && /^[A-Za-z0-9][A-Za-z0-9._~^+]*$/.test(version) ? version : FIRST_VERSION;
}

function sourceOf({ name, projectUrl, tagTemplate }: SpecFacts): string {
  const archive = `${name}-%{version}.tar.gz`;
  const tag = (tagTemplate ?? '{version}').replaceAll('%', '%%').replaceAll('{version}', '%{version}');
  if (projectUrl === undefined || !/^[\w.{}%/+-]+$/.test(tag)) return archive;
  if (projectUrl.startsWith('https://github.com/')) return `%{url}/archive/${tag}/${archive}`;
  if (projectUrl.startsWith('https://gitlab.')) return `%{url}/-/archive/${tag}/${archive}`;
  return archive;
}

/** One line for rpm: nothing in it is a macro. */
function oneLine(text: string | undefined): string | undefined {
  const line = escaped((text ?? '').replace(/[\p{Cc}\p{Cf}\s]+/gu, ' '))
    .trim()
    .slice(0, 120)
    .replace(/[.%\s]+$/, '');
  return line === '' ? undefined : line;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%%');
}

function licenseTag(license: string | undefined): string | undefined {
  return license !== undefined && /^[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*$/.test(license)
    ? license
    : undefined;
}
