/**
 * The lines of a spec as rpm groups them: macro definitions with bodies of several lines, and blocks
 * (`%{expand:`, `%{lua:`, `%(`) that stay open over lines. Linear in the size of the text.
 */
import { perDocument } from './memo.ts';
import type { CommentOutStyle, SpecDocument } from './types.ts';

/** A definition with every character that is needed to write it back. */
export interface DefinitionToken {
  readonly keyword: 'global' | 'define';
  /** Everything before the keyword: blanks, `%`, `%dnl %`, `#`. */
  readonly lead: string;
  readonly afterKeyword: string;
  readonly name: string;
  /** `(n:)`, or empty. */
  readonly parameters: string;
  readonly afterName: string;
  readonly body: string;
  /** Blanks after the body. */
  readonly tail: string;
  readonly commentedOut: boolean;
  readonly style: CommentOutStyle;
  readonly line: number;
  readonly end: number;
}

export interface Lexed {
  readonly definitions: readonly DefinitionToken[];
  /** One entry per line, see `inDefinition`, `inBlock`, `inCode`. */
  readonly flags: Uint8Array;
}

const DEFINITION = 1;
const BLOCK = 2;
const CODE = 4;

export const lex: (doc: SpecDocument) => Lexed = perDocument(lexDocument);

/** True for every line of a macro definition, the first one too. */
export function inDefinition(lexed: Lexed, line: number): boolean {
  return ((lexed.flags[line] ?? 0) & DEFINITION) !== 0;
}

/** True for the lines after the first one of a block that stays open over lines. */
export function inBlock(lexed: Lexed, line: number): boolean {
  return ((lexed.flags[line] ?? 0) & BLOCK) !== 0;
}

/** True inside a block of Lua or shell code. */
export function inCode(lexed: Lexed, line: number): boolean {
  return ((lexed.flags[line] ?? 0) & CODE) !== 0;
}

function lexDocument(doc: SpecDocument): Lexed {
  const { lines } = doc;
  const flags = new Uint8Array(lines.length);
  const definitions: DefinitionToken[] = [];
  let blocksEnd = true;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const definition = ((flags[i] ?? 0) & CODE) === 0 ? readDefinition(lines, i) : undefined;
    if (definition) {
      definitions.push(definition);
      for (let at = definition.line; at < definition.end; at++) flags[at] = (flags[at] ?? 0) | DEFINITION;
      i = definition.end - 1;
      continue;
    }
    if (!blocksEnd || !line.includes('%') || ((flags[i] ?? 0) & BLOCK) !== 0) continue;
    const brackets = new Brackets();
    brackets.read(line);
    if (!brackets.open) continue;
    let end = i + 1;
    while (end < lines.length && brackets.open) brackets.read(lines[end++] ?? '');
    // What is never closed is no block; nothing after it needs to be tried again.
    if (brackets.open) {
      blocksEnd = false;
      continue;
    }
    const code = brackets.code ? CODE : 0;
    for (let at = i + 1; at < end; at++) flags[at] = (flags[at] ?? 0) | BLOCK | code;
  }
  return { definitions, flags };
}

/** A body may begin right behind the name: `%global NAME\\` is one that begins with a line break. */
const DEFINITION_START =
  /^(\s*(?:%dnl.*?%|%|#(?:.*?%)?))(global|define)(\s+)(\w+)(\([^)%]{0,200}\))?(\s*)(?!\s)/s;

function readDefinition(lines: readonly string[], start: number): DefinitionToken | undefined {
  const first = lines[start] ?? '';
  if (!/^\s*[%#]/.test(first) || !(first.includes('global') || first.includes('define'))) return undefined;
  const match = DEFINITION_START.exec(first);
  if (!match) return undefined;
  const [whole, lead = '', keyword, afterKeyword = '', name = '', parameters = '', afterName = ''] = match;
  const sign = lead.trimStart();
  const dnl = sign.startsWith('%dnl');
  const hashed = sign === '#';
  const escaped = sign.startsWith('#') && sign.endsWith('%%');
  let body = first.slice(whole.length);
  let end = start + 1;
  if (!dnl && !hashed && !escaped) {
    const brackets = new Brackets();
    brackets.read(body);
    const parts = [body];
    while ((brackets.open || endsWithBackslash(parts.at(-1) ?? '')) && end < lines.length) {
      const next = lines[end++] ?? '';
      brackets.read(next);
      parts.push(next);
    }
    body = parts.join('\n');
  }
  const trimmed = trimBlanksEnd(body);
  return {
    keyword: keyword === 'global' ? 'global' : 'define',
    lead,
    afterKeyword,
    name,
    parameters,
    afterName,
    body: trimmed,
    tail: body.slice(trimmed.length),
    commentedOut: dnl || hashed || escaped,
    style: hashed ? 'hash' : escaped ? 'other' : 'dnl',
    line: start,
    end,
  };
}

/** The start of the run of backslashes that ends at `at`. */
function backslashesBefore(text: string, at: number): number {
  let start = at;
  while (start > 0 && text[start - 1] === '\\') start -= 1;
  return start;
}

export function endsWithBackslash(line: string): boolean {
  let count = 0;
  while (count < line.length && line[line.length - 1 - count] === '\\') count++;
  return count % 2 === 1;
}

/** Without blanks at the end of the last line; newlines stay. */
export function trimBlanksEnd(text: string): string {
  let end = text.length;
  while (end > 0) {
    const unit = text.charCodeAt(end - 1);
    if (unit !== 0x20 && unit !== 0x09 && unit !== 0x0d && unit !== 0x0b && unit !== 0x0c) break;
    end -= 1;
  }
  return text.slice(0, end);
}

/** Counts `%{`, `%(` and `%[` that are still open, the way rpm's reader does. */
export class Brackets {
  private braces = 0;
  private parens = 0;
  private squares = 0;
  /** True if a bracket of Lua or shell code was opened. */
  code = false;

  get open(): boolean {
    return this.braces > 0 || this.parens > 0 || this.squares > 0;
  }

  read(text: string): void {
    // Nothing is open and nothing opens: the common case.
    const from = this.open ? 0 : text.indexOf('%');
    if (from < 0) return;
    // A backslash right before hides the percent sign.
    for (let i = from > 0 ? backslashesBefore(text, from) : 0; i < text.length; i++) {
      const char = text[i];
      if (char === '\\') i += 1;
      else if (char === '%') {
        i += 1;
        this.start(text, i);
      } else if (this.braces > 0 && char === '{') this.braces += 1;
      else if (this.braces > 0 && char === '}') this.braces -= 1;
      else if (this.parens > 0 && char === '(') this.parens += 1;
      else if (this.parens > 0 && char === ')') this.parens -= 1;
      else if (this.squares > 0 && char === '[') this.squares += 1;
      else if (this.squares > 0 && char === ']') this.squares -= 1;
    }
  }

  private start(text: string, at: number): void {
    const char = text[at];
    if (char === '{') {
      if (text.startsWith('lua:', at + 1)) this.code = true;
      this.braces += 1;
    } else if (char === '(') {
      if (!this.open) this.code = true;
      this.parens += 1;
    } else if (char === '[') this.squares += 1;
  }
}
