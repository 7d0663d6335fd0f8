import { basename } from 'node:path';
import { PackitError } from '../../errors.ts';

/** One file in the lookaside cache, as a line of dist-git's `sources` names it. */
export interface SourcesEntry {
  /** Lower case: `sha512`. */
  hashType: string;
  hash: string;
  filename: string;
}

/** The `sources` file: its entries, and its text as long as nothing has changed. */
export interface SourcesFile {
  readonly entries: readonly SourcesEntry[];
  readonly text: string;
}

export const NO_SOURCES: SourcesFile = { entries: [], text: '' };

const BSD_LINE = /^([^ ]+?) \(([^ )]+?)\) = ([^ ]+?)$/;
/** Old CentOS lines do not say which hash it is; its length does. */
const TYPE_BY_LENGTH: Readonly<Record<number, string>> = {
  128: 'sha512',
  64: 'sha256',
  40: 'sha1',
  32: 'md5',
};

/**
 * Reads dist-git's `sources`: `SHA512 (name) = hex`, old `MD5HEX  name`, old CentOS `HEX path`; blank lines are
 * passed over, equal lines count once.
 * @throws PackitError `SOURCES_FILE_MALFORMED`
 */
export function parseSources(text: string, file = 'sources'): SourcesFile {
  const entries: SourcesEntry[] = [];
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    const stripped = line.trim();
    if (stripped === '') continue;
    const entry = parseLine(stripped);
    if (entry === undefined) {
      throw new PackitError(
        'SOURCES_FILE_MALFORMED',
        `Not a line of a sources file: ${stripped.slice(0, 200)}`,
        {
          location: { file, line: index + 1 },
          hint: 'Lines look like "SHA512 (name-1.0.tar.gz) = <hash>". Restore the file from git, or upload the sources anew.',
        },
      );
    }
    if (!entries.some((known) => sameEntry(known, entry))) entries.push(entry);
  }
  return { entries, text };
}

function parseLine(line: string): SourcesEntry | undefined {
  const [, type, filename, hash] = BSD_LINE.exec(line) ?? [];
  if (type !== undefined && filename !== undefined && hash !== undefined) {
    return { hashType: type.toLowerCase(), hash, filename };
  }
  const two = line.indexOf('  ');
  if (two >= 0) return { hashType: 'md5', hash: line.slice(0, two), filename: line.slice(two + 2) };
  const one = line.indexOf(' ');
  const hashType = TYPE_BY_LENGTH[one];
  if (hashType === undefined) return undefined;
  return { hashType, hash: line.slice(0, one), filename: basename(line.slice(one + 1)) };
}

/** The file's text: as it was if nothing changed, else every entry in the BSD form that rpkg writes. */
export function printSources(sources: SourcesFile): string {
  return sources.text;
}

/** `new-sources`: these entries and no others. The file stays as it is if it says just that. */
export function replaceEntries(sources: SourcesFile, entries: readonly SourcesEntry[]): SourcesFile {
  const wanted = withoutDuplicates(entries.map(checkedEntry));
  const same =
    wanted.length === sources.entries.length &&
    wanted.every((entry) => sources.entries.some((known) => sameEntry(known, entry)));
  return same ? sources : fromEntries(wanted);
}

/**
 * `upload`: these entries after those that are there.
 * @throws PackitError `SOURCES_HASH_MIXED`, `SOURCES_ENTRY_DIFFERS`, `SOURCES_FILE_NAME`
 */
export function addEntries(sources: SourcesFile, entries: readonly SourcesEntry[]): SourcesFile {
  const result = [...sources.entries];
  for (const entry of entries.map(checkedEntry)) {
    const other = result.find((known) => known.hashType !== entry.hashType);
    if (other !== undefined) {
      throw new PackitError(
        'SOURCES_HASH_MIXED',
        `sources has ${other.hashType} sums; ${entry.filename} cannot be added with ${entry.hashType}`,
        { hint: 'Write the whole file anew: packit propose-update --force-new-sources.' },
      );
    }
    if (result.some((known) => sameEntry(known, entry))) continue;
    if (result.some((known) => known.filename === entry.filename)) {
      throw new PackitError('SOURCES_ENTRY_DIFFERS', `sources has another ${entry.filename} already`, {
        hint: 'Write the whole file anew: packit propose-update --force-new-sources.',
      });
    }
    result.push(entry);
  }
  return result.length === sources.entries.length ? sources : fromEntries(result);
}

function fromEntries(entries: readonly SourcesEntry[]): SourcesFile {
  const lines = entries.map(
    ({ hashType, hash, filename }) => `${hashType.toUpperCase()} (${filename}) = ${hash}\n`,
  );
  return { entries, text: lines.join('') };
}

/** What rpkg could not read back must not be written. */
function checkedEntry(entry: SourcesEntry): SourcesEntry {
  if (/^[^\s)/]+$/.test(entry.filename)) return entry;
  throw new PackitError(
    'SOURCES_FILE_NAME',
    `A file called ${JSON.stringify(entry.filename)} cannot be in the lookaside cache`,
    { hint: 'Its name must not hold blanks, slashes or ")". Rename it in the spec: URL#/NEW-NAME.' },
  );
}

function withoutDuplicates(entries: readonly SourcesEntry[]): SourcesEntry[] {
  return entries.filter((entry, index) => entries.findIndex((other) => sameEntry(other, entry)) === index);
}

function sameEntry(one: SourcesEntry, other: SourcesEntry): boolean {
  return one.hashType === other.hashType && one.hash === other.hash && one.filename === other.filename;
}
