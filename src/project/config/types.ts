/**
 * The configuration as the rest of packit sees it: every default filled in, every merge done. Keys are
 * the ones users write in `.packit.yaml`, and `toDump` gives them back in the shape the reference dumps.
 */
import type { Warning } from '../../ui.ts';
import type { ActionName } from '../actions/index.ts';

export type JobType =
  | 'propose_downstream'
  | 'pull_from_upstream'
  | 'sync_from_downstream'
  | 'copr_build'
  | 'upstream_koji_build'
  | 'koji_build'
  | 'tests'
  | 'bodhi_update'
  | 'vm_image_build'
  | 'koji_build_tag';

export type JobTrigger = 'release' | 'pull_request' | 'commit' | 'koji_build' | 'ignore';

/**
 * What the file says an action is. The reference accepts anything here and fails when it runs it, so the
 * value is unchecked: `"cmd"`, `["cmd", ...]`, `[["argv", ...], ...]`, `null`, or something that will be refused.
 */
export type ActionValue = unknown;

export type Actions = Partial<Record<ActionName, ActionValue>>;

/** One entry of `files_to_sync`, with rsync's meaning. */
export interface SyncFilesItem {
  src: string[];
  dest: string;
  mkpath: boolean;
  delete: boolean;
  filters: string[];
}

export interface SourceItem {
  path: string;
  url: string;
}

/** Chroot-specific settings of a target, or the distributions it is tested on. */
export type TargetSettings = Record<string, unknown>;

/** A list of branches, or branch -> `{fast_forward_merge_into: [...]}`. */
export type DistGitBranches = string[] | Record<string, { fast_forward_merge_into?: unknown }>;

export interface Notifications {
  pull_request: { successful_build: boolean };
  failure_comment: { message: string | null };
  failure_issue: { create: boolean };
}

export type FreeForm = Record<string, unknown>;

/** The keys of a package, in a `packages` entry, at the top level or in a job. */
export interface PackageValues {
  /** The file's name, as the reference keeps it (`.packit.yaml`). */
  config_file_path: string | null;
  /** Relative to the directory the package is worked on in (see `paths`). */
  specfile_path: string | null;
  downstream_package_name: string | null;
  upstream_project_url: string | null;
  upstream_package_name: string | null;
  paths: string[];
  upstream_ref: string | null;
  upstream_tag_template: string;
  upstream_tag_include: string;
  upstream_tag_exclude: string;
  archive_root_dir_template: string;
  /** Ends with a slash: `https://src.fedoraproject.org/`. */
  dist_git_base_url: string;
  dist_git_namespace: string | null;
  allowed_gpg_keys: string[] | null;
  spec_source_id: string;
  /** As configured. Empty means the default: the spec and the configuration file. */
  files_to_sync: SyncFilesItem[];
  actions: Actions;
  create_pr: boolean;
  sync_changelog: boolean;
  create_sync_note: boolean;
  patch_generation_ignore_paths: string[];
  patch_generation_patch_id_digits: number;
  notifications: Notifications;
  copy_upstream_release_description: boolean;
  sources: SourceItem[];
  merge_pr_in_ci: boolean;
  srpm_build_deps: string[] | null;
  identifier: string | null;
  packit_instances: string[];
  issue_repository: string | null;
  release_suffix: string | null;
  version_suffix: string | null;
  update_release: boolean;
  preserve_spec: boolean;
  prerelease_suffix_pattern: string;
  prerelease_suffix_macro: string | null;
  upload_sources: boolean;
  test_command: { default_labels: string[] | null; default_identifier: string | null };
  require: { label: { present: string[]; absent: string[] } };
  status_name_template: string | null;
  sync_test_job_statuses_with_builds: boolean;
  /** Target -> its settings; a list in the file becomes keys without settings. */
  targets: Record<string, TargetSettings>;
  timeout: number;
  owner: string | null;
  project: string | null;
  dist_git_branches: DistGitBranches;
  branch: string | null;
  scratch: boolean;
  list_on_homepage: boolean;
  preserve_project: boolean;
  use_internal_tf: boolean;
  additional_packages: string[];
  additional_repos: string[];
  bootstrap: 'default' | 'on' | 'off' | 'image';
  fmf_url: string | null;
  fmf_ref: string | null;
  fmf_path: string | null;
  env: FreeForm;
  enable_net: boolean;
  allowed_pr_authors: string[];
  allowed_committers: string[];
  allowed_builders: string[];
  tmt_plan: string | null;
  tf_post_install_script: string | null;
  tf_extra_params: FreeForm;
  bodhi_extra_params: FreeForm;
  module_hotfixes: boolean;
  use_copr_dist_git_build: boolean;
  image_distribution: string | null;
  image_request: FreeForm | null;
  image_customizations: FreeForm | null;
  copr_chroot: string | null;
  pkg_tool: string | null;
  sig: string | null;
  version_update_mask: string | null;
  version_update_specifiers: string | null;
  /** Macros for parsing the spec; a null value undefines the macro. */
  parse_time_macros: FreeForm;
  osh_diff_scan_after_copr_build: boolean;
  csmock_args: string | null;
  osh_options: { analyzer: string | null; config: string | null; profile: string | null };
  use_target_repo_for_fmf_url: boolean;
  clone_repos_before_run_condition: boolean;
  skip_missing_branched_composes: boolean;
}

/** One package: its values and the name it has under `packages` (`PACKIT_CONFIG_PACKAGE_NAME`). */
export interface PackageConfig extends PackageValues {
  /** The key under `packages`; without that key, the downstream package name. Not part of the dump. */
  name: string;
}

export interface JobValues {
  job: JobType;
  trigger: JobTrigger;
  skip_build: boolean;
  skip_install: boolean;
  manual_trigger: boolean;
  labels: string[] | null;
  package: string | null;
  sidetag_group: string | null;
  dependents: string[] | null;
  dependencies: string[] | null;
}

/** One job, and the packages it works on with the job's own keys merged in. */
export interface JobConfig extends JobValues {
  packages: PackageConfig[];
}

export interface LoadedConfig {
  /** Absolute path of the configuration file. */
  file: string;
  /**
   * `specfile_path` and `paths` are relative to it: the directory the configuration file is in, or the repository's root for a file
   * that `--config` names elsewhere.
   */
  directory: string;
  /** Every package, in the file's order; never empty. */
  packages: PackageConfig[];
  jobs: JobConfig[];
  /** The file has no `jobs`: they are what a configuration without them stands for. */
  defaultJobs?: true;
  /** Deprecated keys and the like: to be given to `ui.warn`. */
  warnings: Warning[];
}
