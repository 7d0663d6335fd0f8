/** Packages whose patches are commits: packit source-git. */
export { initSourceGit } from './init.ts';
export type { InitializedSourceGit } from './init.ts';
export type { InitInput } from './init-places.ts';
export { sourceGitStatus } from './status.ts';
export type { PairStatus, SyncRelation } from './status.ts';
export { updateSourceGit } from './update-source-git.ts';
export type { UpdatedSourceGit, UpdateSourceGitInput } from './update-source-git.ts';
export { updateDistGit } from './update-dist-git.ts';
export type { DistGitUpdate, UpdateDistGitInput } from './update-dist-git.ts';
