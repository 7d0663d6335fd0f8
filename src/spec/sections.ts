import { endsWithBackslash, inCode, inDefinition, lex } from './lexer.ts';
import { perDocument } from './memo.ts';
import type { Section, SpecDocument } from './types.ts';

/** All section names of rpm (build/parseSpec.c). */
const SECTION_NAMES: ReadonlySet<string> = new Set([
  'build',
  'changelog',
  'check',
  'clean',
  'conf',
  'description',
  'end',
  'files',
  'filetrigger',
  'filetriggerin',
  'filetriggerpostun',
  'filetriggerun',
  'generate_buildrequires',
  'install',
  'package',
  'patchlist',
  'post',
  'posttrans',
  'postun',
  'postuntrans',
  'pre',
  'prep',
  'pretrans',
  'preun',
  'preuntrans',
  'sepolicy',
  'sourcelist',
  'transfiletrigger',
  'transfiletriggerin',
  'transfiletriggerpostun',
  'transfiletriggerun',
  'trigger',
  'triggerin',
  'triggerpostun',
  'triggerprein',
  'triggerun',
  'verifyscript',
]);

/** `build -p`, `install -a` and the like: rpm 4.20 appends and prepends to sections. */
const HEADER = /^%([a-z_]+)(\s|$)/i;

/**
 * The sections in order, the preamble (`package`) first. A header stands at the start of a line, in any
 * case, outside of macro definitions and code.
 */
export const sections: (doc: SpecDocument) => readonly Section[] = perDocument((doc) => {
  const lexed = lex(doc);
  const found: Section[] = [];
  const preamble: Omit<Section, 'content'> = {
    name: 'package',
    id: 'package',
    args: '',
    opening: undefined,
    header: -1,
  };
  let current = preamble;
  let start = 0;
  for (let i = 0; i < doc.lines.length; i++) {
    const line = doc.lines[i] ?? '';
    if (!line.startsWith('%')) continue;
    const match = HEADER.exec(line);
    const name = match?.[1]?.toLowerCase();
    if (name === undefined || !SECTION_NAMES.has(name)) continue;
    if (endsWithBackslash(line) || inDefinition(lexed, i) || inCode(lexed, i)) continue;
    found.push({ ...current, content: { start, end: i } });
    const opening = openingMacro(doc, line);
    const id = line.slice(1, opening === undefined ? undefined : line.lastIndexOf(opening)).trimEnd();
    current = { name, id, args: id.slice(name.length).trim(), opening, header: i };
    start = i + 1;
  }
  found.push({ ...current, content: { start, end: doc.lines.length } });
  return found;
});

/**
 * The first section of that name (`changelog`) or of that name with arguments (`files devel`; blanks
 * between words do not count).
 */
export function findSection(doc: SpecDocument, id: string): Section | undefined {
  const wanted = normalizeId(id);
  return sections(doc).find((section) => section.name === wanted || normalizeId(section.id) === wanted);
}

/** `%description %{_description}` with a body that begins with a newline: the header ends before it. */
function openingMacro(doc: SpecDocument, header: string): string | undefined {
  const match = /\s(%(?:\{\??(\w+)\}|(\w+)))\s*$/.exec(header);
  const name = match?.[2] ?? match?.[3];
  if (name === undefined) return undefined;
  return startingWithNewline(doc).has(name) ? match?.[1] : undefined;
}

/** Macros whose last definition begins with a newline. */
const startingWithNewline: (doc: SpecDocument) => ReadonlySet<string> = perDocument((doc) => {
  const names = new Set<string>();
  for (const { name, body, commentedOut } of lex(doc).definitions) {
    if (commentedOut) continue;
    if (/^(?:%\{expand:[ \t]*|[ \t]*\\)\n/.test(body)) names.add(name);
    else names.delete(name);
  }
  return names;
});

function normalizeId(id: string): string {
  const [name = '', ...rest] = id.trim().replace(/^%/, '').split(/\s+/);
  return [name.toLowerCase(), ...rest].join(' ');
}

/** The lines of a section, without its header. */
export function sectionLines(doc: SpecDocument, section: Section): readonly string[] {
  return doc.lines.slice(section.content.start, section.content.end);
}
