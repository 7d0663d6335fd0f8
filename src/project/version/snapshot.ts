import type { Environment } from '../../tools/process/index.ts';
import { sanitizeVersion } from './sanitize.ts';

export interface SnapshotState {
  time: Date;
  /** UTC with microseconds 0 (reproducible builds); default: local time, as the reference. */
  utc?: boolean;
  /** Branch name, or what stands for it: see `snapshotBranch`. */
  branch: string;
  /** Output of `git describe --tags --long --match '*'`; undefined without tags. */
  describe?: string | undefined;
}

/**
 * `<YYYYmmddHHMMSSffffff>.<branch>[.<commits since tag>.g<short hash>]`: newer snapshots sort after
 * older ones for rpm. Part of Release, and `PACKIT_PROJECT_SNAPSHOTID` for actions.
 */
export function snapshotId(state: SnapshotState): string {
  const since = state.describe?.trim().split('-').slice(-2).join('.');
  const parts = [timestamp(state.time, state.utc ?? false), inRelease(state.branch), since];
  return parts.filter((part) => part !== undefined && part !== '').join('.');
}

/** A branch may be called what rpm refuses in Release: letters beyond ASCII, two dots in a row (`fix--it`). */
function inRelease(branch: string): string {
  return sanitizeVersion(branch)
    .replace(/[^\w.+~^]/g, '')
    .replace(/\.{2,}/g, '.')
    .replace(/^\.|\.$/g, '');
}

/** `YYYYmmddHHMMSSffffff`: 20 digits down to microseconds, of which JavaScript knows the first three. */
export function timestamp(time: Date, utc: boolean): string {
  const fields = utc
    ? [
        time.getUTCMonth() + 1,
        time.getUTCDate(),
        time.getUTCHours(),
        time.getUTCMinutes(),
        time.getUTCSeconds(),
      ]
    : [time.getMonth() + 1, time.getDate(), time.getHours(), time.getMinutes(), time.getSeconds()];
  const year = String(utc ? time.getUTCFullYear() : time.getFullYear()).padStart(4, '0');
  const micros = utc ? '000000' : `${String(time.getMilliseconds()).padStart(3, '0')}000`;
  return year + fields.map((field) => String(field).padStart(2, '0')).join('') + micros;
}

/** Where CI systems, which check out a commit and not a branch, say which branch it is. Pull requests first. */
const BRANCH_VARIABLES = [
  'GITHUB_HEAD_REF',
  'GITHUB_REF_NAME',
  'CI_MERGE_REQUEST_SOURCE_BRANCH_NAME',
  'CI_COMMIT_REF_NAME',
  'CHANGE_BRANCH',
  'BRANCH_NAME',
  'SYSTEM_PULLREQUEST_SOURCEBRANCH',
  'BUILD_SOURCEBRANCHNAME',
  'TRAVIS_PULL_REQUEST_BRANCH',
  'TRAVIS_BRANCH',
  'CIRCLE_BRANCH',
  'CIRRUS_BRANCH',
  'DRONE_SOURCE_BRANCH',
  'DRONE_BRANCH',
  'BITBUCKET_BRANCH',
] as const;

/** The branch for the snapshot: the one checked out, else the CI's, else 8 digits of the commit. */
export function snapshotBranch(
  branch: string | undefined,
  commit: string | undefined,
  env: Environment,
): string {
  if (branch !== undefined && branch !== '') return branch;
  for (const name of BRANCH_VARIABLES) {
    const value = env[name];
    if (value !== undefined && value !== '') return value;
  }
  return commit?.slice(0, 8) ?? '';
}
