import { spliceAll, spliceLines } from './document.ts';
import { type EditOptions, setTagValue } from './edit-tags.ts';
import { escapeComment, placeTag, type SourceTagFormat } from './source-placement.ts';
import { listSections, readSources } from './sources.ts';
import type { Source, SourceKind, SpecDocument, Tag } from './types.ts';
import { SpecError } from './spec-error.ts';

export interface NewSource extends EditOptions {
  /** A file name or URL. */
  location: string;
  /** Must be higher than every other; the next one by default. */
  number?: number | undefined;
  /** The number may be lower than others, if none has it: it goes beside its neighbour. */
  between?: boolean | undefined;
  /** Lines put above it as comments; escaped so that rpm expands nothing in them. */
  comment?: readonly string[] | undefined;
  /** The lines of `comment` begin with `#` already. */
  commented?: boolean | undefined;
  /** Number of the first one of a spec that has none (default 0). */
  initialNumber?: number | undefined;
  /** At least one blank stays behind the colon, whatever column the others keep. */
  spaced?: boolean | undefined;
  /** Digits of the number of the first one of a spec that has none; 0 leaves the number out. */
  numberDigits?: number | undefined;
}

/**
 * Gives the source of that number another location. Of several with the same number in different
 * branches the one in force is meant.
 *
 * Throws `SPEC_SOURCE_MISSING`.
 */
export function setSource(
  doc: SpecDocument,
  number: number,
  location: string,
  options: EditOptions = {},
): SpecDocument {
  return setLocation(doc, 'source', number, location, options);
}

/** The same for a patch; throws `SPEC_PATCH_MISSING`. */
export function setPatch(
  doc: SpecDocument,
  number: number,
  location: string,
  options: EditOptions = {},
): SpecDocument {
  return setLocation(doc, 'patch', number, location, options);
}

/** Adds a source behind the others, in their style. A location that is there already is not added again. */
export function addSource(doc: SpecDocument, source: NewSource): SpecDocument {
  return addEntry(doc, 'source', { numberDigits: 1, ...source });
}

/**
 * Adds a patch behind the others in their style, behind the sources where there is none, to %patchlist
 * where that is used. A location that is there already is not added again.
 *
 * Throws `SPEC_PATCH_NUMBER_TAKEN`.
 */
export function addPatch(doc: SpecDocument, patch: NewSource): SpecDocument {
  return addEntry(doc, 'patch', { numberDigits: 4, ...patch });
}

/** Removes the source of that number (the one in force) with its comments; nothing where there is none. */
export function removeSource(doc: SpecDocument, number: number, options: EditOptions = {}): SpecDocument {
  return removeEntry(doc, 'source', number, options);
}

/** Removes the patch of that number (the one in force) with its comments; nothing where there is none. */
export function removePatch(doc: SpecDocument, number: number, options: EditOptions = {}): SpecDocument {
  return removeEntry(doc, 'patch', number, options);
}

/** Numbers the numbered tags of a kind anew, in their order, from `first` on. */
export function renumber(doc: SpecDocument, kind: SourceKind, first = 0): SpecDocument {
  const changed = new Map<number, string>();
  let next = first;
  const numbers = readSources(doc, kind).flatMap((source) =>
    source.tag === undefined ? [] : [{ tag: source.tag, source, number: next++ }],
  );
  // From the end: a line may hold several, and what stands before a tag must still be as it was.
  for (const { tag, source, number } of numbers.toReversed()) {
    if (!source.numbered || source.number === number) continue;
    const line = changed.get(tag.line) ?? doc.lines[tag.line] ?? '';
    const { prefix, name } = tag;
    const digits = /\d+$/.exec(name)?.[0] ?? '';
    const width = digits.startsWith('0') ? digits.length : 1;
    const renamed = name.slice(0, name.length - digits.length) + String(number).padStart(width, '0');
    const rest = line.slice(prefix.length + name.length);
    changed.set(tag.line, prefix + renamed + keepColumn(rest, name, renamed));
  }
  return spliceAll(
    doc,
    [...changed].map(([start, line]) => ({ start, deleteCount: 1, lines: [line] })),
  );
}

/**
 * Puts other comment lines, which begin with `#`, above the patch of that number; nothing where there is none. Macros in them are
 * escaped.
 */
export function setPatchComment(doc: SpecDocument, number: number, lines: readonly string[]): SpecDocument {
  const patch = readSources(doc, 'patch').find((candidate) => candidate.number === number);
  if (!patch) return doc;
  const start = patch.comments[0]?.line ?? patch.line;
  return spliceLines(doc, start, patch.line - start, commentLines(lines, true));
}

function commentLines(texts: readonly string[], commented = false): string[] {
  return texts
    .flatMap((text) => text.split(/\r?\n/))
    .map((line) => `${commented && line.startsWith('#') ? '' : '# '}${escapeComment(line)}`.trimEnd());
}

function setLocation(
  doc: SpecDocument,
  kind: SourceKind,
  number: number,
  location: string,
  options: EditOptions,
): SpecDocument {
  checkLocation(location, kind);
  const all = readSources(doc, kind, options.evaluation);
  const chosen = choose(all, number);
  if (!chosen) {
    const word = kind === 'source' ? 'Source' : 'Patch';
    throw new SpecError(`SPEC_${word.toUpperCase()}_MISSING`, `The spec file has no ${word}${number}`, {
      hint:
        all.length === 0 ? `Add a line "${word}${number}: ${location}".` : `Give one of the numbers it has.`,
      details: all.map((source) => `${word}${source.number}: ${source.location}`),
      line: all[0]?.line,
    });
  }
  if (chosen.tag) return setTagValue(doc, chosen.tag, location);
  const line = doc.lines[chosen.line] ?? '';
  return spliceLines(doc, chosen.line, 1, [line.replace(chosen.location, () => location)]);
}

/** Of several with one number: the one in force, else one of which it is not known. */
function choose(all: readonly Source[], number: number): Source | undefined {
  const named = all.filter((source) => source.number === number);
  return (
    named.find(({ valid }) => valid === true) ?? named.find(({ valid }) => valid === undefined) ?? named[0]
  );
}

function addEntry(doc: SpecDocument, kind: SourceKind, added: NewSource): SpecDocument {
  checkLocation(added.location, kind);
  const known = readSources(doc, kind, added.evaluation);
  if (known.some(({ location, valid }) => location === added.location && valid !== false)) return doc;
  // Numbers count in every branch: what is not in force here is so elsewhere.
  const existing = readSources(doc, kind);
  const highest = existing.reduce((max, { number }) => Math.max(max, number), -1);
  const isTaken =
    added.between === true
      ? existing.some(({ number }) => number === added.number)
      : added.number !== undefined && added.number <= highest;
  if (isTaken) throw numberTaken(kind, added, existing);
  const number = added.number ?? Math.max(highest + 1, added.initialNumber ?? 0);
  const comments = commentLines(added.comment ?? [], added.commented);
  const last = existing.at(-1);
  const list = listSections(doc, kind).at(-1);
  if (list && (last === undefined || last.tag === undefined)) {
    const at = last?.end ?? list.content.start;
    return spliceLines(doc, at, 0, [...comments, added.location]);
  }
  const digits = added.numberDigits ?? 1;
  const place: SourceTagFormat = placeTag(doc, {
    kind,
    number,
    digits,
    existing,
    spaced: added.spaced === true,
  });
  return spliceLines(doc, place.line, 0, [...comments, place.name + place.separator + added.location]);
}

function checkLocation(location: string, kind: SourceKind): void {
  if (location.trim() !== '' && !/[\r\n]/.test(location)) return;
  throw new SpecError('SPEC_LOCATION_INVALID', `${JSON.stringify(location)} is no location of a ${kind}`, {
    hint: 'Give a file name or a URL, in one line.',
  });
}

function numberTaken(kind: SourceKind, added: NewSource, existing: readonly Source[]): SpecError {
  const word = kind === 'source' ? 'Source' : 'Patch';
  const taken = existing.find(({ number }) => number === added.number);
  const what = taken ? `is taken by ${taken.location}` : 'is lower than that of another one';
  return new SpecError(
    `SPEC_${word.toUpperCase()}_NUMBER_TAKEN`,
    `The number of ${word}${added.number} ${what}`,
    {
      hint: 'Leave the number out: the next free one is taken.',
      details: existing.map((source) => `${word}${source.number}: ${source.location}`),
      line: taken?.line,
    },
  );
}

function removeEntry(
  doc: SpecDocument,
  kind: SourceKind,
  number: number,
  options: EditOptions,
): SpecDocument {
  const source = choose(readSources(doc, kind, options.evaluation), number);
  if (!source) return doc;
  // Behind the tag, its line holds more: closing braces of a block, another tag.
  if (source.tag && !isAlone(source.tag)) {
    const line = doc.lines[source.line] ?? '';
    const { prefix, suffix } = source.tag;
    return spliceLines(doc, source.line, 1, [prefix + line.slice(line.length - suffix.length)]);
  }
  const start = source.comments[0]?.line ?? source.line;
  const blank = (at: number): boolean => (doc.lines[at] ?? '').trim() === '';
  // A blank line above and one below would become two in a row.
  const end = start > 0 && blank(start - 1) && blank(source.end) ? source.end + 1 : source.end;
  return spliceLines(doc, start, end - start, []);
}

/** True if nothing would be left open or closed too often without the tag's lines. */
function isAlone(tag: Tag): boolean {
  const braces = (text: string, brace: string): number => text.split(brace).length;
  const around = tag.prefix + tag.suffix;
  return (
    braces(around, '{') === braces(around, '}') && !tag.prefix.includes('}') && !/:\s*\S/.test(tag.suffix)
  );
}

/** The blanks after the colon made longer or shorter by what the name lost or gained. */
function keepColumn(rest: string, name: string, renamed: string): string {
  const match = /^(\s*:)(\s*)(.*)$/s.exec(rest);
  if (!match) return rest;
  const [, colon = '', blanks = '', value = ''] = match;
  const wanted = blanks.length + name.length - renamed.length;
  if (blanks.length <= 1 || blanks.includes('\t')) return rest;
  return colon + ' '.repeat(Math.max(1, wanted)) + value;
}
