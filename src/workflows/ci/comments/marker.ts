/** The line that people do not see and by which packit finds what it wrote. */
import { createHash } from 'node:crypto';

export interface Purpose {
  /** What the comment is about: `not-allowed`, `configuration`. */
  purpose: string;
  /** What tells it from others of its purpose in the same place: a unit's key, a commit. */
  key: string;
}

const BEGIN = '<!-- packit:ci:v1:';

/** `<!-- packit:ci:v1:PURPOSE:KEY -->`. What does not fit into a word is replaced by its digest. */
export function markerOf({ purpose, key }: Purpose): string {
  return `${BEGIN}${word(purpose)}:${word(key)} -->`;
}

/** True for what packit wrote, whoever's account it used: such a comment gives no commands and no approvals. */
export function isOwnComment(body: string): boolean {
  return body.trimStart().startsWith(BEGIN);
}

function word(text: string): string {
  return /^[\w.-]{1,80}$/.test(text) && !text.includes('--')
    ? text
    : createHash('sha256').update(text).digest('hex').slice(0, 32);
}
