import type { Environment } from '../../tools/process/index.ts';
import { sanitizeVersion } from './sanitize.ts';

export interface SnapshotState {
  time: Date;
  /** Microseconds 0 (reproducible builds). */
  wholeSeconds?: boolean;
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
  const parts = [timestamp(state.time, state.wholeSeconds), inRelease(state.branch), since];
  return parts.filter((part) => part !== undefined && part !== '').join('.');
}

/** A branch may be called what rpm refuses in Release: letters beyond ASCII, two dots in a row (`fix--it`). */
function inRelease(branch: string): string {
  return sanitizeVersion(branch)
    .replace(/[^\w.+~^]/g, '')
    .replace(/\.{2,}/g, '.')
    .replace(/^\.|\.$/g, '');
}

/**
 * `YYYYmmddHHMMSSffffff` of UTC, so that what is made later is newer wherever it is made: 20 digits down to microseconds, of which
 * JavaScript knows the first three.
 */
export function timestamp(time: Date, wholeSeconds = false): string {
  const digits = time.toISOString().replace(/\D/g, '');
  return `${digits.slice(0, 14)}${wholeSeconds ? '000' : digits.slice(14, 17)}000`;
}

/** The most a file's name may have on the file systems of Linux. */
const LONGEST_NAME = 255;
/** What the names of packages have besides: `-debugsource`, the distribution, `.x86_64.rpm`. */
const RESERVE = 45;

/**
 * As much of a branch's name as the name of a package has room for.
 * @param rest the package's name, version and release without the branch
 */
export function branchForFileName(branch: string, rest: string): string {
  const room = Math.max(LONGEST_NAME - RESERVE - rest.length, 8);
  if (inRelease(branch).length <= room) return branch;
  return inRelease(branch)
    .slice(0, room)
    .replace(/[.+~^_]+$/, '');
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
