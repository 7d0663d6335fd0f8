import { Buffer } from 'node:buffer';
import type { BringOptions, BroughtCommit } from './bring-commits.ts';
import { writeCommitObject } from './commit-object.ts';
import { FROM_DIST_GIT, withTrailers } from './trailers.ts';

const TITLE = 'Mark as in sync with dist-git';

/** An empty commit of source-git that says: this is what dist-git has in its commit `distGit` (full hash). */
export async function markSynced(
  options: Pick<BringOptions, 'workshop' | 'parent' | 'committer'> & { distGit: string },
): Promise<BroughtCommit> {
  const { workshop, parent, committer, distGit } = options;
  const message = await withTrailers(workshop.git, Buffer.from(`${TITLE}\n`), [
    { token: FROM_DIST_GIT, value: distGit },
  ]);
  const tree = await workshop.writeTree();
  const sha = await writeCommitObject(workshop.git, {
    tree,
    parent,
    author: committer,
    committer,
    encoding: undefined,
    message,
  });
  return { from: distGit, sha, subject: TITLE, files: [], leftOut: [] };
}
