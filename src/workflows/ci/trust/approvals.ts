/** `/packit ok-to-test COMMIT`: a maintainer has looked at one commit of a pull request. */
import { sameLogin } from '../../../remote/forge/index.ts';
import type { Forge } from '../../../remote/forge/index.ts';
import { parseComment } from '../event/index.ts';
import type { CiEvent } from '../event/index.ts';
import type { MayPush } from './permission.ts';

/** Whoever comments costs a question to the forge. */
const MOST_ASKED = 20;

export interface Approvals {
  forge: Pick<Forge, 'listComments'>;
  event: CiEvent;
  /** The commit that is to be worked on, all of its digits. */
  sha: string;
  /** What commands begin with. */
  prefix: string;
  mayPush: (user: string) => Promise<MayPush>;
}

/**
 * Who approved exactly this commit; undefined if nobody who may push did. The whole commit is compared: one with the same first
 * digits is made in minutes, so that a part of it would also approve what is pushed later.
 */
export async function approverOf({
  forge,
  event,
  sha,
  prefix,
  mayPush,
}: Approvals): Promise<string | undefined> {
  const number = event.pullRequest?.number;
  if (number === undefined) return undefined;
  const authors: string[] = [];
  const add = (author: string): void => {
    if (author !== '' && !authors.some((known) => sameLogin(known, author))) authors.push(author);
  };
  // The comment itself may not be in the list yet.
  const { comment } = event;
  if (comment?.command.name === 'ok-to-test' && comment.command.sha === sha) add(comment.author);
  const thread = { on: 'pull-request', number } as const;
  for (const { author, body } of (await forge.listComments(event.project, thread)).toReversed()) {
    const parsed = parseComment(body, prefix);
    if (parsed === undefined || 'problem' in parsed) continue;
    if (parsed.command.name === 'ok-to-test' && parsed.command.sha === sha) add(author);
  }
  for (const author of authors.slice(0, MOST_ASKED)) {
    if ((await mayPush(author)) === 'yes') return author;
  }
  return undefined;
}
