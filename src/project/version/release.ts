import { formatTemplate } from './format.ts';

export interface ReleaseSuffixChoice {
  /** `--release-suffix`. */
  option?: string | undefined;
  /** `--default-release-suffix`. */
  useDefault?: boolean | undefined;
  /** `release_suffix` of the configuration. */
  configured?: string | null | undefined;
}

/** The suffix in force; undefined means the snapshot identifier. */
export function chooseReleaseSuffix(choice: ReleaseSuffixChoice): string | undefined {
  if (choice.useDefault === true) return undefined;
  const suffix = choice.option ?? choice.configured ?? undefined;
  return suffix === '' ? undefined : suffix;
}

export interface ReleaseParts {
  /** The spec's Release, expanded: its leading number is kept. */
  expandedRelease: string;
  suffix: string | undefined;
  /** See `snapshotId`. */
  snapshot: string;
  /** `PACKIT_...` variables of the `fix-spec-file` action, for suffixes that use them. */
  variables: Readonly<Record<string, string>>;
}

/**
 * The Release to set, without `%{?dist}`: `<number>.<suffix or snapshot>`. A suffix that names one of
 * the variables is filled in and is then the whole Release; in it `PACKIT_RPMSPEC_RELEASE` is the
 * release packit would set by itself.
 * @throws PackitError `TEMPLATE_INVALID`
 */
export function releaseWithSuffix(parts: ReleaseParts): string {
  const number = leadingReleaseNumber(parts.expandedRelease);
  const standard = `${number}.${parts.snapshot}`;
  const { suffix } = parts;
  if (suffix === undefined || suffix === '') return standard;
  const variables = { ...parts.variables, PACKIT_RPMSPEC_RELEASE: standard };
  if (Object.keys(variables).some((name) => suffix.includes(name))) {
    return formatTemplate(suffix, variables, 'release_suffix');
  }
  return `${number}.${suffix}`;
}

/** What stands before the first dot of an expanded Release: `1` of `1.fc42`. */
export function leadingReleaseNumber(expandedRelease: string): string {
  return expandedRelease.split('.', 1)[0] ?? '';
}

/** `version_suffix` of the configuration after a version, its variables filled in. */
export function withVersionSuffix(
  version: string,
  suffix: string | null | undefined,
  variables: Readonly<Record<string, string>>,
): string {
  if (suffix === undefined || suffix === null || suffix === '') return version;
  return version + formatTemplate(suffix, variables, 'version_suffix');
}

const DIST = '%{?dist}';

/** Adds `%{?dist}` unless the new release or the spec's raw one ends with it. */
export function withDist(release: string, rawRelease: string): string {
  return release.endsWith(DIST) || rawRelease.trimEnd().endsWith(DIST) ? release : `${release}${DIST}`;
}
