import { runAction } from './branch-work.ts';
import type { BranchWork } from './branch-work.ts';
import { DEBUG_DIVIDER, defaultCommitMessage, messageFromAction } from './texts.ts';

/** The commit's message: the `commit-message` action's, else the default. */
export async function chooseMessage(work: BranchWork): Promise<void> {
  const { texts, tag } = work.update;
  const fallback = defaultCommitMessage({ ...texts, commit: work.tree.commit });
  const outputs = await runAction(work, 'commit-message', {
    PACKIT_UPSTREAM_TAG: tag,
    PACKIT_UPSTREAM_COMMIT: work.tree.commit,
    PACKIT_DEBUG_DIVIDER: DEBUG_DIVIDER,
    PACKIT_RESOLVED_BUGS: texts.bugs.join(' '),
  });
  const output = outputs?.map((bytes) => new TextDecoder().decode(bytes)).join('');
  work.message = output === undefined ? fallback : messageFromAction(output, fallback);
}
