import { changelogEntries, changelogSections, isAutomatic, MONTHS, WEEKDAYS } from './changelog.ts';
import { spliceAll, spliceLines } from './document.ts';
import type { ChangelogEntry, Section, SpecDocument } from './types.ts';
import { SpecError } from './spec-error.ts';

export interface NewChangelogEntry {
  /** Lines as people write them; what rpm would expand or take for a header is escaped. */
  lines: readonly string[];
  /** `Name <mail>`. */
  author: string;
  /** `YYYY-MM-DD`, or `YYYY-MM-DDTHH:MM:SSZ`, whose time is written where the newest entry has one. */
  date: string;
  /** `[epoch:]version-release` without the distribution; left out if undefined. */
  evr?: string | undefined;
}

/**
 * Adds an entry on top of every %changelog. Where there is none, or where it is `%autochangelog`,
 * nothing changes; an entry that is the newest one already is not added again.
 */
export function addChangelogEntry(doc: SpecDocument, entry: NewChangelogEntry): SpecDocument {
  const changes = changelogSections(doc).flatMap((section) => {
    if (isAutomatic(doc, section)) return [];
    const entries = changelogEntries(doc, section);
    const header = headerOf(entry, entries);
    const content = contentOf(entry.lines);
    const newest = entries[0];
    if (newest && newest.header.trimEnd() === header && sameLines(newest.content, content)) return [];
    const above = startOfEntries(doc, section, newest);
    const lines = above === undefined ? [header, ...content] : [header, ...content, ''];
    return [{ start: above ?? emptyStart(doc, section), deleteCount: 0, lines }];
  });
  return spliceAll(doc, changes);
}

/** Puts another entry in the place of one of `changelog(doc)`. */
export function replaceChangelogEntry(
  doc: SpecDocument,
  old: ChangelogEntry,
  entry: NewChangelogEntry,
): SpecDocument {
  const section = changelogSections(doc).find(
    ({ content }) => old.line >= content.start && old.line < content.end,
  );
  const entries = section ? changelogEntries(doc, section) : [];
  return spliceLines(doc, old.line, old.end - old.line, [
    headerOf(entry, entries),
    ...contentOf(entry.lines),
  ]);
}

/**
 * Text that may stand in a %changelog: `%` before what rpm would expand is doubled (once), `*` at the
 * start of a line is indented. Control characters, which `rpm -q --changelog` would send to the terminal, and those that turn the
 * direction of writing are written out (`\\x1b`).
 */
export function escapeChangelogText(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- making them visible is the point
      .replace(
        /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
        written,
      )
      .split('%%')
      // `%!lua os.execute(...)` runs as well as `%lua`.
      .map((part) => part.replace(/%(?=[!?]*[\w{[(])/g, '%%'))
      .join('%%')
      .replace(/^\*/gm, ' *')
  );
}

function written(char: string): string {
  const code = char.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`;
}

function contentOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => escapeChangelogText(line).split(/\r?\n/)).map((line) => line.trimEnd());
}

function headerOf(entry: NewChangelogEntry, entries: readonly ChangelogEntry[]): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}:\d{2}))?/.exec(entry.date);
  const time = new Date(match ? `${match[1]}-${match[2]}-${match[3]}T00:00:00Z` : Number.NaN);
  if (!match || Number.isNaN(time.getTime()) || time.getUTCDate() !== Number(match[3])) {
    throw new SpecError('SPEC_DATE_INVALID', `${entry.date} is not a date`, {
      hint: 'Write it as YYYY-MM-DD.',
    });
  }
  const newest = entries[0];
  const clock = match[4] !== undefined && newest && hasClock(newest.header) ? ` ${match[4]} UTC` : '';
  const day = padDay(time.getUTCDate(), dayPadding(entries));
  const weekday = WEEKDAYS[time.getUTCDay()] ?? '';
  const month = MONTHS[time.getUTCMonth()] ?? '';
  const author = escapeChangelogText(entry.author.replace(/\s+/g, ' ').trim());
  const evr = entry.evr === undefined ? '' : ` - ${entry.evr}`;
  return `* ${weekday} ${month} ${day}${clock} ${match[1]} ${author}${evr}`;
}

const DATE_START =
  /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ( *)(0?)([12]\d|3[01]|[1-9])/;

/** How the file writes days below ten: `01`, ` 1` or `1`; the longest form of its entries counts. */
function dayPadding(entries: readonly ChangelogEntry[]): string {
  if (entries.length === 0) return '0';
  return entries
    .map(({ header }) => {
      const match = DATE_START.exec(header);
      if (!match) return '';
      const blanks = match[3]?.length === 2 ? '' : (match[1] ?? '');
      return blanks + (match[2] ?? '');
    })
    .reduce((longest, padding) => (padding.length > longest.length ? padding : longest), '');
}

function padDay(day: number, padding: string): string {
  if (padding === '') return String(day);
  return padding.slice(0, -1) + String(day).padStart(2, padding.slice(-1));
}

function hasClock(header: string): boolean {
  return /\d{1,2} \d{2}:\d{2}:\d{2} \S+ \d{4}/.test(header);
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, i) => line.trimEnd() === b[i]);
}

/**
 * Above the first entry, and above what stands before it: rpm takes nothing but comments there, an entry within a
 * condition is not always read, and macros may bring entries of their own. Undefined where there is only blank.
 */
function startOfEntries(
  doc: SpecDocument,
  section: Section,
  newest: ChangelogEntry | undefined,
): number | undefined {
  for (let at = section.content.start; at < (newest?.line ?? section.content.end); at++) {
    const text = (doc.lines[at] ?? '').trim();
    if (text !== '' && !/^(?:#|%dnl\b)/.test(text)) return at;
  }
  return newest?.line;
}

/** Where the first entry of an empty %changelog goes: below what stands there, without blank lines between. */
function emptyStart(doc: SpecDocument, section: Section): number {
  let at = section.content.end;
  while (at > section.content.start && (doc.lines[at - 1] ?? '').trim() === '') at -= 1;
  return at;
}
