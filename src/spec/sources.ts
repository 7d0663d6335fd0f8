import { isInForce, isTagInForce } from './in-force.ts';
import { inBlock, lex } from './lexer.ts';
import { sections } from './sections.ts';
import { commentsAbove, tags } from './tags.ts';
import type { Evaluation, Section, Source, SourceKind, SpecDocument, Tag } from './types.ts';
import { conditionalParts, openConditionals, unmatchedBrace } from './value.ts';

/** The sources: tags first, then the lines of %sourcelist. */
export function sources(doc: SpecDocument, evaluation?: Evaluation): readonly Source[] {
  return readSources(doc, 'source', evaluation);
}

/** The patches: tags first, then the lines of %patchlist. */
export function patches(doc: SpecDocument, evaluation?: Evaluation): readonly Source[] {
  return readSources(doc, 'patch', evaluation);
}

/**
 * `sources` or `patches`, those that stand with the tags of a subpackage too: rpm takes them anywhere. A tag without a
 * number is one more than the tag before it that is in force; where that is not known, than the tag before it.
 */
export function readSources(doc: SpecDocument, kind: SourceKind, evaluation?: Evaluation): readonly Source[] {
  const found: Source[] = [];
  let last = -1;
  for (const tag of tags(doc, { all: true })) {
    const digits = sourceDigits(tag, kind);
    if (digits === undefined) continue;
    const number = digits === '' ? last + 1 : Number(digits);
    const valid = isTagInForce(doc, tag, evaluation);
    if (valid !== false) last = number;
    const { value: location, line, end, comments } = tag;
    const place = { number, numbered: digits !== '', location, line, end, comments };
    found.push(describe(kind, { ...place, tag, valid }, evaluation));
  }
  for (const section of listSections(doc, kind)) {
    let previousEnd = section.content.start;
    for (let line = section.content.start; line < section.content.end; line++) {
      const location = listLocation(doc, line);
      if (location === undefined) continue;
      const valid = isInForce(doc, line, evaluation);
      const number = last + 1;
      if (valid !== false) last = number;
      const comments = commentsAbove(doc, line, previousEnd);
      const place = { number, numbered: false, location, line, end: line + 1, comments };
      found.push(describe(kind, { ...place, tag: undefined, valid }, evaluation));
      previousEnd = line + 1;
    }
  }
  return found;
}

/** The location on a line of %sourcelist or %patchlist; undefined if it holds none. */
function listLocation(doc: SpecDocument, line: number): string | undefined {
  const text = (doc.lines[line] ?? '').trim();
  if (text === '' || text.startsWith('#') || /^%(?:if|elif|else|endif)/.test(text)) return undefined;
  const parts = conditionalParts(text);
  if (parts.length > 0) return parts[0]?.inner.trim();
  const inside = text.slice(openConditionals(text)?.length ?? 0);
  const location = inBlock(lex(doc), line) ? inside.slice(0, unmatchedBrace(inside)) : inside;
  return location.trim() === '' ? undefined : location.trim();
}

/** The %sourcelist or %patchlist sections. */
export function listSections(doc: SpecDocument, kind: SourceKind): readonly Section[] {
  const name = kind === 'source' ? 'sourcelist' : 'patchlist';
  return sections(doc).filter((section) => section.name === name);
}

/** The digits in the name of a tag of that kind; undefined for other tags. */
export function sourceDigits(tag: Tag, kind: SourceKind): string | undefined {
  if (!tag.key.startsWith(kind)) return undefined;
  const digits = tag.key.slice(kind.length);
  return /^\d*$/.test(digits) ? digits : undefined;
}

/**
 * The name of the file a location stands for: what follows the last slash, or the last `=` of it
 * (`#/name` fragments and `?file=name` queries), as rpm does.
 */
export function fileNameOf(location: string): string {
  const slash = location.lastIndexOf('/');
  if (slash < 0) return location;
  const rest = location.slice(slash + 1);
  return rest.slice(rest.lastIndexOf('=') + 1);
}

/** True for `scheme://host...`. */
export function isRemote(location: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]/.test(location);
}

function describe(
  kind: SourceKind,
  place: Omit<Source, 'kind' | 'expanded' | 'filename' | 'remote'>,
  evaluation: Evaluation | undefined,
): Source {
  const expanded = evaluation?.values.get(place.location);
  const effective = expanded ?? place.location;
  return { kind, ...place, expanded, filename: fileNameOf(effective), remote: isRemote(effective) };
}
