/** Replays blocks of a page with the built program, in a place that a test has made, and compares or writes the page. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from '@jest/globals';
import { replayPage } from '../transcript.ts';

const ROOT = resolve(import.meta.dirname, '..', '..', '..');

export interface PageSession {
  /** `commands/srpm.md`, below docs/. */
  page: string;
  /** Which of the page's console blocks, counted from 0. */
  blocks: readonly number[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  replace?: Readonly<Record<string, string>>;
  /** What is another each time, and what the page has instead. Columns of tables are set anew. */
  shown?: readonly (readonly [RegExp | string, string])[];
}

/** Without standard input and terminal, with `packit` on PATH. UPDATE_PAGES=1 writes the page. */
export async function expectPage(session: PageSession): Promise<void> {
  const file = join(ROOT, 'docs', session.page);
  const page = readFileSync(file, 'utf8');
  const now = await replayPage(page, {
    cwd: session.cwd,
    env: withPackit(session),
    only: (_commands, at) => session.blocks.includes(at),
    ...(session.replace === undefined ? {} : { replace: session.replace }),
    normalise: (output) => tables(output, (text) => substituted(text, session.shown ?? [])),
  });
  if (process.env.UPDATE_PAGES === '1') writeFileSync(file, now);
  else expect(now).toBe(page);
}

function withPackit({ cwd, env }: PageSession): Record<string, string> {
  const bin = join(env.HOME ?? cwd, '.packit-bin');
  mkdirSync(bin, { recursive: true });
  try {
    symlinkSync(join(ROOT, 'bin', 'packit.js'), join(bin, 'packit'));
  } catch {
    // An earlier session of the same place made it.
  }
  const all = { ...env, PATH: `${bin}:${env.PATH ?? process.env.PATH}` };
  return Object.fromEntries(
    Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

function substituted(text: string, pairs: NonNullable<PageSession['shown']>): string {
  return pairs.reduce((so_far, [from, to]) => so_far.replaceAll(from, to), text);
}

const HEAD =
  /^(?:branch|update|target|status|job|package|queue|event|Copr)(?: {2,}[a-z][\w/-]*(?: [\w/-]+)*)+ *$/i;

/** What is put in has another length: the columns of a table are made as wide as they would have been. */
function tables(output: string, change: (text: string) => string): string {
  const lines = output.split('\n');
  const done: string[] = [];
  while (lines.length > 0) {
    const head = lines[0] ?? '';
    const end = HEAD.test(head) ? tableEnd(lines) : 0;
    if (end === 0) done.push(change(lines.shift() ?? ''));
    else done.push(...anew(lines.splice(0, end), change));
  }
  return change(done.join('\n'));
}

function tableEnd(lines: readonly string[]): number {
  const starts = columns(lines[0] ?? '');
  const end = lines.findIndex(
    (line) => line === '' || !starts.slice(1).every((at) => /^ ?$/.test(line.charAt(at - 1))),
  );
  return end < 0 ? lines.length : end;
}

function columns(head: string): number[] {
  return [0, ...[...head.matchAll(/ {2,}(?=\S)/g)].map(({ index, 0: gap }) => index + gap.length)];
}

function anew(lines: readonly string[], change: (text: string) => string): string[] {
  const starts = columns(lines[0] ?? '');
  const rows = lines.map((line) => starts.map((at, n) => change(line.slice(at, starts[n + 1]).trimEnd())));
  const widths = starts.map((_at, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, n) => cell.padEnd((widths[n] ?? 0) + 4))
      .join('')
      .trimEnd(),
  );
}
