import type { Message } from '../dist-git/index.ts';
import type { BranchWork } from './branch-work.ts';
import type { Release } from './release.ts';
import { DEBUG_DIVIDER, defaultCommitMessage, messageFromAction } from './texts.ts';

/** Digits of a commit in texts, as the Python Packit has them. */
const SHORT = 8;

/** The commit's message: the `commit-message` action's, else the default. */
export async function chooseMessage(
  { actions, upstream }: Pick<BranchWork, 'actions' | 'upstream'>,
  release: Release,
): Promise<Message> {
  const commit = upstream.commit?.slice(0, SHORT);
  const fallback = defaultCommitMessage({ ...release, commit });
  const outputs = await actions.run('commit-message', {
    PACKIT_UPSTREAM_TAG: release.tag,
    PACKIT_UPSTREAM_COMMIT: commit,
    PACKIT_DEBUG_DIVIDER: DEBUG_DIVIDER,
    PACKIT_RESOLVED_BUGS: release.bugs.join(' '),
  });
  const output = outputs?.map((bytes) => new TextDecoder().decode(bytes)).join('');
  return output === undefined ? fallback : messageFromAction(output, fallback);
}
