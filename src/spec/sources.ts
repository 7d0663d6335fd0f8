import { isInForce } from './conditions.ts';
import { sections } from './sections.ts';
import { commentsAbove, tags } from './tags.ts';
import type { Evaluation, Section, Source, SourceKind, SpecDocument, Tag } from './types.ts';

/** The sources: tags first, then the lines of %sourcelist. */
export function sources(doc: SpecDocument, evaluation?: Evaluation): readonly Source[] {
  return readSources(doc, 'source', evaluation);
}

/** The patches: tags first, then the lines of %patchlist. */
export function patches(doc: SpecDocument, evaluation?: Evaluation): readonly Source[] {
  return readSources(doc, 'patch', evaluation);
}

/** `sources` or `patches`. A tag without a number is one more than the tag before it. */
export function readSources(doc: SpecDocument, kind: SourceKind, evaluation?: Evaluation): readonly Source[] {
  const found: Source[] = [];
  let last = -1;
  for (const tag of tags(doc)) {
    const digits = sourceDigits(tag, kind);
    if (digits === undefined) continue;
    last = digits === '' ? last + 1 : Number(digits);
    const { value: location, line, end, comments } = tag;
    const place = { number: last, numbered: digits !== '', location, line, end, comments };
    found.push(describe(doc, kind, { ...place, tag }, evaluation));
  }
  for (const section of listSections(doc, kind)) {
    let previousEnd = section.content.start;
    for (let line = section.content.start; line < section.content.end; line++) {
      const text = (doc.lines[line] ?? '').trim();
      if (text === '' || text.startsWith('#') || /^%(?:if|elif|else|endif)/.test(text)) continue;
      last += 1;
      const comments = commentsAbove(doc, line, previousEnd);
      const place = { number: last, numbered: false, location: text, line, end: line + 1, comments };
      found.push(describe(doc, kind, { ...place, tag: undefined }, evaluation));
      previousEnd = line + 1;
    }
  }
  return found;
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
  doc: SpecDocument,
  kind: SourceKind,
  place: Pick<Source, 'number' | 'numbered' | 'location' | 'line' | 'end' | 'comments' | 'tag'>,
  evaluation: Evaluation | undefined,
): Source {
  const expanded = evaluation?.values.get(place.location);
  const effective = expanded ?? place.location;
  return {
    kind,
    ...place,
    expanded,
    filename: fileNameOf(effective),
    remote: isRemote(effective),
    valid: isInForce(doc, place.line, evaluation),
  };
}
