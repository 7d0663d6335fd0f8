/**
 * Lines of which the branches of conditions do not tell whether rpm reads them: what stands inside
 * `%{?name:...}`, and everything that matters where conditions are opened or closed by macros.
 */
import { hasMacroConditions } from './conditions.ts';
import { endsWithBackslash, inBlock, inCode, inDefinition, lex } from './lexer.ts';
import { perDocument } from './memo.ts';
import { sections } from './sections.ts';
import { readTagLine } from './tag-line.ts';
import type { SpecDocument } from './types.ts';
import { conditionalParts, openConditionals } from './value.ts';

/** A place where rpm is asked whether it comes by. */
export interface Mark {
  /** The line it is put before. */
  readonly line: number;
  /** What stands before it on its line, up to where it counts; of a whole line it is empty. */
  readonly prefix: string;
  readonly openings: string;
  readonly closings: string;
}

interface Marks {
  readonly list: readonly Mark[];
  /** Their places in the list by line. */
  readonly byLine: ReadonlyMap<number, readonly number[]>;
}

/** In the order of lines; their answers follow those of the branches. */
export function marks(doc: SpecDocument): readonly Mark[] {
  return readMarks(doc).list;
}

/** The mark of a line, or of what follows `prefix` on it; undefined where its branch tells. */
export function markOf(doc: SpecDocument, line: number, prefix?: string): number | undefined {
  const { list, byLine } = readMarks(doc);
  const here = byLine.get(line);
  if (here === undefined) return undefined;
  if (prefix === undefined) return here.length === 1 ? here[0] : undefined;
  // A tag may be indented behind the opening.
  return here.findLast((index) => prefix.startsWith(list[index]?.prefix ?? ''));
}

/** True if a branch does not tell all about the line. */
export function isMarked(doc: SpecDocument, line: number): boolean {
  return readMarks(doc).byLine.has(line);
}

const ASKED = new Set(['package', 'prep', 'sourcelist', 'patchlist']);

const readMarks: (doc: SpecDocument) => Marks = perDocument((doc) => {
  const lexed = lex(doc);
  const everywhere = hasMacroConditions(doc);
  const starts = new Set(lexed.definitions.map((definition) => definition.line));
  const list: Mark[] = [];
  const byLine = new Map<number, readonly number[]>();
  const add = (line: number, found: readonly Omit<Mark, 'line'>[]): void => {
    if (found.length === 0) return;
    byLine.set(
      line,
      found.map((_, i) => list.length + i),
    );
    for (const mark of found) list.push({ line, ...mark });
  };
  for (const { name, content } of sections(doc)) {
    if (!ASKED.has(name)) continue;
    for (let line = content.start; line < content.end; line++) {
      const text = doc.lines[line] ?? '';
      if (text.trim() === '' || /^\s*#/.test(text) || inCode(lexed, line)) continue;
      // Inside a definition or a line that goes on there is no place for a question.
      if (line > 0 && endsWithBackslash(doc.lines[line - 1] ?? '')) continue;
      if (inDefinition(lexed, line)) {
        if ((everywhere || inBlock(lexed, line)) && starts.has(line)) add(line, [WHOLE]);
        continue;
      }
      const parts = conditionalParts(text);
      if (parts.length > 0) add(line, parts);
      else if (inBlock(lexed, line)) {
        if (matters(doc, name, line, content.end)) add(line, [WHOLE]);
      } else {
        const open = openConditionals(text);
        if (open !== undefined && inBlock(lexed, line + 1)) add(line, [opened(open)]);
        else if (everywhere && matters(doc, name, line, content.end)) add(line, [WHOLE]);
      }
    }
  }
  return { list, byLine };
});

const WHOLE = { prefix: '', openings: '', closings: '' };

function opened(prefix: string): Omit<Mark, 'line'> {
  const openings = prefix.replace(/\s/g, '');
  return { prefix, openings, closings: '}'.repeat(openings.split('%{').length - 1) };
}

function matters(doc: SpecDocument, section: string, line: number, limit: number): boolean {
  if (section === 'package') return readTagLine(doc, line, limit).length > 0;
  if (section === 'prep') return /%(?:\{\??)?(?:setup|autosetup|patch|autopatch)/.test(doc.lines[line] ?? '');
  return !/^\s*(?:%|\}\s*$)/.test(doc.lines[line] ?? '');
}
