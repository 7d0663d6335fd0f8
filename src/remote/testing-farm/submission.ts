/** What is sent to Testing Farm: a subset of what it takes, open for what a project's configuration adds. */

/** Anything JSON can say. */
export type FarmFields = Record<string, unknown>;

export interface FarmTmt extends FarmFields {
  /** Git repository of the tests. */
  url: string;
  /** Branch, tag or commit. */
  ref?: string;
  /** Directory with the fmf root in it, relative to the repository. */
  path?: string;
  /** Plans whose name matches. */
  name?: string;
  /** Commit that `ref` is merged into. */
  merge_sha?: string;
}

/** Packages that are installed before the tests. */
export interface FarmArtifact extends FarmFields {
  /** `BUILD:CHROOT` of a Copr build. */
  id: string;
  type: string;
  /** `name-[epoch:]version-release.arch`; all of the build if it is left out. */
  packages?: string[];
}

export interface FarmEnvironment extends FarmFields {
  arch: string;
  os: { compose: string };
  /** Environment variables of the tests. Testing Farm shows them to everybody. */
  variables: Record<string, string>;
  tmt?: FarmFields;
  artifacts?: FarmArtifact[];
  settings?: FarmFields;
}

export interface FarmSubmission {
  test: FarmFields;
  /** The first one is packit's own; further ones come from `tf_extra_params`. */
  environments: FarmFields[];
  settings?: FarmFields;
}

/** Variables of the environments that say whose request it is, so that a second run finds it. */
export const KEY_VARIABLE = 'PACKIT_CI_KEY';
export const CAUSE_VARIABLE = 'PACKIT_CI_CAUSE';
