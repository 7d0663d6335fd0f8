/**
 * Every key of `.packit.yaml`: its type, its default, whether null is allowed. Validation, the defaults, the JSON Schema
 * and the reference page are all made from these tables; the words about each key are in `schema-docs.ts`, which only
 * the last two load. Source: the reference's marshmallow schemas and the defaults of its configuration classes.
 */
import type { ActionName } from '../actions/index.ts';
import { PRERELEASE_SUFFIX_PATTERN } from '../prerelease-pattern.ts';
import type { JobTrigger, JobType, JobValues, PackageValues, SyncFilesItem } from './types.ts';

export type FieldType =
  | { readonly kind: 'string'; readonly check?: 'file-name' | 'specifiers' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly minimum?: number }
  | {
      readonly kind: 'enum';
      readonly values: readonly string[];
      /** Words of earlier versions and what they are called now. */
      readonly renamed?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'list'; readonly items: FieldType }
  /** A list, or one string that stands for a list of one. */
  | { readonly kind: 'string-or-list' }
  /** A mapping whose values are anything. `stringKeys`: a key that is a number or a truth value is an error. */
  | { readonly kind: 'mapping'; readonly stringKeys: boolean }
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, Field>> }
  | { readonly kind: 'actions' | 'files' | 'targets' | 'branches' | 'source-id' | 'packages' };

export interface Field {
  readonly type: FieldType;
  /** What the key means when it is absent, or null where null is allowed. */
  readonly default: unknown;
  readonly nullable: boolean;
  readonly required?: boolean;
  /** An empty list, mapping or text counts as absent. */
  readonly emptyIsDefault?: boolean;
}

export const JOB_TYPES: readonly JobType[] = [
  'propose_downstream',
  'pull_from_upstream',
  'sync_from_downstream',
  'copr_build',
  'upstream_koji_build',
  'koji_build',
  'tests',
  'bodhi_update',
  'vm_image_build',
  'koji_build_tag',
];

/** Job types of earlier versions. */
const RENAMED_JOB_TYPES: Readonly<Record<string, JobType>> = {
  production_build: 'upstream_koji_build',
  build: 'copr_build',
  test: 'tests',
};

export const JOB_TRIGGERS: readonly JobTrigger[] = [
  'release',
  'pull_request',
  'commit',
  'koji_build',
  'ignore',
];

/** What a target may hold, and the type the reference demands of it. */
export const TARGET_SETTINGS: Readonly<Record<string, 'strings' | 'list' | 'string'>> = {
  distros: 'strings',
  additional_packages: 'list',
  additional_repos: 'list',
  additional_modules: 'string',
  with_opts: 'list',
  without_opts: 'list',
};

const STRING: FieldType = { kind: 'string' };
const STRINGS: FieldType = { kind: 'list', items: STRING };
const BOOLEAN: FieldType = { kind: 'boolean' };
const MAPPING: FieldType = { kind: 'mapping', stringKeys: false };

/** Absent or null: null. */
const text: Field = { type: STRING, default: null, nullable: true };
const flag = (value: boolean): Field => ({ type: BOOLEAN, default: value, nullable: false });
const textOr = (value: string): Field => ({ type: STRING, default: value, nullable: false });
const strings = (value: readonly string[] | null): Field => ({
  type: STRINGS,
  default: value,
  nullable: true,
});
const object = (fields: Readonly<Record<string, Field>>, nullable = false): Field => ({
  type: { kind: 'object', fields },
  default: {},
  nullable,
});
const freeForm = (value: object | null): Field => ({ type: MAPPING, default: value, nullable: true });

/** The keys a package may have: under `packages`, at the top level, in a job. */
export const PACKAGE_FIELDS: Readonly<Record<keyof PackageValues, Field>> = {
  config_file_path: text,
  specfile_path: text,
  downstream_package_name: text,
  upstream_project_url: text,
  upstream_package_name: { type: { kind: 'string', check: 'file-name' }, default: null, nullable: true },
  paths: { type: STRINGS, default: ['./'], nullable: false, emptyIsDefault: true },
  upstream_ref: text,
  upstream_tag_template: textOr('{version}'),
  upstream_tag_include: textOr(''),
  upstream_tag_exclude: textOr(''),
  archive_root_dir_template: textOr('{upstream_pkg_name}-{version}'),
  dist_git_base_url: text,
  dist_git_namespace: text,
  allowed_gpg_keys: strings(null),
  spec_source_id: { type: { kind: 'source-id' }, default: 'Source0', nullable: false },
  files_to_sync: { type: { kind: 'files' }, default: [], nullable: false },
  actions: { type: { kind: 'actions' }, default: {}, nullable: false },
  create_pr: flag(true),
  sync_changelog: flag(false),
  create_sync_note: flag(true),
  patch_generation_ignore_paths: strings([]),
  patch_generation_patch_id_digits: { type: { kind: 'integer', minimum: 0 }, default: 4, nullable: false },
  notifications: object({
    pull_request: object({ successful_build: flag(false) }),
    failure_comment: object({ message: text }),
    failure_issue: object({ create: flag(true) }),
  }),
  copy_upstream_release_description: flag(false),
  sources: {
    type: {
      kind: 'list',
      items: {
        kind: 'object',
        fields: {
          path: { type: STRING, default: undefined, nullable: false, required: true },
          url: { type: STRING, default: undefined, nullable: false, required: true },
        },
      },
    },
    default: [],
    nullable: true,
  },
  merge_pr_in_ci: flag(true),
  srpm_build_deps: strings(null),
  identifier: text,
  packit_instances: {
    type: { kind: 'list', items: { kind: 'enum', values: ['dev', 'stg', 'prod'] } },
    default: ['prod'],
    nullable: false,
  },
  issue_repository: text,
  release_suffix: text,
  version_suffix: text,
  update_release: flag(true),
  preserve_spec: flag(false),
  prerelease_suffix_pattern: textOr(PRERELEASE_SUFFIX_PATTERN),
  prerelease_suffix_macro: text,
  upload_sources: flag(true),
  test_command: object({ default_labels: strings(null), default_identifier: text }),
  require: object({
    label: object(
      {
        present: { type: STRINGS, default: [], nullable: false },
        absent: { type: STRINGS, default: [], nullable: false },
      },
      true,
    ),
  }),
  status_name_template: text,
  sync_test_job_statuses_with_builds: flag(true),
  targets: { type: { kind: 'targets' }, default: {}, nullable: true },
  timeout: { type: { kind: 'integer' }, default: 7200, nullable: false },
  owner: text,
  project: text,
  dist_git_branches: { type: { kind: 'branches' }, default: [], nullable: true, emptyIsDefault: true },
  branch: text,
  scratch: flag(false),
  list_on_homepage: flag(false),
  preserve_project: flag(false),
  use_internal_tf: flag(false),
  additional_packages: strings([]),
  additional_repos: strings([]),
  bootstrap: {
    type: { kind: 'enum', values: ['default', 'on', 'off', 'image'] },
    default: 'default',
    nullable: true,
  },
  fmf_url: text,
  fmf_ref: text,
  fmf_path: text,
  env: { type: { kind: 'mapping', stringKeys: true }, default: {}, nullable: true },
  enable_net: flag(false),
  allowed_pr_authors: strings(['packit']),
  allowed_committers: strings([]),
  allowed_builders: strings(['packit']),
  tmt_plan: text,
  tf_post_install_script: text,
  tf_extra_params: freeForm({}),
  bodhi_extra_params: freeForm({}),
  module_hotfixes: flag(false),
  use_copr_dist_git_build: flag(false),
  image_distribution: text,
  image_request: freeForm(null),
  image_customizations: freeForm(null),
  copr_chroot: text,
  pkg_tool: text,
  sig: text,
  version_update_mask: text,
  version_update_specifiers: { type: { kind: 'string', check: 'specifiers' }, default: null, nullable: true },
  parse_time_macros: freeForm({}),
  osh_diff_scan_after_copr_build: flag(true),
  csmock_args: text,
  osh_options: object({ analyzer: text, config: text, profile: text }),
  use_target_repo_for_fmf_url: flag(false),
  clone_repos_before_run_condition: flag(false),
  skip_missing_branched_composes: flag(false),
};

/** What an entry of `files_to_sync` may hold, where it is not a path. */
export const SYNC_FIELDS: Readonly<Record<keyof SyncFilesItem, Field>> = {
  src: { type: { kind: 'string-or-list' }, default: undefined, nullable: false, required: true },
  dest: { type: { kind: 'string' }, default: undefined, nullable: false, required: true },
  mkpath: { type: { kind: 'boolean' }, default: false, nullable: false },
  delete: { type: { kind: 'boolean' }, default: false, nullable: false },
  filters: { type: { kind: 'list', items: { kind: 'string' } }, default: [], nullable: true },
};

/** The keys only a job has. In a job, a null one counts as absent. */
export const JOB_FIELDS: Readonly<Record<keyof JobValues | 'packages', Field>> = {
  job: {
    type: { kind: 'enum', values: JOB_TYPES, renamed: RENAMED_JOB_TYPES },
    default: undefined,
    nullable: false,
    required: true,
  },
  trigger: {
    type: { kind: 'enum', values: JOB_TRIGGERS },
    default: undefined,
    nullable: false,
    required: true,
  },
  skip_build: flag(false),
  skip_install: flag(false),
  manual_trigger: flag(false),
  labels: strings(null),
  packages: { type: { kind: 'packages' }, default: undefined, nullable: true },
  package: text,
  sidetag_group: text,
  dependents: strings(null),
  dependencies: strings(null),
};

/** What a job without keys of its own would be: the jobs of a configuration that has no `jobs`. */
export const DEFAULT_JOBS: readonly Readonly<Record<string, unknown>>[] = [
  { job: 'copr_build', trigger: 'pull_request', targets: ['fedora-stable'] },
  { job: 'tests', trigger: 'pull_request', targets: ['fedora-stable'] },
  { job: 'propose_downstream', trigger: 'release', dist_git_branches: ['fedora-all'] },
];

/** What the deprecated job key `metadata` may hold, by the key's present name. */
export const METADATA_KEYS: ReadonlySet<string> = new Set([
  'targets',
  'timeout',
  'owner',
  'project',
  'dist_git_branches',
  'branch',
  'scratch',
  'list_on_homepage',
  'preserve_project',
  'use_internal_tf',
  'additional_packages',
  'additional_repos',
  'bootstrap',
  'fmf_url',
  'fmf_ref',
  'fmf_path',
  'skip_build',
  'skip_install',
  'env',
  'enable_net',
  'tmt_plan',
  'tf_post_install_script',
  'tf_extra_params',
  'module_hotfixes',
  'use_copr_dist_git_build',
]);

/** Old names inside `metadata`. */
export const METADATA_RENAMES: Readonly<Record<string, string>> = {
  'dist-git-branch': 'dist_git_branches',
  dist_git_branch: 'dist_git_branches',
};

/** The release of the reference whose keys these are; `npm run conformance -- schema` compares them with an installed one. */
export const REFERENCE_VERSION = '1.17';

export interface RemovedKey {
  /** The key that took its place and takes the same value. */
  readonly replacement?: string;
  /** The action that took its place. */
  readonly action?: ActionName;
  readonly hint: string;
}

/** Keys of earlier versions: errors today, with what to do about them. */
export const REMOVED_KEYS: Readonly<Record<string, RemovedKey>> = {
  synced_files: { replacement: 'files_to_sync', hint: 'It is called files_to_sync now.' },
  upstream_project_name: {
    replacement: 'upstream_package_name',
    hint: 'It is called upstream_package_name now.',
  },
  upstream_name: { replacement: 'upstream_package_name', hint: 'It is called upstream_package_name now.' },
  package_name: { replacement: 'downstream_package_name', hint: 'It is called downstream_package_name now.' },
  current_version_command: {
    action: 'get-current-version',
    hint: 'It is the action get-current-version now.',
  },
  create_tarball_command: { action: 'create-archive', hint: 'It is the action create-archive now.' },
  dist_git_url: {
    hint: 'Remove it: the address is made of dist_git_base_url, dist_git_namespace and downstream_package_name.',
  },
  checks: { hint: 'Remove it: nothing reads it any more.' },
  release_to: { hint: 'Remove it: a job of type propose_downstream has dist_git_branches for this.' },
  'dist-git-branch': { replacement: 'dist_git_branches', hint: 'It is called dist_git_branches now.' },
  dist_git_branch: { replacement: 'dist_git_branches', hint: 'It is called dist_git_branches now.' },
  notify: { hint: 'Remove it: the job types of today are listed in the documentation of "job".' },
};

/** Chroots that were renamed. The old name still works, with a warning. */
export function renamedTarget(target: string): string | undefined {
  const arch = /^centos-stream-(aarch64|armhfp|i386|ppc64le|s390x|x86_64)$/.exec(target)?.[1];
  return arch === undefined ? undefined : `centos-stream-8-${arch}`;
}
