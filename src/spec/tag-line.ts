/** What a line says that is a tag, or several within `%{?name:...}`. */
import { Brackets, inBlock, lex, trimBlanksEnd } from './lexer.ts';
import type { SpecDocument, Tag } from './types.ts';
import { conditionalParts, openConditionals, unmatchedBrace } from './value.ts';

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

/** A tag as its line has it. */
export type TagText = Omit<Tag, 'comments' | 'section'>;

/** The tags that begin on a line; more than one only where it is made of several `%{?name:...}`. */
export function readTagLine(doc: SpecDocument, line: number, limit: number): readonly TagText[] {
  const full = doc.lines[line] ?? '';
  if (!full.includes(':')) return [];
  const text = trimBlanksEnd(full);
  const trailing = full.slice(text.length);
  const parts = conditionalParts(text);
  if (parts.length > 0) {
    return parts.flatMap(({ prefix, inner, suffix }) => {
      const trimmed = trimBlanksEnd(inner);
      const tag = readTag(trimmed);
      const rest = inner.slice(trimmed.length) + suffix + trailing;
      return tag === undefined ? [] : [place(tag, { prefix, suffix: rest, line, end: line + 1 })];
    });
  }
  const open = openConditionals(text) ?? '';
  const tag = readTag(text.slice(open.length));
  if (tag === undefined) return [];
  if (open !== '' || inBlock(lex(doc), line)) {
    const cut = unmatchedBrace(tag.value) ?? tag.value.length;
    const value = trimBlanksEnd(tag.value.slice(0, cut));
    const suffix = tag.value.slice(value.length) + trailing;
    return [place({ ...tag, value }, { prefix: open, suffix, line, end: line + 1 })];
  }
  return [overLines(doc, tag, { line, limit, trailing })];
}

type Written = Pick<TagText, 'name' | 'key' | 'qualifier' | 'separator' | 'value'> & { indent: string };

function readTag(text: string): Written | undefined {
  const match = TAG_LINE.exec(text);
  if (!match) return undefined;
  const [whole, indent = '', word = '', digits = '', argument = '', separator = ''] = match;
  const base = word.toLowerCase();
  if (!TAG_NAMES.has(base)) return undefined;
  if (digits !== '' && base !== 'source' && base !== 'patch') return undefined;
  return {
    indent,
    name: word + digits + argument,
    key: base + digits,
    qualifier: argument === '' ? undefined : argument.replace(/[\s()]/g, ''),
    separator,
    value: text.slice(whole.length),
  };
}

function place(tag: Written, at: { prefix: string; suffix: string; line: number; end: number }): TagText {
  const { indent, ...rest } = tag;
  return { ...rest, ...at, prefix: at.prefix + indent };
}

/** A value goes on over lines as long as a macro in it is open. */
function overLines(
  doc: SpecDocument,
  tag: Written,
  { line, limit, trailing }: { line: number; limit: number; trailing: string },
): TagText {
  const brackets = new Brackets();
  brackets.read(tag.value);
  if (!brackets.open) return place(tag, { prefix: '', suffix: trailing, line, end: line + 1 });
  const lines = [tag.value + trailing];
  let end = line + 1;
  while (brackets.open && end < limit) {
    const next = doc.lines[end++] ?? '';
    brackets.read(next);
    lines.push(next);
  }
  const joined = lines.join('\n');
  const value = trimBlanksEnd(joined);
  return place({ ...tag, value }, { prefix: '', suffix: joined.slice(value.length), line, end });
}
