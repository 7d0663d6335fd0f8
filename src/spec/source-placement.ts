/** Where a new Source or Patch tag goes and how it is written, after the habits of the file. */
import { conditions } from './conditions.ts';
import { inBlock, lex } from './lexer.ts';
import { sections } from './sections.ts';
import { sourceDigits, sources } from './sources.ts';
import { tags } from './tags.ts';
import type { Condition, Source, SourceKind, SpecDocument, Tag } from './types.ts';

export interface SourceTagFormat {
  /** The line before which it goes. */
  readonly line: number;
  readonly name: string;
  readonly separator: string;
}

export interface PlaceRequest {
  kind: SourceKind;
  number: number;
  /** Digits of the number if there is no tag of that kind to go by; 0 for none. */
  digits: number;
  existing: readonly Source[];
  /** At least one blank stays behind the colon, and one alone is no column to keep. */
  spaced?: boolean;
}

/** A place for a tag with a number that is not taken: beside the tag whose number is nearest. */
export function placeTag(doc: SpecDocument, request: PlaceRequest): SourceTagFormat {
  const { kind, number, existing, spaced } = request;
  const tagged = existing.flatMap((source) => (source.tag ? [{ source, tag: source.tag }] : []));
  const main = tagged.filter(({ tag }) => tag.section === 0);
  // A subpackage is no place for one more, unless the numbers of those there hang on the order.
  const counted = tagged.some(({ source, tag }) => !source.numbered && tag.section !== 0);
  const [first, ...rest] = counted || main.length === 0 ? tagged : main;
  if (!first) return placeFirst(doc, request);
  const nearest = rest.reduce(
    (best, item) =>
      Math.abs(item.source.number - number) <= Math.abs(best.source.number - number) ? item : best,
    first,
  );
  const none = tagged.every(({ source }) => !source.numbered);
  const implicit = tagged.length > 1 && none;
  const written = sourceDigits(nearest.tag, kind) ?? '';
  // Without a number it gets the next one: any other has to be written.
  const follows = number === nearest.source.number + 1 && (none || nearest === tagged.at(-1));
  const width = follows && (written === '' || implicit) ? 0 : written.startsWith('0') ? written.length : 1;
  const format = formatLike(nearest.tag, kind, number, width, spaced);
  return {
    ...format,
    line: nearest.source.number < number ? after(doc, nearest.tag) : before(doc, nearest.tag),
  };
}

/** The first patch goes behind the last source, the first source behind the last tag. */
function placeFirst(doc: SpecDocument, { kind, number, digits, spaced }: PlaceRequest): SourceTagFormat {
  const lastSource =
    kind === 'patch' ? sources(doc).findLast(({ tag }) => tag !== undefined)?.tag : undefined;
  if (lastSource)
    return { ...formatLike(lastSource, kind, number, digits, spaced), line: after(doc, lastSource) };
  const last = tags(doc).at(-1);
  const name = word(kind) + (digits === 0 ? '' : String(number).padStart(digits, '0'));
  return { name, separator: ': ', line: last ? after(doc, last) : 0 };
}

/** Name and separator such that the value stands in the column of the reference's. */
function formatLike(
  reference: Tag,
  kind: SourceKind,
  number: number,
  width: number,
  spaced = false,
): { name: string; separator: string } {
  const name = word(kind) + (width === 0 ? '' : String(number).padStart(width, '0'));
  const longer = reference.name.length - name.length;
  const { separator } = reference;
  if (spaced && /^\s*: ?$/.test(separator)) return { name, separator };
  if (longer >= 0) return { name, separator: separator + ' '.repeat(longer) };
  // The column is kept as long as there are blanks to give up, to the last one.
  const kept = separator.slice(0, longer) || ':';
  return { name, separator: spaced && kept.endsWith(':') ? ': ' : kept };
}

/** Below a tag, and below the conditions and blocks it stands in. */
function after(doc: SpecDocument, tag: Tag): number {
  const all = tags(doc, { all: true });
  const following = all.slice(all.indexOf(tag) + 1);
  const next = following.find(({ line, section }) => section === tag.section && line >= tag.end);
  const limit = sections(doc)[tag.section]?.content.end ?? doc.lines.length;
  const around = outermostCondition(doc, tag.line);
  if (around !== undefined && around.end <= limit) return belowBlock(doc, around.end);
  const until = next ? (next.comments[0]?.line ?? next.line) : limit;
  for (let line = tag.end; line < until; line++) {
    if ((doc.lines[line] ?? '').startsWith('%endif')) return line + 1;
  }
  return Math.min(belowBlock(doc, tag.end), limit);
}

function outermostCondition(doc: SpecDocument, line: number): Condition | undefined {
  return conditions(doc).find((condition) => condition.line <= line && line < condition.end);
}

/** Below the `%{?name:` of several lines that is open there. */
function belowBlock(doc: SpecDocument, line: number): number {
  const lexed = lex(doc);
  let at = line;
  while (inBlock(lexed, at)) at += 1;
  return at;
}

function before(doc: SpecDocument, tag: Tag): number {
  const all = tags(doc, { all: true }).filter(({ section }) => section === tag.section);
  const previous = all[all.indexOf(tag) - 1];
  return previous ? after(doc, previous) : (tag.comments[0]?.line ?? tag.line);
}

function word(kind: SourceKind): string {
  return kind === 'source' ? 'Source' : 'Patch';
}

/** Comment text in which rpm expands nothing: it does so even in comments. */
export function escapeComment(text: string): string {
  return text
    .split('%%')
    .map((part) => part.replace(/%(?=\S)/g, '%%'))
    .join('%%')
    .replace(/\\$/, '');
}
