/**
 * Taking the code out of a spec nobody vouches for: `%( )`, `%{lua:}` and what else runs, loads or reveals
 * something while rpm reads the spec. What stood there becomes a word nobody can guess, so that every value it
 * gets into is recognised.
 *
 * Text is `latin1` of the bytes; lines keep their numbers.
 */

export interface Neutralised {
  text: string;
  /** What was taken out; lines counted from 1. */
  findings: { line: number; code: string }[];
  /** Definitions are missing (`%include`, `%load`, Lua that makes them): nothing can be known. */
  incomplete: boolean;
}

/** `%{name:...}` and `%name` that read the environment or the file system. */
const REVEALING = 'getenv|exists|uncompress|getncpus|getconfdir|xdg';
const BRACED = new RegExp(`^%\\{[?!]*(?:lua|load|include|${REVEALING})(?!\\w)`);
const BARE = new RegExp(`^%[?!]*(?:lua|load|include|${REVEALING})(?!\\w)`);
const INCOMPLETE = /^%\{?[?!]*(?:include|load)(?!\w)/;
/** Lua that sets macros. */
const DEFINES =
  /^%\{?[?!]*lua\b[^]*(?:rpm\s*\.\s*(?:un)?(?:define|load)|macros\s*[.[][^=~<>\n]*=(?!=)|\b(?:undefine|define|global)\b)/;

/** Replaces everything that could run by `word`; with `shell` only `%( )`. */
export function neutralise(text: string, word: string, what: 'all' | 'shell' = 'all'): Neutralised {
  const findings: Neutralised['findings'] = [];
  let incomplete = false;
  let result = '';
  let kept = 0;
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at)) {
    const end = codeEnd(text, at, what);
    if (end === undefined) {
      at += 1;
      continue;
    }
    const code = text.slice(at, end);
    findings.push({ line: lineOf(text, at), code: firstLine(code) });
    if (INCOMPLETE.test(code) || DEFINES.test(code)) incomplete = true;
    // Signs before it go too: `%%(x)` is code as soon as it is expanded twice.
    const from = leadingSigns(text, at, kept);
    result += text.slice(kept, from) + word + emptyLines(code.split('\n').length - 1, word);
    kept = end;
    at = end;
  }
  return { text: result + text.slice(kept), findings, incomplete };
}

/** Where the code that begins at a `%` ends; undefined if it is no code. */
function codeEnd(text: string, at: number, what: 'all' | 'shell'): number | undefined {
  if (text[at + 1] === '(') return closing(text, at + 1, '(', ')');
  if (what === 'shell') return undefined;
  const ahead = text.slice(at, at + 40);
  if (BRACED.test(ahead)) return closing(text, at + 1, '{', '}');
  if (!BARE.test(ahead)) return undefined;
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** Newlines that expand to nothing, in braces as they were: the definition they stood in goes on behind them. */
function emptyLines(count: number, word: string): string {
  return count === 0 ? '' : `%{?${word}:${'\n'.repeat(count)}}`;
}

function leadingSigns(text: string, at: number, limit: number): number {
  let from = at;
  while (from > limit && text[from - 1] === '%') from -= 1;
  return from;
}

/** After the matching bracket, as rpm counts them: a backslash hides one. Without a match only the opening goes. */
function closing(text: string, open: number, left: string, right: string): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === left) depth += 1;
    else if (char === right) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return open + 1;
}

function lineOf(text: string, at: number): number {
  let line = 1;
  for (let index = text.indexOf('\n'); index >= 0 && index < at; index = text.indexOf('\n', index + 1))
    line += 1;
  return line;
}

function firstLine(code: string): string {
  const line = code.split('\n', 1)[0] ?? '';
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

const DEFINITION = /%(?:global|define)[ \t]+(\w+)(?:\([^)]*\))?/g;
const TAG = /^[ \t]*(Name|Version|Release|Epoch|Url)[ \t]*:/gim;
const CONDITION = /^[ \t]*%(?:if|elif|ifarch|ifnarch|elifarch|ifos|ifnos|elifos)\b/gm;
/** What turns a word into another one, or into a number: the result does not show what it came from. */
const TRANSFORMING =
  /%\[|%\{?[?!]*(?:expr|sub|gsub|len|rep|reverse|shrink|dirname|suffix|url2path|u2p)(?!\w)/g;

/**
 * The first line (from 1) where a condition or a calculation depends on what was taken out; undefined if none
 * does. What follows such a line may be anything. Dependence is followed through macros and tags, by name.
 */
export function dependentDecision(text: string, word: string): number | undefined {
  const unknown = unknownNames(text, word);
  const depends = (part: string): boolean => part.includes(word) || mentions(part, unknown);
  let first: number | undefined;
  for (const pattern of [CONDITION, TRANSFORMING]) {
    for (const match of text.matchAll(pattern)) {
      if (!depends(logicalLine(text, match.index))) continue;
      const line = lineOf(text, match.index);
      first = Math.min(first ?? line, line);
    }
  }
  return first;
}

/** Macros whose value depends on what was taken out. */
function unknownNames(text: string, word: string): Set<string> {
  const bodies: { name: string; body: string }[] = [];
  for (const match of text.matchAll(DEFINITION)) {
    bodies.push({ name: match[1] ?? '', body: logicalLine(text, match.index + match[0].length) });
  }
  for (const match of text.matchAll(TAG)) {
    bodies.push({
      name: (match[1] ?? '').toLowerCase(),
      body: logicalLine(text, match.index + match[0].length),
    });
  }
  const unknown = new Set<string>();
  let before = -1;
  while (unknown.size > before) {
    before = unknown.size;
    for (const { name, body } of bodies) {
      if (body.includes(word) || mentions(body, unknown)) unknown.add(name);
    }
  }
  return unknown;
}

function mentions(part: string, names: ReadonlySet<string>): boolean {
  if (names.size === 0) return false;
  for (const [, name = ''] of part.matchAll(/%[{]?[?!-]*(\w+)/g)) {
    if (names.has(name) || names.has(name.toLowerCase())) return true;
  }
  return false;
}

/** From a place to the end of its line, on over continued lines and open braces. */
function logicalLine(text: string, from: number): string {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === '{') depth += 1;
    else if (char === '}') depth -= 1;
    else if (char === '\n' && depth <= 0) return text.slice(from, at);
  }
  return text.slice(from);
}
