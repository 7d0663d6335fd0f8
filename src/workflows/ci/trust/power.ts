/**
 * Which keys of a configuration have power: what they say is done with packit's credentials, outside of the sandboxes that builds and
 * tests run in. A new key does not compile until it is decided here; `docs/ci-trust.md` has the reasons for people.
 */
import type { JobValues, PackageValues } from '../../../project/config/index.ts';

/**
 * `power`: the target branch decides. `settings`: the names are free, what is set for each is the target branch's. `free`: it only changes
 * what happens inside a build or a test, or what this pull request's own statuses are about.
 */
export type Power = 'power' | 'settings' | 'free';

export const PACKAGE_POWER: Readonly<Record<keyof PackageValues, Power>> = {
  // Read where the sources are unpacked, inside Copr.
  config_file_path: 'free',
  specfile_path: 'free',
  downstream_package_name: 'free',
  upstream_package_name: 'free',
  paths: 'free',
  upstream_ref: 'free',
  upstream_tag_template: 'free',
  upstream_tag_include: 'free',
  upstream_tag_exclude: 'free',
  archive_root_dir_template: 'free',
  spec_source_id: 'free',
  files_to_sync: 'free',
  actions: 'free',
  patch_generation_ignore_paths: 'free',
  patch_generation_patch_id_digits: 'free',
  sources: 'free',
  merge_pr_in_ci: 'free',
  srpm_build_deps: 'free',
  release_suffix: 'free',
  version_suffix: 'free',
  update_release: 'free',
  preserve_spec: 'free',
  prerelease_suffix_pattern: 'free',
  prerelease_suffix_macro: 'free',
  parse_time_macros: 'free',
  version_update_mask: 'free',
  version_update_specifiers: 'free',

  // Where packages are pushed and proposed to.
  upstream_project_url: 'power',
  dist_git_base_url: 'power',
  dist_git_namespace: 'power',
  dist_git_branches: 'power',
  pkg_tool: 'power',
  sig: 'power',
  create_pr: 'power',
  upload_sources: 'power',
  allowed_gpg_keys: 'power',
  sync_changelog: 'free',
  create_sync_note: 'free',
  copy_upstream_release_description: 'free',
  skip_missing_branched_composes: 'free',

  // Copr: where builds go, and settings of that project, which outlast the build.
  owner: 'power',
  project: 'power',
  additional_packages: 'power',
  additional_repos: 'power',
  bootstrap: 'power',
  module_hotfixes: 'power',
  list_on_homepage: 'power',
  preserve_project: 'power',
  enable_net: 'power',
  use_copr_dist_git_build: 'power',
  targets: 'settings',
  timeout: 'free',

  // Testing Farm: what its account may use, beyond a public machine. The tests themselves run there in any case.
  use_internal_tf: 'power',
  tf_extra_params: 'power',
  tf_post_install_script: 'free',
  fmf_url: 'free',
  fmf_ref: 'free',
  fmf_path: 'free',
  use_target_repo_for_fmf_url: 'free',
  tmt_plan: 'free',
  env: 'free',
  test_command: 'free',
  sync_test_job_statuses_with_builds: 'free',

  // Other services.
  scratch: 'power',
  bodhi_extra_params: 'power',
  image_distribution: 'power',
  image_request: 'power',
  image_customizations: 'power',
  copr_chroot: 'power',
  osh_diff_scan_after_copr_build: 'power',
  csmock_args: 'power',
  osh_options: 'power',

  // Who is told, in packit's name, and under whose name.
  notifications: 'power',
  issue_repository: 'power',
  status_name_template: 'power',
  identifier: 'free',

  // What holds a job back.
  allowed_pr_authors: 'power',
  allowed_committers: 'power',
  allowed_builders: 'power',
  packit_instances: 'power',
  require: 'power',
  branch: 'power',
  clone_repos_before_run_condition: 'free',
};

/** Type and trigger are part of what makes a job the same job. */
export const JOB_POWER: Readonly<Record<Exclude<keyof JobValues, 'job' | 'trigger'>, Power>> = {
  skip_build: 'free',
  skip_install: 'free',
  manual_trigger: 'power',
  labels: 'free',
  package: 'free',
  sidetag_group: 'power',
  dependents: 'power',
  dependencies: 'power',
};

export const PACKAGE_POWER_KEYS = keysOf(PACKAGE_POWER);
export const JOB_POWER_KEYS = keysOf(JOB_POWER);

/** The settings of a target that are the test's own. */
export const FREE_TARGET_SETTINGS: ReadonlySet<string> = new Set(['distros']);

function keysOf<K extends string>(powers: Readonly<Record<K, Power>>): readonly K[] {
  return (Object.keys(powers) as K[]).filter((key) => powers[key] === 'power');
}
