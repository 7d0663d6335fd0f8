/** The text of an update. Pure. */
import type { ChangelogEntry } from '../../remote/koji/index.ts';

/** A build with what has happened since the one before. */
export interface BuildNews {
  nvr: string;
  name: string;
  version: string;
  entries: readonly ChangelogEntry[];
}

/** The entries above the newest one of the build before; the newest alone where there is none before. */
export function newEntries(
  entries: readonly ChangelogEntry[],
  before: readonly ChangelogEntry[] | undefined,
): ChangelogEntry[] {
  const [known] = before ?? [];
  if (known === undefined) return entries.slice(0, 1);
  const end = entries.findIndex((entry) => isSame(entry, known));
  return end < 0 ? entries.slice(0, 1) : entries.slice(0, end);
}

/** Days count: rpm itself keeps no more of an entry's time, unless the changelog was written with one. */
function isSame(one: ChangelogEntry, other: ChangelogEntry): boolean {
  const day = ({ time }: ChangelogEntry): number => Math.floor(time / 86_400);
  return day(one) === day(other) && one.author === other.author && one.text.trim() === other.text.trim();
}

/** `{version}` is the version of the first build; any other brace stays as it is. */
export function fillTemplate(template: string, version: string): string {
  return template.replaceAll('{version}', version);
}

export function generatedNotes(builds: readonly BuildNews[]): string {
  const head = `Automatic update for ${builds.map(({ nvr }) => nvr).join(', ')}.`;
  const blocks = builds
    .filter(({ entries }) => entries.length > 0)
    .map(({ name, entries }) => {
      const text = entries.map(entryText).join('\n\n');
      const fence = text.includes('```') ? '~~~~' : '```';
      return `##### **Changelog for ${name}**\n\n${fence}\n${text}\n${fence}`;
    });
  return [head, ...blocks].join('\n\n');
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function entryText({ time, author, text }: ChangelogEntry): string {
  const date = new Date(time * 1000);
  const day = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2, '0')}`;
  return `* ${day} ${date.getUTCFullYear()} ${author}\n${text.trimEnd()}`;
}
