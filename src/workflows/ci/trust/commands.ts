/** Who may start something by a comment. */
import { sameLogin } from '../../../remote/forge/index.ts';
import type { Forge } from '../../../remote/forge/index.ts';
import { asCode } from '../comments/index.ts';
import type { CiEvent, CommandName } from '../event/index.ts';
import { createMayPush } from './permission.ts';
import { refused, trusted } from './verdict.ts';
import type { Verdict } from './verdict.ts';

/** What the author of a pull request may ask for without being able to push: what a push to it would start. */
const OF_AUTHORS: ReadonlySet<CommandName> = new Set([
  'build',
  'rebuild-failed',
  'test',
  'retest-failed',
  'upstream-koji-build',
]);

/**
 * Whether the author of a comment may give its command. Everybody may ask for help; the author of a pull request may have it built and
 * tested; all else, and all on issues and commits, is for those who may push. Whether the pull request itself may
 * be built is another question (`judge`). Events that are no comments: trusted.
 *
 * @throws ServiceError what the forge's client throws, if it is out of order
 */
export async function mayCommand(event: CiEvent, forge: Pick<Forge, 'permissionOf'>): Promise<Verdict> {
  const { comment, pullRequest, project } = event;
  if (comment === undefined) return trusted('it is no comment');
  const { author, command } = comment;
  if (command.name === 'help') return trusted('everybody may ask for help');
  const isAuthor =
    comment.on === 'pull-request' &&
    pullRequest !== undefined &&
    author !== '' &&
    sameLogin(pullRequest.author, author);
  if (isAuthor && OF_AUTHORS.has(command.name)) return trusted(`${author} is the author`);
  const answer = await createMayPush(forge, project)(author);
  if (answer === 'yes') return trusted(`${author} may push`);
  const who =
    OF_AUTHORS.has(command.name) && comment.on === 'pull-request' ? 'its author and those' : 'those';
  const why =
    answer === 'unknown'
      ? `Whether ${asCode(author)} may push here could not be asked: packit's account lacks the right to.`
      : `${asCode(author)} cannot push here.`;
  return refused(
    'User cannot trigger!',
    `The command ${asCode(command.name)} is for ${who} who may push to this project. ${why}`,
  );
}
