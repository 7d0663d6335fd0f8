import { spliceLines } from './document.ts';
import { perDocument } from './memo.ts';
import { readOptions, setOption, tokenizeOptions } from './options.ts';
import { findSection } from './sections.ts';
import type { PrepMacro, SpecDocument } from './types.ts';
import { splitConditionalLine } from './value.ts';
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
 * `-n DIRECTORY` on the first %setup, else on the first %autosetup; nothing where there is neither.
 * What the spec does not need is not asked: no evaluation takes place.
 */
export function setPrepName(doc: SpecDocument, directory: string): SpecDocument {
  const macros = readPrep(doc);
  const macro =
    macros.find(({ name }) => name === '%setup') ?? macros.find(({ name }) => name === '%autosetup');
  if (!macro) return doc;
  const line = doc.lines[macro.line] ?? '';
  const text = line.slice(macro.from, macro.to);
  const options = text.trimStart();
  const changed = setOption(options, 'n', directory, OPTIONS[macro.kind]);
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
  const blank = text.slice(0, text.length - options.length);
  const gap = blank === '' ? ' ' : blank;
  return spliceLines(doc, macro.line, 1, [line.slice(0, macro.from) + gap + changed + line.slice(macro.to)]);
}

const readPrep: (doc: SpecDocument) => readonly PrepToken[] = perDocument((doc) => {
  const section = findSection(doc, 'prep');
  const found: PrepToken[] = [];
  if (!section) return found;
  for (let line = section.content.start; line < section.content.end; line++) {
    const text = doc.lines[line] ?? '';
    if (!text.includes('%') || /^\s*(?:#|%dnl\b)/.test(text)) continue;
    const split = splitConditionalLine(text);
    const inner = split?.inner ?? text;
    const offset = split?.prefix.length ?? 0;
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
