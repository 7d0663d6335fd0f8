import { isInForce } from './conditions.ts';
import { Brackets, inCode, inDefinition, lex, trimBlanksEnd } from './lexer.ts';
import { perDocument } from './memo.ts';
import { sections } from './sections.ts';
import type { Comment, Evaluation, LineRange, SpecDocument, Tag } from './types.ts';
import { splitConditionalLine } from './value.ts';

/** All tags of rpm (build/parsePreamble.c). */
const TAG_NAMES: ReadonlySet<string> = new Set([
  'autoprov',
  'autoreq',
  'autoreqprov',
  'bugurl',
  'buildarch',
  'buildarchitectures',
  'buildconflicts',
  'buildoption',
  'buildprereq',
  'buildrequires',
  'buildroot',
  'buildsystem',
  'conflicts',
  'distribution',
  'disttag',
  'disturl',
  'docdir',
  'enhances',
  'epoch',
  'excludearch',
  'excludeos',
  'exclusivearch',
  'exclusiveos',
  'group',
  'icon',
  'license',
  'modularitylabel',
  'name',
  'nopatch',
  'nosource',
  'obsoletes',
  'orderwithrequires',
  'packager',
  'patch',
  'prefix',
  'prefixes',
  'prereq',
  'provides',
  'recommends',
  'release',
  'removepathpostfixes',
  'requires',
  'source',
  'sourcelicense',
  'suggests',
  'summary',
  'supplements',
  'translationurl',
  'upstreamreleases',
  'url',
  'vcs',
  'vendor',
  'version',
]);

/** rpm takes blanks before a tag; the name, an argument in parentheses, the colon, the value. */
const TAG_LINE = /^(\s*)([A-Za-z]+)(\d*)(\s*\(\s*[^\s)]*\s*\))?(\s*:\s*)(?!\s)/;
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
 * The preamble's tag of that name: the first one in force, else the first one. Without an evaluation one
 * that stands in no condition comes first.
 */
export function findTag(doc: SpecDocument, name: string, evaluation?: Evaluation): Tag | undefined {
  const key = name.toLowerCase();
  const candidates = tags(doc).filter((tag) => tag.key === key);
  if (candidates.length < 2) return candidates[0];
  return candidates.find((tag) => isInForce(doc, tag.line, evaluation) === true) ?? candidates[0];
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
    const tag = readTag(doc, i, range.end);
    if (!tag) continue;
    found.push({ ...tag, comments: commentsAbove(doc, i, previousEnd), section });
    previousEnd = tag.end;
    i = tag.end - 1;
  }
  return found;
}

function readTag(
  doc: SpecDocument,
  line: number,
  limit: number,
): Omit<Tag, 'comments' | 'section'> | undefined {
  const full = doc.lines[line] ?? '';
  const text = trimBlanksEnd(full);
  const split = splitConditionalLine(text);
  const inner = split?.inner ?? text;
  const match = TAG_LINE.exec(inner);
  if (!match) return undefined;
  const [whole, indent = '', word = '', digits = '', argument = '', separator = ''] = match;
  const base = word.toLowerCase();
  if (!TAG_NAMES.has(base)) return undefined;
  if (digits !== '' && base !== 'source' && base !== 'patch') return undefined;
  let value = inner.slice(whole.length);
  let suffix = (split?.suffix ?? '') + full.slice(text.length);
  let end = line + 1;
  if (!split) {
    const brackets = new Brackets();
    brackets.read(value);
    if (brackets.open) {
      const parts = [full.slice(whole.length)];
      while (brackets.open && end < limit) {
        const next = doc.lines[end++] ?? '';
        brackets.read(next);
        parts.push(next);
      }
      const joined = parts.join('\n');
      value = trimBlanksEnd(joined);
      suffix = joined.slice(value.length);
    }
  }
  return {
    name: word + digits + argument,
    key: base + digits,
    qualifier: argument === '' ? undefined : argument.replace(/[\s()]/g, ''),
    value,
    separator,
    prefix: (split?.prefix ?? '') + indent,
    suffix,
    line,
    end,
  };
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
