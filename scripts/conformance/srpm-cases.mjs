/** Small projects that each have one thing worth comparing. */

const SPEC = `Name:           hello
Version:        0.1.0
Release:        1%{?dist}
Summary:        Says hello
License:        MIT
Source0:        %{name}-%{version}.tar.gz
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

const CONFIG = `upstream_tag_template: v{version}
specfile_path: hello.spec
upstream_package_name: hello
downstream_package_name: hello
upstream_project_url: https://github.com/example/hello
`;

const SOURCE = 'Source0:        %{name}-%{version}.tar.gz';
const actions = (text) => `${CONFIG}actions:\n${text}`;
const archive = (script, name) =>
  actions(`  create-archive:\n    - bash -c '${script}'\n    - echo ${name}\n`);
const spec = (from, to) => SPEC.replace(from, to);
const MONOREPO = ['one', 'two']
  .map(
    (name) =>
      `  ${name}: {paths: [${name}], specfile_path: hello.spec, upstream_package_name: ${name}, downstream_package_name: ${name}}\n`,
  )
  .join('');

/** What the reference does and packit does not, on purpose. */
const DOUBLE_DIST = 'the reference doubles %{?dist} where the spec or the suffix has its own';
const TEMPLATE_VERSION =
  'the reference fills archive_root_dir_template with the spec’s old version, packit with the version it sets';

/**
 * `git` are commands run after the commits; `onPurpose` explains a difference.
 * @type {{name: string, spec?: string, specPath?: string, config?: string, files?: Record<string, string>, tags?: string[],
 *   commits?: string[], git?: string[][], args?: string[], onPurpose?: string}[]}
 */
export const CASES = [
  { name: 'plain' },
  { name: 'setup -n', spec: spec('%autosetup -p1', '%setup -q -n foo-%{version}') },
  { name: 'setup wins over autosetup', spec: spec('%autosetup -p1', '%autosetup -p1\n%setup -q') },
  {
    name: 'version in a macro',
    spec: `%global ver 0.1.0\n${spec('Version:        0.1.0', 'Version:        %{ver}')}`,
  },
  { name: 'release without dist', spec: spec('1%{?dist}', '1') },
  {
    name: 'release with more after dist',
    spec: spec('1%{?dist}', '3.beta%{?dist}.2'),
    onPurpose: DOUBLE_DIST,
  },
  { name: 'release in a macro', spec: `%global rel 7\n${spec('1%{?dist}', '%{rel}%{?dist}')}` },
  { name: 'autorelease -p', spec: spec('1%{?dist}', '%autorelease -p -e rc1') },
  {
    name: 'autochangelog',
    spec: spec('1%{?dist}', '%{autorelease}').replace(/^\* Thu[^]*/m, '%autochangelog\n'),
  },
  { name: 'epoch', spec: spec('Version:', 'Epoch:          2\nVersion:') },
  { name: 'no changelog', spec: SPEC.replace(/^%changelog[^]*/m, '') },
  { name: 'empty changelog', spec: SPEC.replace(/^\* Thu[^]*/m, '') },
  { name: 'no prep', spec: spec('%prep\n%autosetup -p1\n\n', '') },
  { name: 'Source without number', spec: spec('Source0:', 'Source:') },
  {
    name: 'spec_source_id',
    spec: spec(SOURCE, `Source0: hello.sh\nSource1: %{name}-%{version}.tar.gz`),
    config: `${CONFIG}spec_source_id: Source1\n`,
  },
  {
    name: 'spec_source_id as number',
    spec: spec(SOURCE, `Source0: hello.sh\nSource1: %{name}-%{version}.tar.gz`),
    config: `${CONFIG}spec_source_id: 1\n`,
  },
  { name: 'version_suffix', config: `${CONFIG}version_suffix: "^{PACKIT_PROJECT_COMMIT}"\n` },
  {
    name: 'release_suffix with the default in it',
    config: `${CONFIG}release_suffix: "{PACKIT_RPMSPEC_RELEASE}.x"\n`,
  },
  {
    name: 'release_suffix with a variable',
    config: `${CONFIG}release_suffix: "0.{PACKIT_PROJECT_BRANCH}"\n`,
  },
  {
    name: 'release_suffix with dist',
    config: `${CONFIG}release_suffix: "abc%{?dist}"\n`,
    onPurpose: DOUBLE_DIST,
  },
  { name: '--release-suffix', args: ['--release-suffix', 'rc2'] },
  { name: '--no-update-release', args: ['--no-update-release'] },
  {
    name: 'changelog-entry without an update of Release',
    config: actions('  changelog-entry: ["echo - a", "echo - b"]\n').replace(
      'actions:',
      'update_release: false\nactions:',
    ),
  },
  {
    name: 'preserve_spec',
    config: actions('  get-current-version: echo 0.1.0\n').replace(
      'actions:',
      'preserve_spec: true\nactions:',
    ),
    onPurpose:
      'the reference’s command line overrides preserve_spec of the configuration with its own default',
  },
  { name: 'no tags', tags: [] },
  {
    name: 'several tags on one commit',
    tags: ['v2.0', 'v1.9', 'v1.10'],
    onPurpose:
      'of several tags on one commit the reference takes the one made last, packit the highest version',
  },
  {
    name: 'tag filters',
    tags: ['v1.0', 'v2.0-rc1', 'nightly'],
    config: `${CONFIG}upstream_tag_include: '^v\\d'\nupstream_tag_exclude: '.*rc.*'\n`,
  },
  {
    name: 'package name in the tag',
    tags: ['hello-1.5'],
    config: CONFIG.replace('v{version}', '"{upstream_package_name}-{version}"'),
  },
  {
    name: 'odd commit messages',
    commits: ['100% done %{macro} %foo', '* star at start', 'quote "x" \\ back', 'ünï'],
  },
  { name: 'get-current-version', config: actions('  get-current-version: "echo 3.1-beta/2"\n') },
  {
    name: 'archive elsewhere',
    config: archive(
      'mkdir -p dist; tar -cJf dist/x-1.tar.xz --transform s,^,root/, hello.sh',
      'dist/x-1.tar.xz',
    ),
  },
  {
    name: 'archive without a root',
    config: archive('tar -czf flat.tgz hello.sh .packit.yaml', 'flat.tgz').replace(
      'actions:',
      "archive_root_dir_template: '{upstream_pkg_name}_{version}'\nactions:",
    ),
    onPurpose: TEMPLATE_VERSION,
  },
  {
    name: 'archive with two roots',
    config: archive('mkdir a b; touch a/x b/y; tar -czf two.tgz a b', 'two.tgz'),
    onPurpose: TEMPLATE_VERSION,
  },
  {
    name: 'spec in a directory',
    specPath: 'pkg/rpm/hello.spec',
    config: CONFIG.replace('hello.spec', 'pkg/rpm/hello.spec'),
    files: { 'pkg/rpm/a.patch': 'x\n', 'pkg/rpm/b.conf': 'y\n' },
    spec: spec('BuildArch', 'Source1: b.conf\nPatch0: a.patch\nBuildArch'),
  },
  {
    name: 'monorepo',
    config: `upstream_tag_template: v{version}\nupstream_project_url: https://github.com/example/hello\npackages:\n${MONOREPO}`,
    files: {
      'one/hello.spec': SPEC.replace('hello\n', 'one\n'),
      'two/hello.spec': SPEC.replace('hello\n', 'two\n'),
      'one/f': '1',
      'two/f': '2',
    },
  },
  {
    name: 'conditions',
    onPurpose:
      'the reference sets Release where it is in force here, packit in every branch of the condition',
    spec: `%bcond_without x\n${spec('Release:        1%{?dist}', '%if %{with x}\nRelease: 4%{?dist}\n%else\nRelease: 5%{?dist}\n%endif')}`,
  },
  {
    name: 'export-ignore and export-subst',
    files: {
      '.gitattributes': 'secret export-ignore\nver export-subst\n',
      secret: 's',
      ver: '$Format:%h$\n',
    },
  },
  {
    name: 'merge',
    git: [
      ['checkout', '-qb', 'topic', 'v1.2.3'],
      ['commit', '-q', '--allow-empty', '-m', 'On topic'],
      ['checkout', '-q', 'main'],
      ['merge', '-q', '--no-ff', '-m', 'Merge it', 'topic'],
    ],
  },
  {
    name: 'lightweight tag',
    tags: [],
    git: [
      ['tag', 'v3.0'],
      ['commit', '-q', '--allow-empty', '-m', 'after'],
    ],
  },
  { name: 'branch with odd characters', git: [['checkout', '-qb', 'feature/x-y@z']] },
].map((given) => ({
  spec: SPEC,
  specPath: 'hello.spec',
  config: CONFIG,
  files: {},
  tags: ['v1.2.3'],
  commits: ['Write news'],
  git: [],
  args: [],
  ...given,
}));
