/** Source-git repositories: how they stand to their dist-git, and what is in a new one. */
export { commitTable, requireNotAhead, requirePristine } from './requirements.ts';
export type { Side } from './requirements.ts';
export { readSyncState } from './sync-state.ts';
export type { SyncPoint, SyncRepositories, SyncState, UnsyncedCommit } from './sync-state.ts';
export { FROM_DIST_GIT, FROM_SOURCE_GIT, trailerValue, withTrailers } from './trailers.ts';
export type { Trailer } from './trailers.ts';
