/** The comment above a Patch tag. */

/**
 * Comment lines of a text, each beginning with `#`. What is a comment already, as a `Patch-status` that was taken from a spec is,
 * does not become one twice. The caller escapes macros.
 */
export function commentLines(text: string): string[] {
  const lines = linesOf(text);
  const isComment = lines.every((line) => line.trim() === '' || line.startsWith('#'));
  return lines.map((line) => {
    if (line.trim() === '') return '#';
    return isComment ? line.trimEnd() : `# ${line}`.trimEnd();
  });
}

/** The lines for a commit without a word on its patch, in a repository that uses git trailers: its message without them. */
export function messageComment(message: string, trailers: string): string[] {
  const block = trailers.trim();
  const end = block === '' ? -1 : message.lastIndexOf(block);
  return prefixed((end < 0 ? message : message.slice(0, end)).trim());
}

/** The same in one that does not: its subject and who wrote it. */
export function authorComment(message: string, author: string): string[] {
  return prefixed(`${message.split('\n', 1)[0]?.trim() ?? ''}\nAuthor: ${author}`);
}

/** `#` at the start of a line of a message is no comment, as in `#12 is fixed`. */
function prefixed(text: string): string[] {
  return linesOf(text).map((line) => `# ${line}`.trimEnd());
}

/** What controls a terminal has no place in a comment. */
function linesOf(text: string): string[] {
  // oxlint-disable-next-line no-control-regex -- stripping them is the point
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, ''));
}
