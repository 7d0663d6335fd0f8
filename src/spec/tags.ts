import { isTagInForce } from './in-force.ts';
import { inCode, inDefinition, lex } from './lexer.ts';
import { perDocument } from './memo.ts';
import { sections } from './sections.ts';
import { readTagLine } from './tag-line.ts';
import type { Comment, Evaluation, LineRange, SpecDocument, Tag } from './types.ts';

const COMMENT = /^(\s*#\s*)(.*)$/s;

interface ReadTags {
  readonly preamble: readonly Tag[];
  readonly all: readonly Tag[];
}

/** The tags of the preamble; with `all` those of every %package section too. In the order of lines. */
export function tags(doc: SpecDocument, options: { all?: boolean } = {}): readonly Tag[] {
  const read = readTags(doc);
  return options.all === true ? read.all : read.preamble;
}

/**
 * The preamble's tag of that name: the first one in force, else the first one of which that is not known.
 * Without an evaluation one that stands in no condition comes first.
 */
export function findTag(doc: SpecDocument, name: string, evaluation?: Evaluation): Tag | undefined {
  const key = name.toLowerCase();
  const candidates = tags(doc).filter((tag) => tag.key === key);
  return (
    candidates.find((tag) => isTagInForce(doc, tag, evaluation) === true) ??
    candidates.find((tag) => isTagInForce(doc, tag, evaluation) === undefined)
  );
}

const readTags: (doc: SpecDocument) => ReadTags = perDocument((doc) => {
  const all: Tag[] = [];
  let preamble: readonly Tag[] = [];
  sections(doc).forEach((section, index) => {
    if (section.name !== 'package') return;
    const found = readRange(doc, section.content, index);
    if (index === 0) preamble = found;
    for (const tag of found) all.push(tag);
  });
  return { preamble, all };
});

function readRange(doc: SpecDocument, range: LineRange, section: number): Tag[] {
  const lexed = lex(doc);
  const found: Tag[] = [];
  let previousEnd = range.start;
  for (let i = range.start; i < range.end; i++) {
    if (inDefinition(lexed, i) || inCode(lexed, i)) continue;
    const onLine = readTagLine(doc, i, range.end);
    const last = onLine.at(-1);
    if (!last) continue;
    const comments = commentsAbove(doc, i, previousEnd);
    for (const tag of onLine) found.push({ ...tag, comments, section });
    previousEnd = last.end;
    i = last.end - 1;
  }
  return found;
}

/** The comment lines directly above a line, not reaching above `limit`. */
export function commentsAbove(doc: SpecDocument, line: number, limit: number): readonly Comment[] {
  const comments: Comment[] = [];
  for (let at = line - 1; at >= limit; at--) {
    const match = COMMENT.exec(doc.lines[at] ?? '');
    if (!match) break;
    comments.push({ line: at, prefix: match[1] ?? '', text: match[2] ?? '' });
  }
  return comments.toReversed();
}
