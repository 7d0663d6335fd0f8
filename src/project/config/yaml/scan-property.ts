/** Anchors, aliases, tags and directives. */
import { YamlError } from './nodes.ts';
import { at, endsLine, isBlankOrEnd, printable, skipSpaces, takeRestOfLine } from './scan-scalar.ts';
import type { Cursor } from './scan-scalar.ts';
import type { Token } from './tokens.ts';

/** `&name` or `*name`: PyYAML takes ASCII letters, digits, `-` and `_`. */
export function scanAnchor(cursor: Cursor): Token {
  const start = cursor.pos;
  const type = at(cursor) === '*' ? 'alias' : 'anchor';
  cursor.pos += 1;
  const value = take(cursor, /[0-9A-Za-z_-]+/y);
  const char = at(cursor);
  if (value === '' || !(isBlankOrEnd(char) || '?:,]}%@`'.includes(char))) {
    const what = type === 'alias' ? 'An alias' : 'An anchor';
    throw new YamlError(`${what} cannot contain "${printable(char)}"`, cursor.pos, {
      began: start,
      hint:
        type === 'alias'
          ? 'Put a value that starts with * into quotes. Names of aliases are letters, digits, "-" and "_".'
          : 'Put a value that starts with & into quotes. Names of anchors are letters, digits, "-" and "_".',
    });
  }
  return { type, start, end: cursor.pos, value };
}

/** `!`, `!suffix`, `!!type`, `!handle!suffix`, `!<uri>`. */
export function scanTag(cursor: Cursor): Token {
  const start = cursor.pos;
  let handle: string | undefined;
  let suffix = '!';
  const second = at(cursor, 1);
  if (second === '<') {
    cursor.pos += 2;
    suffix = takeUri(cursor, start);
    if (at(cursor) !== '>')
      throw new YamlError('A tag that starts with !< ends with >', cursor.pos, { began: start });
    cursor.pos += 1;
  } else if (isBlankOrEnd(second)) {
    cursor.pos += 1;
  } else {
    let end = cursor.pos + 1;
    while (![' ', '!'].includes(cursor.text.charAt(end)) && !endsLine(cursor.text.charAt(end))) end += 1;
    if (cursor.text.charAt(end) === '!') {
      handle = takeHandle(cursor, start);
    } else {
      handle = '!';
      cursor.pos += 1;
    }
    suffix = takeUri(cursor, start);
  }
  if (at(cursor) !== ' ' && !endsLine(at(cursor))) {
    throw new YamlError(`A tag cannot contain "${printable(at(cursor))}"`, cursor.pos, {
      began: start,
      hint: 'Put a value that starts with ! into quotes.',
    });
  }
  return { type: 'tag', start, end: cursor.pos, value: suffix, style: handle };
}

/** A `%` line before `---`. */
export function scanDirective(cursor: Cursor): Token {
  const start = cursor.pos;
  cursor.pos += 1;
  const value = take(cursor, /[0-9A-Za-z_-]+/y);
  if (value === '' || (at(cursor) !== ' ' && !endsLine(at(cursor)))) {
    throw new YamlError(
      `A line that starts with % is a directive, and "${printable(at(cursor))}" is no part of its name`,
      cursor.pos,
      {
        began: start,
        hint: 'Put a value that starts with % into quotes.',
      },
    );
  }
  let args: readonly [string, string] | undefined;
  if (value === 'YAML') {
    skipSpaces(cursor);
    const number = take(cursor, /[0-9]+\.[0-9]+/y);
    const [major, minor] = number.split('.');
    if (major === undefined || minor === undefined || (at(cursor) !== ' ' && !endsLine(at(cursor)))) {
      throw new YamlError('A %YAML line holds a version such as 1.1', cursor.pos, { began: start });
    }
    args = [major, minor];
  } else if (value === 'TAG') {
    skipSpaces(cursor);
    const handle = takeHandle(cursor, start);
    if (at(cursor) !== ' ')
      throw new YamlError('A %TAG line holds a handle and a prefix', cursor.pos, { began: start });
    skipSpaces(cursor);
    args = [handle, takeUri(cursor, start)];
    if (at(cursor) !== ' ' && !endsLine(at(cursor))) {
      throw new YamlError('A %TAG line holds a handle and a prefix', cursor.pos, { began: start });
    }
  } else {
    while (!endsLine(at(cursor))) cursor.pos += 1;
  }
  const end = cursor.pos;
  takeRestOfLine(cursor, start);
  return { type: 'directive', start, end, value, ...(args === undefined ? {} : { args }) };
}

function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.pos;
  const found = pattern.exec(cursor.text)?.[0] ?? '';
  cursor.pos += found.length;
  return found;
}

function takeHandle(cursor: Cursor, began: number): string {
  const handle = take(cursor, /!(?:[0-9A-Za-z_-]*!)?/y);
  if (handle === '' || (handle === '!' && at(cursor) !== ' ')) {
    throw new YamlError('The handle of a tag ends with "!"', cursor.pos, { began });
  }
  return handle;
}

function takeUri(cursor: Cursor, began: number): string {
  const start = cursor.pos;
  const raw = take(cursor, /(?:[0-9A-Za-z\-;/?:@&=+$,_.!~*'()[\]]|%[0-9A-Fa-f]{2})+/y);
  if (raw === '' || at(cursor) === '%') {
    throw new YamlError('This is not a tag', cursor.pos, {
      began,
      hint: 'Put a value that starts with ! into quotes.',
    });
  }
  try {
    return raw.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => decodeURIComponent(escapes));
  } catch {
    throw new YamlError('The escapes in this tag are not UTF-8', start, { began });
  }
}
