import { spliceLines } from './document.ts';
import { inBlock, lex } from './lexer.ts';
import { perDocument } from './memo.ts';
import { readOptions, setOption, tokenizeOptions } from './options.ts';
import { findSection } from './sections.ts';
import type { EditOptions } from './edit-tags.ts';
import { isTagInForce } from './in-force.ts';
import type { Evaluation, PrepMacro, SpecDocument } from './types.ts';
import { type ConditionalPart, conditionalParts, openConditionals, unmatchedBrace } from './value.ts';
import { SpecError } from './spec-error.ts';

/** getopt strings of the macros (build/parsePrep.c and rpm's macros file). */
const OPTIONS = {
  setup: 'a:b:cDn:Tq',
  autosetup: 'a:b:cDn:TvNS:p:',
  patch: 'P:p:REb:z:F:d:o:Z',
  autopatch: 'vp:m:M:',
} as const;

const MACRO = /(?<!%)%(?:\{\??)?(setup|autosetup|autopatch|patch)(\d*)(?=[\s}]|$)/;

interface PrepToken extends PrepMacro {
  /** Where its options begin and end in the line. */
  readonly from: number;
  readonly to: number;
  /** What stands before it, if that is a `%{?name:`. */
  readonly prefix: string;
}

/** The macros of the first %prep that unpack and patch. */
export function prepMacros(doc: SpecDocument): readonly PrepMacro[] {
  return readPrep(doc);
}

/**
 * `-n DIRECTORY` on the first %setup, else on the first %autosetup; nothing where there is neither. With an
 * evaluation those in force come first, without one those that stand in no condition.
 */
export function setPrepName(doc: SpecDocument, directory: string, options: EditOptions = {}): SpecDocument {
  const macro = choosePrep(doc, options.evaluation);
  if (!macro) return doc;
  const line = doc.lines[macro.line] ?? '';
  const text = line.slice(macro.from, macro.to);
  const written = text.trimStart();
  const changed = setOption(written, 'n', directory, OPTIONS[macro.kind]);
  if (changed === undefined) {
    throw new SpecError(
      'SPEC_PREP_UNREADABLE',
      `The options of ${macro.name} on line ${macro.line + 1} cannot be read`,
      {
        hint: 'Close the quotes and macros on that line.',
        details: [line],
        line: macro.line,
      },
    );
  }
  const blank = text.slice(0, text.length - written.length);
  const gap = blank === '' ? ' ' : blank;
  return spliceLines(doc, macro.line, 1, [line.slice(0, macro.from) + gap + changed + line.slice(macro.to)]);
}

/** The %setup or %autosetup that `setPrepName` changes, and the others that rpm may read elsewhere. */
export function prepChoice(
  doc: SpecDocument,
  { evaluation }: EditOptions = {},
): { chosen: PrepMacro; inForce: boolean | undefined; others: readonly PrepMacro[] } | undefined {
  const chosen = choosePrep(doc, evaluation);
  if (chosen === undefined) return undefined;
  const others = unpacking(doc).filter(
    (macro) => macro !== chosen && isTagInForce(doc, macro, evaluation) !== true,
  );
  return { chosen, inForce: isTagInForce(doc, chosen, evaluation), others };
}

/** Those that are certain, else those of which it is not known, else (all are known to be skipped) all. */
function choosePrep(doc: SpecDocument, evaluation: Evaluation | undefined): PrepToken | undefined {
  const groups = [true, undefined, false].map((wanted) =>
    unpacking(doc).filter((macro) => isTagInForce(doc, macro, evaluation) === wanted),
  );
  const candidates = groups.find((group) => group.length > 0) ?? [];
  return candidates.find(({ kind }) => kind === 'setup') ?? candidates[0];
}

function unpacking(doc: SpecDocument): readonly PrepToken[] {
  return readPrep(doc).filter(({ kind }) => kind === 'setup' || kind === 'autosetup');
}

const readPrep: (doc: SpecDocument) => readonly PrepToken[] = perDocument((doc) => {
  const section = findSection(doc, 'prep');
  const found: PrepToken[] = [];
  if (!section) return found;
  for (let line = section.content.start; line < section.content.end; line++) {
    const text = doc.lines[line] ?? '';
    if (!text.includes('%') || /^\s*(?:#|%dnl\b)/.test(text)) continue;
    const parts: Pick<ConditionalPart, 'prefix' | 'inner'>[] = [...conditionalParts(text)];
    if (parts.length === 0) {
      const prefix = openConditionals(text) ?? '';
      const rest = text.slice(prefix.length);
      const inBraces = prefix !== '' || inBlock(lex(doc), line);
      parts.push({ prefix, inner: inBraces ? rest.slice(0, unmatchedBrace(rest)) : rest });
    }
    for (const { prefix, inner } of parts) {
      const macro = readMacro(inner);
      if (macro === undefined) continue;
      const { from, to, ...rest } = macro;
      found.push({ ...rest, line, prefix, from: prefix.length + from, to: prefix.length + to });
    }
  }
  return found;
});

function readMacro(text: string): Omit<PrepToken, 'line' | 'prefix'> | undefined {
  const match = MACRO.exec(text);
  const kind = match?.[1];
  if (!match || !isKind(kind)) return undefined;
  const digits = match[2] ?? '';
  if (digits !== '' && kind !== 'patch') return undefined;
  const braced = match[0].startsWith('%{');
  const from = match.index + match[0].length;
  const to = braced ? text.indexOf('}', from) : text.length;
  if (to < from) return undefined;
  const tokens = tokenizeOptions(text.slice(from, to));
  const { options, positional } = readOptions(tokens ?? [], OPTIONS[kind]);
  const number = kind === 'patch' ? patchNumber(digits, options, positional) : undefined;
  return { name: `%${kind}${digits}`, kind, options, positional, number, from, to };
}

function isKind(kind: string | undefined): kind is keyof typeof OPTIONS {
  return kind !== undefined && kind in OPTIONS;
}

function patchNumber(
  digits: string,
  options: ReadonlyMap<string, string | true>,
  positional: readonly string[],
): number | undefined {
  const written = digits !== '' ? digits : (options.get('P') ?? positional[0] ?? '0');
  return typeof written === 'string' && /^\d+$/.test(written) ? Number(written) : undefined;
}
