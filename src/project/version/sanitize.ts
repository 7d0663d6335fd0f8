const OFFENDERS = /[!@#$%&*()={[}\]|\\'":;<,>/?`]/g;

/**
 * Makes a text usable in Version or Release: what rpm refuses is dropped, `-` becomes `.`.
 * @see https://rpm-software-management.github.io/rpm/manual/spec.html
 */
export function sanitizeVersion(version: string): string {
  return version.replace(OFFENDERS, '').replaceAll('-', '.');
}

/** Makes a branch name usable as part of a project's name: anything odd becomes `-`. */
export function sanitizeBranchName(branch: string): string {
  return branch.replace(OFFENDERS, '-').replace(/[\^~+]/g, '-');
}
