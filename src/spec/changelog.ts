import { perDocument } from './memo.ts';
import { sectionLines, sections } from './sections.ts';
import type { ChangelogEntry, Section, SpecDocument } from './types.ts';
import { usesMacro } from './value.ts';

export const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
export const MONTHS = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;

/** `* Thu Feb 29 2024 Jane Doe <jane@example.com> - 1.0-1`, with a time and zone after the day or not. */
const HEADER =
  /^\*\s*(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*\s+(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*\s+(\d{1,2})\s+(?:\d{1,2}:\d{2}:\d{2}\s+\S+\s+)?(\d{4})(?:\s+(.*))?$/is;

/** Entries of the first %changelog, newest (topmost) first; undefined if there is no %changelog. */
export const changelog: (doc: SpecDocument) => readonly ChangelogEntry[] | undefined = perDocument((doc) => {
  const section = changelogSections(doc)[0];
  return section && changelogEntries(doc, section);
});

export function changelogSections(doc: SpecDocument): readonly Section[] {
  return sections(doc).filter((section) => section.name === 'changelog');
}

/** True if a %changelog holds `%autochangelog`. */
export function hasAutochangelog(doc: SpecDocument): boolean {
  return changelogSections(doc).some((section) => isAutomatic(doc, section));
}

export function isAutomatic(doc: SpecDocument, section: Section): boolean {
  return sectionLines(doc, section).some(
    (line) => !line.trimStart().startsWith('#') && usesMacro(line, 'autochangelog'),
  );
}

/** The line above each entry in openSUSE's form, whose header has no `*`: `Mon Jan  5 12:00:00 UTC 2026 - jane@example.com`. */
const SUSE_SEPARATOR = '-'.repeat(67);
const SUSE_DATE = new RegExp(String.raw`^(?:${WEEKDAYS.join('|')})\s+(?:${MONTHS.join('|')})\s`);

/**
 * The entries of one %changelog: lines that begin with `*`, and those in openSUSE's form. What stands before the first
 * belongs to none.
 */
export function changelogEntries(doc: SpecDocument, section: Section): readonly ChangelogEntry[] {
  const entries: ChangelogEntry[] = [];
  let start = -1;
  let lastText = -1;
  const finish = (): void => {
    if (start >= 0) entries.push(readEntry(doc, start, lastText + 1));
  };
  const isSuse = (line: number): boolean =>
    (doc.lines[line] ?? '').trimEnd() === SUSE_SEPARATOR &&
    line + 1 < section.content.end &&
    SUSE_DATE.test(doc.lines[line + 1] ?? '');
  for (let line = section.content.start; line < section.content.end; line++) {
    const text = doc.lines[line] ?? '';
    // A second header right below a header is taken as text of the entry, as the field's tools do.
    if (isSuse(line)) {
      finish();
      start = line;
      line += 1;
      lastText = line;
    } else if (text.startsWith('*') && (start < 0 || lastText > start)) {
      finish();
      start = line;
      lastText = line;
    } else if (start >= 0 && text.trim() !== '') lastText = line;
  }
  finish();
  return entries;
}

function readEntry(doc: SpecDocument, line: number, end: number): ChangelogEntry {
  const first = doc.lines[line] ?? '';
  const suse = first.trimEnd() === SUSE_SEPARATOR;
  const header = suse ? (doc.lines[line + 1] ?? '') : first;
  const match = HEADER.exec(suse ? `* ${header.trimEnd()}` : header.trimEnd());
  const month = MONTHS.findIndex((name) => name.toLowerCase() === match?.[2]?.toLowerCase());
  const rest = (match?.[5] ?? '').replace(/^- /, '');
  const evr = suse ? undefined : evrOf(header);
  return {
    header,
    evr,
    weekday: match?.[1],
    date: match ? isoDate(match[4] ?? '', month, match[3] ?? '') : undefined,
    author: match ? authorOf(rest, evr) : undefined,
    content: doc.lines.slice(line + (suse ? 2 : 1), end),
    line,
    end,
  };
}

/** `[epoch:]version[-release]` at the end of a header, bare or in brackets, with a colon after it or not. */
function evrOf(header: string): string | undefined {
  const words = header.trim().split(/\s+/);
  const year = words.findIndex((word, i) => i > 1 && /\d{4}$/.test(word));
  if (year < 0 || words.length < year + 3) return undefined;
  const last = (words.at(-1) ?? '').replace(/:$/, '');
  const bare = /^\[(.+)\]$/.exec(last)?.[1] ?? /^\((.+)\)$/.exec(last)?.[1] ?? last;
  if (/^<.*>$/.test(bare) || !/^(?:\d+:)?[^-]+(?:-[^-]+)?$/.test(bare)) return undefined;
  return bare;
}

function authorOf(rest: string, evr: string | undefined): string | undefined {
  let author = rest.trim();
  if (evr !== undefined) author = author.slice(0, author.lastIndexOf(evr)).replace(/[\s[(-]+$/, '');
  return author === '' ? undefined : author;
}

function isoDate(year: string, month: number, day: string): string | undefined {
  return month < 0 ? undefined : `${year}-${String(month + 1).padStart(2, '0')}-${day.padStart(2, '0')}`;
}
