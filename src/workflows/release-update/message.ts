import type { Message } from '../dist-git/index.ts';
import type { BranchWork } from './branch-work.ts';
import type { Release } from './release.ts';
import { DEBUG_DIVIDER, defaultCommitMessage, messageFromAction } from './texts.ts';

/** The commit's message: the `commit-message` action's, else the default. */
export async function chooseMessage(
  { actions, upstream }: Pick<BranchWork, 'actions' | 'upstream'>,
  release: Release,
): Promise<Message> {
  const fallback = defaultCommitMessage({ ...release, commit: upstream.commit });
  const outputs = await actions.run('commit-message', {
    PACKIT_UPSTREAM_TAG: release.tag,
    PACKIT_UPSTREAM_COMMIT: upstream.commit,
    PACKIT_DEBUG_DIVIDER: DEBUG_DIVIDER,
    PACKIT_RESOLVED_BUGS: release.bugs.join(' '),
  });
  const output = outputs?.map((bytes) => new TextDecoder().decode(bytes)).join('');
  return output === undefined ? fallback : messageFromAction(output, fallback);
}
