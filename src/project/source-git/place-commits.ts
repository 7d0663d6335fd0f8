import type { Git } from '../../tools/git/index.ts';
import type { Workshop } from './workshop.ts';

export interface PlaceOptions {
  /** The user's checkout. */
  repository: Git;
  workshop: Workshop;
  /** Full hash of the new commit. */
  tip: string;
  /** A commit that the repository has already: only what is not reachable from there is brought over. */
  base: string;
  /** Made or reset to `tip` and checked out. Default: what is checked out is moved forward. */
  branch?: string | undefined;
}

/**
 * Hands finished commits over to the user's checkout. Objects come first, which nobody sees; then one git command moves branch, index
 * and files. It is not interrupted, and refuses where it would overwrite something.
 */
export async function placeCommits(options: PlaceOptions): Promise<void> {
  const { repository, workshop, tip, base, branch } = options;
  if (tip !== base) {
    const { stdout: pack } = await workshop.git.exec(
      ['pack-objects', '--revs', '--stdout', '--quiet', '--no-reuse-delta'],
      { input: `${tip}\n^${base}\n` },
    );
    await repository.exec(['unpack-objects', '-q'], { input: pack });
  }
  const move =
    branch === undefined
      ? ['merge', '--ff-only', '--quiet', '--no-stat', '--no-autostash', '--no-overwrite-ignore', tip]
      : ['checkout', '--quiet', '--no-overwrite-ignore', '-B', branch, tip];
  await repository.exec(move, { uninterrupted: true, env: { GIT_REFLOG_ACTION: 'packit source-git' } });
}
