/** What the written files stand on, by contents: a tag of an action can be moved, a commit cannot. */

/** Actions by the commit that their release's tag names. */
export const ACTIONS = {
  downloadArtifact: 'actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1',
  uploadArtifact: 'actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0',
} as const;

/** npm never takes a version back, nor gives it other contents. */
export function npmPackage(version: string): string {
  return `packit-cli@${version}`;
}

/** packit with git, rpm-build, curl and Fedora's Kerberos settings around it. */
export function image(version: string): string {
  return `ghcr.io/packit/packit-cli:${version}`;
}
