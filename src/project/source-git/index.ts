/** Source-git repositories: how they stand to their dist-git, and what is in a new one. */
export { bringCommits, DISTRO_DIRECTORY } from './bring-commits.ts';
export type { BringOptions, BroughtCommit } from './bring-commits.ts';
export { readDistGitCommits, requireNoSourceChanges } from './dist-git-commits.ts';
export type { DistGitCommit } from './dist-git-commits.ts';
export { markSynced } from './mark-synced.ts';
export { placeCommits } from './place-commits.ts';
export { commitTable, requireNotAhead, requirePristine } from './requirements.ts';
export type { Side } from './requirements.ts';
export { readSyncState } from './sync-state.ts';
export type { SyncPoint, SyncRepositories, SyncState, UnsyncedCommit } from './sync-state.ts';
export { FROM_DIST_GIT, FROM_SOURCE_GIT, trailerValue, withTrailers } from './trailers.ts';
export type { Trailer } from './trailers.ts';
export { openWorkshop } from './workshop.ts';
export type { Workshop } from './workshop.ts';
