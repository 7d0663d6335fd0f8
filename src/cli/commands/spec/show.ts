import { showSpec } from '../../../workflows/spec-show.ts';
import type { ShownSource, SpecShowResult } from '../../../workflows/spec-show.ts';
import { printable } from '../../../ui.ts';
import type { Command } from '../../command.ts';

export const specShowCommand: Command = async ({ ctx, args }) => {
  const result = await showSpec(ctx, { path: args[0] ?? '' });
  return { text: printable(describe(result)), json: result };
};

function describe(spec: SpecShowResult): string {
  const rows: [string, string][] = [
    ['Name', spec.name ?? '-'],
    ...(spec.epoch === null ? [] : ([['Epoch', spec.epoch]] as [string, string][])),
    ['Version', both(spec.version, spec.expanded_version)],
    ['Release', both(spec.raw_release, spec.expanded_release)],
    ...spec.macros.map(({ name, body, line }): [string, string] => [`%{${name}}`, `${body}  (line ${line})`]),
    ...spec.sources.map((source) => sourceRow('Source', source)),
    ...spec.patches.map((patch) => sourceRow('Patch', patch)),
    ['Sections', spec.sections.join(', ')],
  ];
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  const lines = rows.map(([label, value]) => label.padEnd(width) + value);
  if (spec.autochangelog) lines.push(`${'Changelog'.padEnd(width)}%autochangelog`);
  else if (spec.changelog) {
    const headers = spec.changelog.map(({ header }) => header);
    lines.push(...headers.map((header, i) => (i === 0 ? 'Changelog' : '').padEnd(width) + header));
  }
  return lines.join('\n');
}

/** What is written and, where it differs, what it expands to. */
function both(written: string | null, expanded: string | null): string {
  if (written === null) return '-';
  return expanded === null || expanded === written ? written : `${written}  (${expanded})`;
}

function sourceRow(kind: string, source: ShownSource): [string, string] {
  const notes = [source.valid === false ? 'not in force' : '', source.remote ? 'remote' : ''].filter(Boolean);
  const suffix = notes.length === 0 ? '' : `  [${notes.join(', ')}]`;
  return [`${kind}${source.number}`, (source.expanded ?? source.location) + suffix];
}
