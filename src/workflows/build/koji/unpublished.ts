/** Work in the user's own clone that a build would not see. */
import type { Context } from '../../../context.ts';
import { isPackitError } from '../../../errors.ts';
import { createGit, gitText } from '../../../tools/git/index.ts';
import type { Repository } from '../../dist-git/index.ts';

/** Koji builds what the server has: commits that were not pushed, and changes that were not committed, are warned of. */
export async function warnOfUnpublished(
  ctx: Context,
  path: string,
  { branches }: Pick<Repository, 'branches'>,
  wanted: readonly string[],
): Promise<void> {
  const git = createGit(ctx.run, path);
  for (const branch of wanted) {
    const server = branches.get(branch);
    const local = await answer(gitText(git, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]));
    if (server === undefined || local === undefined || local === server) continue;
    const ahead = await answer(gitText(git, ['rev-list', '--count', `${server}..${local}`]));
    // Where the clone does not know the server's commit, it is behind or beside it: nothing can be counted.
    if (ahead === '0' || ahead === undefined) continue;
    ctx.ui.warn({
      code: 'KOJI_NOT_PUSHED',
      message: `${ahead} commit${ahead === '1' ? '' : 's'} of ${branch} in ${path} ${ahead === '1' ? 'is' : 'are'} not pushed, and will not be built`,
      hint: 'Push first: fedpkg push, or git push.',
    });
  }
  const changed = await answer(gitText(git, ['status', '--porcelain', '--untracked-files=no']));
  if (changed === undefined || changed === '') return;
  ctx.ui.warn({
    code: 'KOJI_NOT_COMMITTED',
    message: `${path} has changes that are not committed, and will not be built`,
    hint: 'Commit and push them first.',
  });
}

async function answer(asked: Promise<string>): Promise<string | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isPackitError(error) && error.code !== 'INTERRUPTED') return undefined;
    throw error;
  }
}
