/**
 * Lines that open, divide or close a condition: `%if` and its kind, and macros that expand to them. rpm looks for
 * conditions after it has expanded a line.
 */
import { inDefinition, lex, type DefinitionToken } from './lexer.ts';
import { perDocument } from './memo.ts';
import type { SpecDocument } from './types.ts';
import { conditionalParts } from './value.ts';

export interface ConditionLine {
  readonly kind: 'open' | 'divide' | 'close';
  /** As written: `%if`, `%ifpython3`. */
  readonly keyword: string;
  readonly expression: string;
  /** It is one only after expansion. */
  readonly byMacro: boolean;
}

const KEYWORD = /^\s*(%(?:(?:el)?if(?:n?(?:arch|os))?|else|endif))(?=\s|$)/;
const MACRO = /^\s*(%\{[?!]*(\w+)[^{}]*\}|%[?!]*(\w+))(.*)$/s;

/** Tells what a line of that document does to its conditions; undefined for nothing. */
export function conditionReader(doc: SpecDocument): (line: string) => ConditionLine | undefined {
  const { known, guessed } = macroConditions(doc);
  return (line) => readLine(line, (name) => known.get(name) ?? (guessed.has(name) ? 'open' : undefined));
}

type Kind = ConditionLine['kind'];

function readLine(line: string, kindOf: (name: string) => Kind | undefined): ConditionLine | undefined {
  const keyword = KEYWORD.exec(line)?.[1];
  if (keyword !== undefined) {
    const expression = line.trimStart().slice(keyword.length);
    return { kind: kindOfKeyword(keyword), keyword, expression, byMacro: false };
  }
  const macro = MACRO.exec(line);
  if (macro === null) return undefined;
  const kind = kindOf(macro[2] ?? macro[3] ?? '');
  if (kind !== undefined) {
    return { kind, keyword: macro[1] ?? '', expression: macro[4] ?? '', byMacro: true };
  }
  if (!/%(?:el)?if|%else|%endif/.test(line)) return undefined;
  // `%{?suse_version:%if 1}` opens a condition where the macro is defined.
  for (const { inner, openings } of conditionalParts(line)) {
    const found = readLine(inner, kindOf);
    if (found) return { ...found, keyword: openings + found.keyword, byMacro: true };
  }
  return undefined;
}

function kindOfKeyword(keyword: string): Kind {
  if (keyword.startsWith('%if')) return 'open';
  return keyword === '%endif' ? 'close' : 'divide';
}

interface MacroConditions {
  readonly known: ReadonlyMap<string, Kind>;
  /** Macros the spec uses as if they were `%if` and does not define: openSUSE's `%ifpython3`. */
  readonly guessed: ReadonlySet<string>;
}

const macroConditions: (doc: SpecDocument) => MacroConditions = perDocument((doc) => {
  const known = new Map<string, Kind>();
  const definitions = lex(doc).definitions.filter(({ commentedOut }) => !commentedOut);
  const bodies = new Map<string, string>(definitions.map(({ name, body }) => [name, body]));
  const memo = new Map<string, Kind | undefined>();
  const kindOf = (name: string, depth: number): Kind | undefined => {
    const body = bodies.get(name);
    if (body === undefined || depth > DEEPEST) return undefined;
    if (memo.has(name)) return memo.get(name);
    // Until it is known: one that comes to itself is none.
    memo.set(name, undefined);
    const kind = kindOfBody(body, (inner) => kindOf(inner, depth + 1));
    memo.set(name, kind);
    return kind;
  };
  for (const { name } of mayBeConditions(definitions)) {
    const kind = kindOf(name, 0);
    if (kind !== undefined) known.set(name, kind);
  }
  return { known, guessed: guessedConditions(doc, known, bodies) };
});

const DEEPEST = 10;

/** Those whose body can come to a keyword at all: nothing is worked out for the many others. */
function mayBeConditions(definitions: readonly DefinitionToken[]): readonly DefinitionToken[] {
  const some = definitions.some(({ body }) => /%(?:el)?if|%else|%endif/.test(body));
  return some ? definitions : [];
}

/** What the first condition of a body does that the body does not close itself. */
function kindOfBody(body: string, kindOf: (name: string) => Kind | undefined): Kind | undefined {
  const opened: Kind[] = [];
  for (const line of body
    .replaceAll('\\\n', '\n')
    .replace(/^%\{expand:/, '')
    .split('\n')) {
    const kind = readLine(line, kindOf)?.kind;
    if (kind === undefined) continue;
    if (kind === 'open') opened.push(kind);
    else if (opened.length === 0) return kind;
    else if (kind === 'close') opened.pop();
  }
  return opened[0];
}

/** `%ifsomething` at the start of a line is taken for an `%if` where there are more `%endif`s than what they could close. */
function guessedConditions(
  doc: SpecDocument,
  known: ReadonlyMap<string, Kind>,
  defined: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const names = new Set<string>();
  if (!doc.lines.some((line) => /^\s*%\{?[?!]*if\w/.test(line) && !KEYWORD.test(line))) return names;
  const lexed = lex(doc);
  let missing = 0;
  let lastClose = -1;
  const guesses: { name: string; line: number }[] = [];
  doc.lines.forEach((line, i) => {
    if (!line.includes('%') || inDefinition(lexed, i)) return;
    const kind = readLine(line, (name) => known.get(name))?.kind;
    if (kind === 'open') missing -= 1;
    else if (kind === 'close') {
      missing += 1;
      lastClose = i;
    }
    const macro = kind === undefined ? MACRO.exec(line) : null;
    const name = macro?.[2] ?? macro?.[3] ?? '';
    if (/^if\w/.test(name) && !defined.has(name)) guesses.push({ name, line: i });
  });
  if (missing > 0) for (const { name, line } of guesses) if (line < lastClose) names.add(name);
  return names;
}
