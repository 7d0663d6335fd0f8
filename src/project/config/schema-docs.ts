/** Words and examples for every key of `schema.ts`: for the JSON Schema and the reference page only. */
import type { JobValues, PackageValues } from './types.ts';

export type DocGroup =
  | 'Names and paths'
  | 'Versions and releases'
  | 'Source RPMs'
  | 'Proposing updates'
  | 'Source-git'
  | 'Builds and tests'
  | 'Downstream builds'
  | 'Reports'
  | 'Services';

export interface KeyDoc {
  readonly group: DocGroup;
  /** Markdown, one paragraph. */
  readonly text: string;
  /** Values as YAML would have them. */
  readonly examples?: readonly unknown[];
}

const names = (text: string, ...examples: unknown[]): KeyDoc => doc('Names and paths', text, examples);
const versions = (text: string, ...examples: unknown[]): KeyDoc =>
  doc('Versions and releases', text, examples);
const srpm = (text: string, ...examples: unknown[]): KeyDoc => doc('Source RPMs', text, examples);
const update = (text: string, ...examples: unknown[]): KeyDoc => doc('Proposing updates', text, examples);
const sourceGit = (text: string, ...examples: unknown[]): KeyDoc => doc('Source-git', text, examples);
const builds = (text: string, ...examples: unknown[]): KeyDoc => doc('Builds and tests', text, examples);
const downstream = (text: string, ...examples: unknown[]): KeyDoc => doc('Downstream builds', text, examples);
const reports = (text: string, ...examples: unknown[]): KeyDoc => doc('Reports', text, examples);
const service = (text: string, ...examples: unknown[]): KeyDoc => doc('Services', text, examples);

function doc(group: DocGroup, text: string, examples: readonly unknown[]): KeyDoc {
  return examples.length === 0 ? { group, text } : { group, text, examples };
}

export const PACKAGE_DOCS: Readonly<Record<keyof PackageValues, KeyDoc>> = {
  config_file_path: names(
    'The name of the configuration file. Filled in by packit; there is no need to set it.',
  ),
  specfile_path: names(
    'Path of the spec file, relative to the directory the package is worked on in (see `paths`). Without it: `<downstream_package_name>.spec` if that key is set, else the first `*.spec` in the directory, else the first one below it that is not under `tests/`.',
    'package.spec',
    'fedora/package.spec',
  ),
  downstream_package_name: names(
    'Name of the package in the distribution. Default: the name of the repository; of an entry of `packages`, see "Several packages".',
    'python-requests',
  ),
  upstream_package_name: names(
    'Name of the upstream project: the archive and the directory in it are called after it. Default: the name of the repository. It must not contain a slash.',
    'requests',
  ),
  upstream_project_url: names('Address of the upstream git repository.', 'https://github.com/psf/requests'),
  paths: names(
    'Directories that belong to the package, for repositories with several. The package is worked on in the first one: actions run there and the archive holds it.',
    ['./python'],
  ),
  dist_git_base_url: names(
    'Address of the dist-git server, with a slash at its end. Together with `dist_git_namespace` it takes precedence over `pkg_tool`.',
    'https://src.fedoraproject.org/',
  ),
  dist_git_namespace: names('Namespace on that server. Has an effect only with `dist_git_base_url`.', 'rpms'),
  pkg_tool: names(
    'Packaging tool, which stands for a dist-git server and its lookaside cache: `fedpkg`, `fedpkg-stage`, `centpkg` or `centpkg-sig`. Default: `fedpkg`.',
    'centpkg',
  ),
  sig: names('With `pkg_tool: centpkg-sig`: the special interest group that owns the package.', 'Hyperscale'),
  upstream_tag_template: versions(
    'Shape of the tags of releases. `{version}` is the version, `{upstream_package_name}` the name.',
    'v{version}',
    '{upstream_package_name}-{version}',
  ),
  upstream_tag_include: versions(
    'Python regular expression, matched from the start: only tags that match are releases.',
    '^v\\d+\\.\\d+\\.\\d+$',
  ),
  upstream_tag_exclude: versions(
    'Python regular expression, matched from the start: tags that match are no releases.',
    '^.+-rc\\d+$',
  ),
  prerelease_suffix_pattern: versions(
    'Python regular expression for what makes a version a pre-release; its first group is the character before it. Such a version is written with `~`.',
    '([.\\-_~^]?)(alpha|beta|rc)(\\d+)?',
  ),
  prerelease_suffix_macro: versions(
    'Name of the macro in the spec file that holds the pre-release suffix; its definition is commented out for a final release and back in for a pre-release.',
    'prerel',
  ),
  version_update_mask: versions(
    'Python regular expression. The version in dist-git and the new one must match it with the same text, else the update is skipped on branches of stable releases.',
    '\\d+\\.\\d+\\.',
  ),
  version_update_specifiers: versions(
    'Version specifiers (PEP 440), separated by commas. A version that does not meet them is skipped, on every branch.',
    '>=3.11, <4',
  ),
  release_suffix: versions(
    'What follows the number in `Release` of a source RPM, instead of time, branch and commit. With a variable such as `{PACKIT_RPMSPEC_RELEASE}` it is the whole `Release`.',
    'dev',
    '99.{PACKIT_PROJECT_BRANCH}',
  ),
  version_suffix: versions(
    'Appended to `Version` of a source RPM; may hold the same variables as `release_suffix`.',
    '^{PACKIT_PROJECT_SNAPSHOTID}',
  ),
  update_release: versions('Whether a source RPM gets a `Release` of its own.', false),
  actions: srpm(
    'Commands that take the place of steps, or are run between them. A command is split as a shell splits words, and no shell runs it. `[]` does nothing in that step. See the page about actions.',
    { 'post-upstream-clone': ['make package.spec'], 'create-archive': 'make dist' },
  ),
  archive_root_dir_template: srpm(
    'Directory inside the archive, for archives in which it cannot be found out. Fields: `{upstream_pkg_name}` and `{version}`.',
    '{upstream_pkg_name}-{version}-src',
  ),
  spec_source_id: srpm('Number (or name) of the `Source` that is set to the new archive.', 1, 'Source1'),
  preserve_spec: srpm('Leaves the spec file as it is when a source RPM is built.', true),
  srpm_build_deps: srpm('Packages that the actions need; build services install them first.', [
    'make',
    'nodejs-npm',
  ]),
  sources: srpm(
    'Sources to download besides those with an address in the spec file: `path` is where the file goes, relative to the directory of sources.',
    [{ path: 'vendor.tar.xz', url: 'https://example.com/vendor.tar.xz' }],
  ),
  parse_time_macros: srpm(
    'Macros that are defined while the spec file is parsed; one with the value null is undefined.',
    { dist: '.fc42' },
  ),
  files_to_sync: update(
    'What is copied from the upstream repository to dist-git: paths, or mappings of `src` (a path or a list), `dest`, `mkpath`, `delete` and `filters`, with rsync’s meaning. Empty or absent: the spec file and the configuration file.',
    [
      'package.spec',
      { src: 'fedora/', dest: '.', delete: true, filters: ['protect .git*', 'protect sources'] },
    ],
  ),
  create_pr: update('Whether the command line opens a pull request or pushes to the branch itself.', false),
  sync_changelog: update(
    'Copies the changelog of the upstream spec file instead of keeping the one in dist-git.',
    true,
  ),
  create_sync_note: update('Whether `README.packit` is written to dist-git.', false),
  copy_upstream_release_description: update(
    'Makes the description of the upstream release the changelog entry. It must be valid in a spec file.',
    true,
  ),
  upload_sources: update('Whether archives are uploaded to the lookaside cache.', false),
  allowed_gpg_keys: update(
    'Fingerprints of keys. If there are any, the release must be signed with one of them.',
    ['5DE3E0509C47EA3CF04A42D34AEE18F83AFDEB23'],
  ),
  dist_git_branches: update(
    'Branches of dist-git that the job is for: names and aliases (`fedora-all`), as a list; or as a mapping, where `fast_forward_merge_into` names branches that get the same commit. In a job one text is enough.',
    ['fedora-all', 'epel9'],
    { 'fedora-rawhide': { fast_forward_merge_into: ['f42', 'f41'] } },
  ),
  upstream_ref: sourceGit(
    'Git reference of the upstream commit that patches start from; a pattern finds the newest tag that matches.',
    'v1.2.3',
    'v*',
  ),
  patch_generation_ignore_paths: sourceGit('Paths whose changes do not become patches.', ['.github']),
  patch_generation_patch_id_digits: sourceGit(
    'Digits of patch numbers, filled up with zeros; 0 for no filling.',
    0,
  ),
  targets: builds(
    'What is built or tested: distributions, aliases and chroots as a list; or as a mapping of each to its settings (`distros`, `additional_packages`, `additional_repos`, `additional_modules`, `with_opts`, `without_opts`). In a job one text is enough.',
    ['fedora-all', 'epel-9-x86_64'],
    { 'epel-9-x86_64': { distros: ['centos-stream-9'] } },
  ),
  branch: builds(
    'With `trigger: commit`: the branch whose commits start the job. Default: the default branch.',
    'main',
  ),
  owner: builds('Owner of the Copr project; a group starts with `@`.', '@copr-group'),
  project: builds('Name of the Copr project.', 'nightly'),
  timeout: builds('Seconds until a build is given up.', 10800),
  scratch: builds('Makes Koji builds scratch builds.', true),
  list_on_homepage: builds('Lists the Copr project on Copr’s home page.', true),
  preserve_project: builds('Keeps the Copr project, which is temporary otherwise.', true),
  additional_packages: builds('Packages for the build root of the Copr project.', ['gcc-plugin']),
  additional_repos: builds('Repositories for the Copr project.', ['copr://owner/project']),
  bootstrap: builds(
    'Mock’s bootstrap chroot in Copr. Quote "on" and "off": without quotes YAML reads truth values.',
    'image',
  ),
  enable_net: builds('Gives Copr builds access to the network.', true),
  use_copr_dist_git_build: builds(
    'Copr builds from the package’s dist-git repository instead of an SRPM of the upstream repository.',
    true,
  ),
  module_hotfixes: builds('Writes `module_hotfixes=1` into the repository files of Copr.', true),
  fmf_url: builds('Git repository of the tests.', 'https://github.com/owner/tests'),
  fmf_ref: builds('Branch, tag or commit of that repository.', 'main'),
  fmf_path: builds('Directory of the test metadata in it.', 'tests/integration'),
  tmt_plan: builds('Regular expression for the names of the tmt plans to run.', 'smoke'),
  use_internal_tf: builds('Runs tests on Red Hat’s internal instance of Testing Farm.', true),
  env: builds('Variables for the tests.', { MYVAR: 'value' }),
  tf_post_install_script: builds(
    'Script that runs on the test machine before the tests.',
    '#!/bin/sh\nsetenforce 0',
  ),
  tf_extra_params: builds('Parameters merged into the request to Testing Farm.', {
    environments: [{ tmt: { context: { distro: 'fedora' } } }],
  }),
  use_target_repo_for_fmf_url: builds(
    'Takes the tests of a pull request from the target repository, not from the fork.',
    true,
  ),
  skip_missing_branched_composes: builds(
    'Passes over new Fedora branches that Testing Farm has no compose for yet.',
    true,
  ),
  osh_diff_scan_after_copr_build: builds('Scans with OpenScanHub after a Copr build.', false),
  csmock_args: builds('Arguments for csmock in such scans.', '--warning-rate-limit=42'),
  osh_options: builds('Settings of those scans.', { analyzer: 'cppcheck' }),
  image_distribution: builds('Distribution of an image, as Image Builder names it.', 'fedora-42'),
  image_request: builds('The request to Image Builder, as its API has it.', {
    architecture: 'x86_64',
    image_type: 'aws',
  }),
  image_customizations: builds('Changes to the image, as Image Builder’s API has them.', {
    packages: ['hello'],
  }),
  copr_chroot: builds('Chroot whose packages go into the image.', 'fedora-42-x86_64'),
  merge_pr_in_ci: builds('Merges a pull request into its target branch before it is built.', false),
  bodhi_extra_params: downstream('Parameters merged into the request to Bodhi.', { autokarma: false }),
  allowed_pr_authors: downstream('Accounts whose pull requests in dist-git are built in Koji.', [
    'packit',
    'jane',
  ]),
  allowed_committers: downstream('Accounts whose pushes to dist-git are built in Koji.', ['packit']),
  allowed_builders: downstream('Accounts whose Koji builds become updates in Bodhi.', [
    'packit',
    'all_admins',
  ]),
  notifications: reports('What is reported where.', {
    pull_request: { successful_build: true },
    failure_comment: { message: 'Broken by {commit_sha}, see {logs_url}' },
    failure_issue: { create: false },
  }),
  issue_repository: reports(
    'Repository in which issues about failed downstream jobs are opened.',
    'https://github.com/owner/issues',
  ),
  identifier: reports('Distinguishes jobs that would report under one name.', 'rawhide-only'),
  status_name_template: reports('Shape of the names of status checks.', '{job_name}-{target}'),
  sync_test_job_statuses_with_builds: reports(
    'Whether the status of tests follows that of the build they wait for.',
    false,
  ),
  packit_instances: service('Instances of Packit’s service that act on the jobs: `prod`, `stg`, `dev`.', [
    'prod',
    'stg',
  ]),
  test_command: service('What the comment `/packit test` without arguments runs.', {
    default_identifier: 'smoke',
  }),
  require: service('Labels a pull request must have, or must not have, for the job to run.', {
    label: { present: ['ready'], absent: ['do-not-test'] },
  }),
  clone_repos_before_run_condition: service(
    'Clones the repositories before the action `run-condition` is run.',
    true,
  ),
};

export const JOB_DOCS: Readonly<Record<keyof JobValues | 'packages', string>> = {
  job: 'What is done.',
  trigger:
    'The event that starts it; several with `|` between them make several jobs. `ignore` is for templates.',
  skip_build: 'A `tests` job that needs no build of the package.',
  skip_install: 'A `tests` job whose package is not installed into the test machine before the tests.',
  manual_trigger: 'The job starts only when somebody asks for it in a comment.',
  labels: 'Labels for choosing tests in a comment.',
  packages:
    'The packages the job is for: a list of names, or a mapping of names to keys that differ in this job. Default: all.',
  package: 'Set by packit’s service; there is no need to write it.',
  sidetag_group: 'Name of a group of Koji side tags that packages are released in together.',
  dependents: 'Packages that are built after this one in the same side tag.',
  dependencies: 'Packages that must be built in the side tag before this job runs.',
};

export const JOB_TYPE_DOCS: Readonly<Record<string, string>> = {
  propose_downstream: 'Proposes a new upstream release to dist-git, started by the upstream repository.',
  pull_from_upstream: 'The same, started by release monitoring and configured in dist-git.',
  sync_from_downstream: 'Proposes changes of dist-git to the upstream repository.',
  copr_build: 'Builds in Copr.',
  upstream_koji_build: 'Builds the upstream state in Koji.',
  koji_build: 'Builds dist-git’s state in Koji.',
  tests: 'Runs tests in Testing Farm.',
  bodhi_update: 'Creates an update in Bodhi.',
  vm_image_build: 'Builds an image with Image Builder.',
  koji_build_tag: 'Tags Koji builds into a side tag.',
};
