import { spliceLines } from './document.ts';
import { perDocument } from './memo.ts';
import { readOptions, setOption, tokenizeOptions } from './options.ts';
import { findSection } from './sections.ts';
import type { EditOptions } from './edit-tags.ts';
import { isInForce } from './in-force.ts';
import type { PrepMacro, SpecDocument } from './types.ts';
import { conditionalParts } from './value.ts';
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
  const macro = choosePrep(readPrep(doc), (line) => isInForce(doc, line, options.evaluation));
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

/** The %setup or %autosetup that `setPrepName` changes. */
export function chosenPrepMacro(doc: SpecDocument, { evaluation }: EditOptions = {}): PrepMacro | undefined {
  return choosePrep(readPrep(doc), (line) => isInForce(doc, line, evaluation));
}

/** Those that are certain, else those of which it is not known, else (all are known to be skipped) all. */
function choosePrep<T extends PrepMacro>(
  macros: readonly T[],
  inForce: (line: number) => boolean | undefined,
): T | undefined {
  const unpacking = macros.filter(({ kind }) => kind === 'setup' || kind === 'autosetup');
  const groups = [true, undefined, false].map((wanted) =>
    unpacking.filter(({ line }) => inForce(line) === wanted),
  );
  const candidates = groups.find((group) => group.length > 0) ?? [];
  return candidates.find(({ kind }) => kind === 'setup') ?? candidates[0];
}

const readPrep: (doc: SpecDocument) => readonly PrepToken[] = perDocument((doc) => {
  const section = findSection(doc, 'prep');
  const found: PrepToken[] = [];
  if (!section) return found;
  for (let line = section.content.start; line < section.content.end; line++) {
    const text = doc.lines[line] ?? '';
    if (!text.includes('%') || /^\s*(?:#|%dnl\b)/.test(text)) continue;
    const parts = conditionalParts(text);
    const part = parts.find(({ inner }) => MACRO.test(inner));
    const inner = part?.inner ?? text;
    const offset = part?.prefix.length ?? 0;
    const match = MACRO.exec(inner);
    const kind = match?.[1];
    if (!match || !isKind(kind)) continue;
    const digits = match[2] ?? '';
    if (digits !== '' && kind !== 'patch') continue;
    const name = `%${kind}${digits}`;
    const braced = match[0].startsWith('%{');
    const start = match.index + match[0].length;
    const end = braced ? inner.indexOf('}', start) : inner.length;
    if (end < start) continue;
    const tokens = tokenizeOptions(inner.slice(start, end));
    const { options, positional } = readOptions(tokens ?? [], OPTIONS[kind]);
    const number = kind === 'patch' ? patchNumber(digits, options, positional) : undefined;
    found.push({ name, kind, options, positional, number, line, from: offset + start, to: offset + end });
  }
  return found;
});

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
