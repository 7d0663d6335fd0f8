/** Quoted, literal and folded text. Rules: YAML 1.1 as PyYAML's scanner applies them. */
import { YamlError } from './nodes.ts';
import type { Token } from './tokens.ts';

/** The scanner's place in the text, shared with the functions here. */
export interface Cursor {
  /** Ends with NUL, which occurs nowhere else. */
  readonly text: string;
  pos: number;
  line: number;
  /** Offset of the first character of the current line. */
  lineStart: number;
}

const ESCAPES: Record<string, string> = {
  0: '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '\\': '\\',
  '/': '/',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};
const ESCAPE_DIGITS: Record<string, number> = { x: 2, u: 4, U: 8 };

/** True for the end of the text and for every character that ends a line. */
export function endsLine(char: string): boolean {
  return (
    char === '\n' ||
    char === '\r' ||
    char === '\0' ||
    char === '\x85' ||
    char === '\u2028' ||
    char === '\u2029'
  );
}

/** True for what may follow an indicator: a blank, a line's end, the end of the text. */
export function isBlankOrEnd(char: string): boolean {
  return char === ' ' || char === '\t' || endsLine(char);
}

export function at(cursor: Cursor, ahead = 0): string {
  return cursor.text.charAt(cursor.pos + ahead);
}

/** Moves over a line break, if there is one, and returns it as YAML normalises it (`''` if there is none). */
export function takeBreak(cursor: Cursor): string {
  const char = at(cursor);
  if (char === '\0' || !endsLine(char)) return '';
  cursor.pos += char === '\r' && at(cursor, 1) === '\n' ? 2 : 1;
  cursor.line += 1;
  cursor.lineStart = cursor.pos;
  return char === '\u2028' || char === '\u2029' ? char : '\n';
}

/** True at a `---` or `...` that stands alone. */
export function atDocumentMark(cursor: Cursor): boolean {
  const three = cursor.text.slice(cursor.pos, cursor.pos + 3);
  return (three === '---' || three === '...') && isBlankOrEnd(at(cursor, 3));
}

export function skipSpaces(cursor: Cursor): void {
  while (at(cursor) === ' ') cursor.pos += 1;
}

export function skipComment(cursor: Cursor): void {
  if (at(cursor) !== '#') return;
  while (!endsLine(at(cursor))) cursor.pos += 1;
}

/** A `'...'` or `"..."` scalar; the cursor is on the opening quote. */
export function scanQuoted(cursor: Cursor, quote: '"' | "'"): Token {
  const start = cursor.pos;
  cursor.pos += 1;
  let value = takeQuotedText(cursor, quote, start);
  while (at(cursor) !== quote) {
    value += takeQuotedBlanks(cursor, start, quote);
    value += takeQuotedText(cursor, quote, start);
  }
  cursor.pos += 1;
  return { type: 'scalar', start, end: cursor.pos, value, style: quote };
}

function takeQuotedText(cursor: Cursor, quote: '"' | "'", start: number): string {
  let value = '';
  for (;;) {
    const from = cursor.pos;
    while (!isQuotedStop(at(cursor))) cursor.pos += 1;
    value += cursor.text.slice(from, cursor.pos);
    const char = at(cursor);
    if (quote === "'" && char === "'" && at(cursor, 1) === "'") {
      value += "'";
      cursor.pos += 2;
    } else if (char !== quote && (char === '"' || char === "'" || (char === '\\' && quote === "'"))) {
      value += char;
      cursor.pos += 1;
    } else if (char === '\\' && quote === '"') {
      value += takeEscape(cursor, start);
    } else {
      return value;
    }
  }
}

function isQuotedStop(char: string): boolean {
  return char === '"' || char === "'" || char === '\\' || isBlankOrEnd(char);
}

function takeEscape(cursor: Cursor, start: number): string {
  cursor.pos += 1;
  const char = at(cursor);
  const plain = ESCAPES[char];
  if (plain !== undefined) {
    cursor.pos += 1;
    return plain;
  }
  const digits = ESCAPE_DIGITS[char];
  if (digits !== undefined) return takeCodePoint(cursor, digits, start);
  if (char !== '\0' && endsLine(char)) {
    takeBreak(cursor);
    return takeQuotedBreaks(cursor, start);
  }
  throw new YamlError(`"\\${printable(char)}" is no escape sequence of a double-quoted text`, cursor.pos, {
    began: start,
    hint: 'Put the text into single quotes, where a backslash is only a backslash, or write \\\\ for one backslash.',
  });
}

function takeCodePoint(cursor: Cursor, digits: number, start: number): string {
  cursor.pos += 1;
  const hex = cursor.text.slice(cursor.pos, cursor.pos + digits);
  const code = Number.parseInt(hex, 16);
  if (!/^[0-9a-f]+$/i.test(hex) || hex.length < digits || code > 0x10ffff) {
    throw new YamlError(`This escape sequence needs ${digits} hexadecimal digits`, cursor.pos, {
      began: start,
      hint: 'Put the text into single quotes, where a backslash is only a backslash.',
    });
  }
  cursor.pos += digits;
  return String.fromCodePoint(code);
}

function takeQuotedBlanks(cursor: Cursor, start: number, quote: string): string {
  const from = cursor.pos;
  while (at(cursor) === ' ' || at(cursor) === '\t') cursor.pos += 1;
  const blanks = cursor.text.slice(from, cursor.pos);
  const char = at(cursor);
  if (char === '\0') {
    throw new YamlError(`The file ends inside a quoted text`, cursor.pos, {
      began: start,
      hint: `Close the text with ${quote}.`,
    });
  }
  if (!endsLine(char)) return blanks;
  const first = takeBreak(cursor);
  const breaks = takeQuotedBreaks(cursor, start);
  if (first !== '\n') return first + breaks;
  return breaks === '' ? ' ' : breaks;
}

function takeQuotedBreaks(cursor: Cursor, start: number): string {
  let breaks = '';
  for (;;) {
    // As PyYAML has it: the mark counts wherever it stands here, not only in the first column.
    if (atDocumentMark(cursor)) {
      throw new YamlError('A new document starts inside a quoted text', cursor.pos, {
        began: start,
        hint: 'A quote that is opened further up is not closed.',
      });
    }
    while (at(cursor) === ' ' || at(cursor) === '\t') cursor.pos += 1;
    const taken = takeBreak(cursor);
    if (taken === '') return breaks;
    breaks += taken;
  }
}

/** A `|` or `>` scalar; the cursor is on the indicator. */
export function scanBlock(cursor: Cursor, style: '|' | '>', parentIndent: number): Token {
  const start = cursor.pos;
  cursor.pos += 1;
  const { chomping, increment } = takeBlockHeader(cursor, start);
  takeRestOfLine(cursor, start);
  const minimum = Math.max(1, parentIndent + 1);
  let pending: Breaks;
  let indent: number;
  if (increment === undefined) {
    const found = takeBlockIndentation(cursor);
    indent = Math.max(minimum, found.indent);
    pending = found;
  } else {
    indent = minimum + increment - 1;
    pending = takeBlockBreaks(cursor, indent);
  }
  let value = '';
  let lastBreak = '';
  while (cursor.pos - cursor.lineStart === indent && at(cursor) !== '\0') {
    value += pending.text;
    const indented = at(cursor) === ' ' || at(cursor) === '\t';
    const from = cursor.pos;
    while (!endsLine(at(cursor))) cursor.pos += 1;
    value += cursor.text.slice(from, cursor.pos);
    lastBreak = takeBreak(cursor);
    pending = takeBlockBreaks(cursor, indent);
    if (cursor.pos - cursor.lineStart !== indent || at(cursor) === '\0') break;
    const folds =
      style === '>' && lastBreak === '\n' && !indented && at(cursor) !== ' ' && at(cursor) !== '\t';
    if (!folds) value += lastBreak;
    else if (pending.text === '') value += ' ';
  }
  if (chomping !== '-') value += lastBreak;
  if (chomping === '+') value += pending.text;
  return { type: 'scalar', start, end: pending.end, value, style };
}

interface Breaks {
  text: string;
  end: number;
}

function takeBlockHeader(
  cursor: Cursor,
  start: number,
): { chomping: string | undefined; increment: number | undefined } {
  const header = /([+-])?([0-9])?([+-])?/y;
  header.lastIndex = cursor.pos;
  const match = header.exec(cursor.text);
  let chomping = match?.[1];
  const digit = match?.[2];
  let length = (chomping === undefined ? 0 : 1) + (digit === undefined ? 0 : 1);
  // "+2-" is not a header: the second sign belongs to a digit that came first.
  if (chomping === undefined && digit !== undefined && match?.[3] !== undefined) {
    chomping = match[3];
    length += 1;
  }
  if (digit === '0') {
    throw new YamlError('The indentation of a block text is a number from 1 to 9', cursor.pos, {
      began: start,
    });
  }
  cursor.pos += length;
  const char = at(cursor);
  if (char !== ' ' && !endsLine(char)) {
    throw new YamlError(`Unexpected "${printable(char)}" after the start of a block text`, cursor.pos, {
      began: start,
      hint: 'Only +, - or one digit may follow | and >; the text starts on the next line. Quote a value that is to start with | or >.',
    });
  }
  return { chomping, increment: digit === undefined ? undefined : Number(digit) };
}

/** Spaces, a comment and the line break; anything else is an error. */
export function takeRestOfLine(cursor: Cursor, began: number): void {
  skipSpaces(cursor);
  skipComment(cursor);
  const char = at(cursor);
  if (!endsLine(char)) {
    throw new YamlError(`Only a comment may follow on this line, not "${printable(char)}"`, cursor.pos, {
      began,
    });
  }
  takeBreak(cursor);
}

function takeBlockIndentation(cursor: Cursor): Breaks & { indent: number } {
  let text = '';
  let indent = 0;
  let end = cursor.pos;
  for (;;) {
    if (at(cursor) === ' ') {
      cursor.pos += 1;
      indent = Math.max(indent, cursor.pos - cursor.lineStart);
      continue;
    }
    const taken = takeBreak(cursor);
    if (taken === '') return { text, indent, end };
    text += taken;
    end = cursor.pos;
  }
}

function takeBlockBreaks(cursor: Cursor, indent: number): Breaks {
  let text = '';
  let end = cursor.pos;
  for (;;) {
    while (cursor.pos - cursor.lineStart < indent && at(cursor) === ' ') cursor.pos += 1;
    const taken = takeBreak(cursor);
    if (taken === '') return { text, end };
    text += taken;
    end = cursor.pos;
  }
}

/** A character as it can be shown in a message. */
export function printable(char: string): string {
  if (char === '\0' || char === '') return 'end of file';
  if (char === '\t') return 'tab';
  return endsLine(char) ? 'end of line' : char;
}
