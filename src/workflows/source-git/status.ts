import type { Context } from '../../context.ts';
import { readSyncState } from '../../project/source-git/index.ts';
import type { SyncState } from '../../project/source-git/index.ts';
import { forEachPair } from './pairs.ts';
import type { Pair, PairInput } from './pairs.ts';

/** `ahead` and `behind` are said of source-git. */
export type SyncRelation = 'up-to-date' | 'ahead' | 'behind' | 'diverged';

export interface PairStatus extends SyncState {
  package: string;
  /** The repositories as the user named them. */
  repositories: { sourceGit: string; distGit: string };
  relation: SyncRelation;
}

/**
 * `packit source-git status`: which commits each repository has that the other lacks, by their trailers. Nothing is fetched or
 * written.
 * @throws PackitError SYNC_COMMIT_UNKNOWN, SYNC_MARK_MISSING, SYNC_POINT_NOT_IN_HISTORY, and those of `openPairs`
 */
export async function sourceGitStatus(ctx: Context, input: PairInput): Promise<{ packages: PairStatus[] }> {
  return { packages: await forEachPair(ctx, input, statusOf) };
}

async function statusOf({ pkg, sourceGit, distGit, names }: Pair): Promise<PairStatus> {
  const state = await readSyncState({ sourceGit, distGit });
  return { package: pkg.name, repositories: names, relation: relationOf(state), ...state };
}

function relationOf({ sourceGit, distGit }: SyncState): SyncRelation {
  if (sourceGit.length > 0) return distGit.length > 0 ? 'diverged' : 'ahead';
  return distGit.length > 0 ? 'behind' : 'up-to-date';
}
