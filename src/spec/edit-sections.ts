import { spliceLines } from './document.ts';
import { findSection } from './sections.ts';
import type { SpecDocument } from './types.ts';
import { SpecError } from './spec-error.ts';

/**
 * Replaces the lines below the header of a section (`changelog`, `files devel`); a section that is not
 * there is added at the end. The preamble is `package`.
 */
export function replaceSection(doc: SpecDocument, id: string, lines: readonly string[]): SpecDocument {
  for (const line of lines) {
    if (line.includes('\n'))
      throw new SpecError('SPEC_LINES', 'A line of a section holds a newline', { hint: 'Split the text.' });
  }
  const section = findSection(doc, id);
  if (section) {
    const { start, end } = section.content;
    if (section.opening === undefined) return spliceLines(doc, start, end - start, lines);
    return spliceLines(doc, section.header, end - section.header, [`%${section.id}`, ...lines]);
  }
  const gap = (doc.lines.at(-1) ?? '').trim() === '' ? [] : [''];
  return spliceLines(doc, doc.lines.length, 0, [...gap, `%${id.replace(/^%/, '')}`, ...lines]);
}
