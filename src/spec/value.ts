/**
 * Values of tags and macros as rpm's `expandMacro()` (rpmio/macro.c) reads them: text and the
 * expansions in it. `raw` is always the text as written, so that joining `raw` gives the value back.
 */

export interface TextNode {
  readonly type: 'text';
  readonly raw: string;
}

/** `%( )`, `%[ ]` and `%{name:argument}`: what stands there is computed. */
export interface ComputedNode {
  readonly type: 'shell' | 'expression' | 'call';
  readonly raw: string;
  readonly name: string;
}

/** `%name`, `%{name}`, `%{?name}`, `%{name arguments}`. */
export interface MacroNode {
  readonly type: 'macro';
  readonly raw: string;
  readonly enclosed: boolean;
  /** `?` and `!` before the name. */
  readonly prefix: string;
  readonly name: string;
  readonly args: string;
}

/** `%{?name:body}`, `%{!?name:body}`. */
export interface ConditionalNode {
  readonly type: 'conditional';
  readonly raw: string;
  readonly prefix: string;
  readonly name: string;
  readonly body: readonly ValueNode[];
}

export type ValueNode = TextNode | ComputedNode | MacroNode | ConditionalNode;

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' };
/** Deeper nesting is left as text: no real value has it, and it bounds the work. */
const DEEPEST = 50;

/** Undefined if a macro in it is not closed. */
export function parseValue(value: string, depth = 0): readonly ValueNode[] | undefined {
  const nodes: ValueNode[] = [];
  let textStart = 0;
  let at = value.indexOf('%');
  while (at >= 0) {
    if (value[at + 1] === '%') {
      at = value.indexOf('%', at + 2);
      continue;
    }
    const end = expansionEnd(value, at + 1);
    if (end === undefined) return undefined;
    const node = end > at + 1 ? readNode(value.slice(at, end), depth) : undefined;
    if (node) {
      if (at > textStart) nodes.push({ type: 'text', raw: value.slice(textStart, at) });
      nodes.push(node);
      textStart = end;
    }
    at = value.indexOf('%', node ? end : at + 1);
  }
  if (textStart < value.length) nodes.push({ type: 'text', raw: value.slice(textStart) });
  return nodes;
}

/** The nodes with the bodies of conditional ones in their place. */
export function flattenNodes(nodes: readonly ValueNode[]): readonly Exclude<ValueNode, ConditionalNode>[] {
  return nodes.flatMap((node) => (node.type === 'conditional' ? flattenNodes(node.body) : [node]));
}

/** True if the value uses the macro, in whatever spelling. */
export function usesMacro(value: string, name: string): boolean {
  if (!value.includes(name)) return false;
  return flattenNodes(parseValue(value) ?? []).some((node) => node.type === 'macro' && node.name === name);
}

/** What stands inside a `%{?name:...}` of a line, with what surrounds it there. */
export interface ConditionalPart {
  readonly prefix: string;
  readonly inner: string;
  readonly suffix: string;
  /** The openings it stands in: `%{?a:%{!?b:`. */
  readonly openings: string;
  /** As many braces as there are openings. */
  readonly closings: string;
}

const CONDITIONAL_START = /^\s*(%\{(?=[?!]*\?)[?!]+\w+:)/;

/** The insides of a line that is made of `%{?name:...}` only, one within or behind the other; else none. */
export function conditionalParts(line: string): readonly ConditionalPart[] {
  if (!/^\s*%\{[?!]/.test(line)) return [];
  return innermost(line, { prefix: '', suffix: '', openings: '', closings: '' }) ?? [];
}

function innermost(text: string, around: Omit<ConditionalPart, 'inner'>): ConditionalPart[] | undefined {
  const parts: ConditionalPart[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    if (parts.length > 0 && rest.trim() === '') break;
    const match = CONDITIONAL_START.exec(rest);
    const opening = match?.[1];
    if (match === null || opening === undefined || around.closings.length >= DEEPEST) return undefined;
    const start = at + match[0].length;
    const end = matchingEnd(text, start - opening.length + 1);
    if (end === undefined) return undefined;
    const inner = text.slice(start, end - 1);
    const part = {
      prefix: around.prefix + text.slice(0, start),
      suffix: text.slice(end - 1) + around.suffix,
      openings: around.openings + opening,
      closings: `${around.closings}}`,
    };
    parts.push(...(innermost(inner, part) ?? [{ ...part, inner }]));
    at = end;
  }
  return parts.length === 0 ? undefined : parts;
}

/** Where the openings of a line end that more lines follow: `%{?name:Source1: a`, closed further down. */
export function openConditionals(line: string): string | undefined {
  return /^(?:\s*%\{(?=[?!]*\?)[?!]+\w+:)+/.exec(line)?.[0];
}

/** Index of the first brace in a text that closes nothing opened in it. */
export function unmatchedBrace(text: string): number | undefined {
  let level = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '\\') i += 1;
    else if (char === '{') level += 1;
    else if (char === '}') {
      level -= 1;
      if (level < 0) return i;
    }
  }
  return undefined;
}

function readNode(raw: string, depth: number): ValueNode | undefined {
  switch (raw[1]) {
    case '(':
      return { type: 'shell', raw, name: '' };
    case '[':
      return { type: 'expression', raw, name: '' };
    case '{':
      return readBraces(raw, depth);
    case undefined:
    default: {
      const match = /^%([?!]*)(.+)$/s.exec(raw);
      return match
        ? { type: 'macro', raw, enclosed: false, prefix: match[1] ?? '', name: match[2] ?? '', args: '' }
        : undefined;
    }
  }
}

function readBraces(raw: string, depth: number): ValueNode | undefined {
  const inner = raw.slice(2, -1);
  const delimiter = /[ :}]/.exec(inner);
  const head = delimiter ? inner.slice(0, delimiter.index) : inner;
  const prefix = /^[?!]*/.exec(head)?.[0] ?? '';
  const name = head.slice(prefix.length);
  if (delimiter?.[0] === ':') {
    const argument = inner.slice(head.length + 1);
    if (!prefix.includes('?')) return { type: 'call', raw, name: head };
    const body = depth < DEEPEST ? parseValue(argument, depth + 1) : undefined;
    return { type: 'conditional', raw, prefix, name, body: body ?? [{ type: 'text', raw: argument }] };
  }
  if (!/^[A-Za-z_]\w*$/.test(name)) return undefined;
  return { type: 'macro', raw, enclosed: true, prefix, name, args: inner.slice(head.length).trim() };
}

/** Index after the expansion whose first character after `%` is at `at`; undefined if it is not closed. */
function expansionEnd(value: string, at: number): number | undefined {
  const char = value[at];
  if (char !== undefined && char in CLOSING) return matchingEnd(value, at);
  const rest = /[?!]*-?\w*(?:\*\*|[*#])?/y;
  rest.lastIndex = at;
  return at + (rest.exec(value)?.[0].length ?? 0);
}

/** Index after the bracket that closes the one at `at`; a backslash hides the next character. */
function matchingEnd(value: string, at: number): number | undefined {
  const opening = value[at] ?? '';
  const closing = CLOSING[opening];
  let level = 0;
  for (let i = at; i < value.length; i++) {
    const char = value[i];
    if (char === '\\') i += 1;
    else if (char === closing) {
      level -= 1;
      if (level <= 0) return i + 1;
    } else if (char === opening) level += 1;
  }
  return undefined;
}
