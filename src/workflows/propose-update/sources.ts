import { runAction } from './branch-work.ts';
import type { BranchWork } from './branch-work.ts';

/** What the new spec needs from outside: downloaded, compared with the lookaside cache, written to `sources`. */
export async function handleSources(work: BranchWork): Promise<void> {
  await runAction(work, 'post-modifications');
}
