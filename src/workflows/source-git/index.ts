/** Packages whose patches are commits: packit source-git. */
export { sourceGitStatus } from './status.ts';
export type { PairStatus, SyncRelation } from './status.ts';
