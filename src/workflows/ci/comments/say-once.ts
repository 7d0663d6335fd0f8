import { sameLogin } from '../../../remote/forge/index.ts';
import type { Forge, ProjectRef, Thread, ThreadComment } from '../../../remote/forge/index.ts';
import { markerOf } from './marker.ts';
import type { Purpose } from './marker.ts';

export interface Said {
  comment: ThreadComment;
  /** `kept`: it said so already. */
  how: 'added' | 'edited' | 'kept';
}

type Talk = Pick<Forge, 'whoami' | 'listComments' | 'addComment' | 'editComment'>;

/** GitHub takes 65,536 characters, the least of the four. */
const MOST = 60_000;

/**
 * One comment for a purpose and key in a thread: found by its hidden marker and packit's own account, edited where it says something
 * else, left alone where it says the same. Where comments cannot be edited a new one is added, and only if the last
 * one says something else.
 *
 * Two runs at the same moment may both find none and add one each; from then on the newer one is the one that is edited.
 *
 * @param say the text without the marker; what is not packit's own in it has gone through `asCode`, `asBlock` or `asText`
 */
export async function sayOnce(
  forge: Talk,
  project: ProjectRef,
  thread: Thread,
  say: Purpose & { body: string },
): Promise<Said> {
  const marker = markerOf(say);
  const body = `${marker}\n${harmlessComments(cut(say.body))}`;
  const me = await forge.whoami();
  const own = (await forge.listComments(project, thread)).filter(
    (comment) => sameLogin(comment.author, me) && comment.body.trimStart().startsWith(marker),
  );
  const last = own.at(-1);
  if (last === undefined) return { comment: await forge.addComment(project, thread, body), how: 'added' };
  if (same(last.body, body)) return { comment: last, how: 'kept' };
  if (await forge.editComment(project, thread, last.id, body)) {
    return { comment: { ...last, body }, how: 'edited' };
  }
  return { comment: await forge.addComment(project, thread, body), how: 'added' };
}

/** Only the first line is a comment of HTML: nothing in the text can look like a marker. */
function harmlessComments(text: string): string {
  return text.replaceAll('<!--', '&lt;!--');
}

function cut(text: string): string {
  if (text.length <= MOST) return text;
  const kept = text.slice(0, MOST).replace(/[\ud800-\udbff]$/, '');
  // A block of code that was cut open would take the rest of the page with it.
  const open = Array.from(kept.matchAll(/^(`{3,})/gm), ([fence]) => fence);
  const close = open.length % 2 === 1 ? `\n${open.at(-1)}` : '';
  return `${kept}${close}\n\n(The rest was cut off.)`;
}

/** Forges keep texts with other line ends and without blanks at the end. */
function same(one: string, other: string): boolean {
  const plain = (text: string): string => text.replace(/\r\n/g, '\n').trimEnd();
  return plain(one) === plain(other);
}
