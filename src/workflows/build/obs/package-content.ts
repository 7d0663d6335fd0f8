/** A source RPM as OBS keeps packages: the changelog in a `.changes` file, and Release left to OBS. Pure. */
import {
  changelog,
  findSection,
  findTag,
  parseSpec,
  replaceSection,
  setTag,
  stringifySpec,
} from '../../../spec/index.ts';
import type { ChangelogEntry } from '../../../spec/index.ts';

export interface PackageContent {
  spec: Uint8Array;
  /** The new `NAME.changes`; undefined if the sources bring one, or there is no changelog. */
  changes: { name: string; text: Uint8Array } | undefined;
}

const LINE = '-'.repeat(67);

/**
 * @param specName file name of the spec
 * @param names all files of the SRPM
 */
export function packageContent(spec: Uint8Array, specName: string, names: readonly string[]): PackageContent {
  if (names.some((name) => name.endsWith('.changes'))) return { spec, changes: undefined };
  let doc = parseSpec(spec);
  const entries = changelog(doc) ?? [];
  if (findTag(doc, 'release') !== undefined) doc = setTag(doc, 'release', '0');
  // Macros that write a changelog elsewhere mean nothing to OBS.
  if (findSection(doc, 'changelog') !== undefined) doc = replaceSection(doc, 'changelog', []);
  const text = entries.map(changesEntry).join('\n');
  return {
    spec: stringifySpec(doc),
    changes: text === '' ? undefined : { name: specName.replace(/\.spec$/, '.changes'), text: bytesOf(text) },
  };
}

/** One entry in the form of `osc vc`; a head that is none is kept as text. */
function changesEntry({ header, weekday, date, author, evr, content }: ChangelogEntry): string {
  const lines = content.filter((line) => line.trim() !== '').map((line) => `  ${line}`);
  if (weekday === undefined || date === undefined) return [LINE, `  ${header}`, ...lines, ''].join('\n');
  const [, month = '', year = ''] = /^\*\s*\S+\s+(\S+)\s+\S+\s.*?\b(\d{4})\b/.exec(header) ?? [];
  const day = date.slice(-2);
  const head = `${weekday} ${month} ${day} 12:00:00 UTC ${year}${author === undefined ? '' : ` - ${author}`}`;
  const version = evr === undefined ? [] : [`- ${evr}`];
  return [LINE, head, '', ...version, ...lines, ''].join('\n');
}

/** Bytes of the spec that are no UTF-8 come out as they went in. */
function bytesOf(text: string): Uint8Array {
  const lines = text.replace(/\n$/, '').split('\n');
  return stringifySpec({ lines, endings: lines.map(() => '\n' as const) });
}
