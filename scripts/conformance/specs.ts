/**
 * Compares what the spec library reads and writes with what the reference recorded for the same specs
 * (conformance/specs and conformance/specs-stubbed beside corpus/specs).
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Evaluate, evaluateSpec, parseSpec, specText, stringifySpec } from '../../src/spec/index.ts';
import { createRun } from '../../src/tools/process/index.ts';
import { createEvaluator } from '../../src/tools/rpm/index.ts';
import { facts, type Json, OPERATIONS } from './spec-cases.ts';
import { explain } from './spec-differences.ts';
import type { Difference } from './spec-differences.ts';

export interface SpecConformanceOptions {
  /** The directory with `conformance/` and `corpus/`; default `../shared` beside the repository. */
  shared?: string;
  /** Only specs whose name holds this. */
  only?: string;
  /** Print every difference. */
  verbose?: boolean;
  print?: (line: string) => void;
}

export interface Counts {
  equal: number;
  better: number;
  wrong: number;
}

export interface SpecConformance {
  counts: Counts;
  /** Cases by reason why ours differs on purpose. */
  reasons: Map<string, number>;
  wrong: string[];
  /** Of the specs the reference refused: how many edits ours makes. */
  refused: { specs: number; edits: number; done: number; failures: string[] };
  /** Edited specs that rpm read before: how many it still reads. */
  reparsed: { read: number; broken: string[] };
}

interface Recorded {
  file: string;
  error?: string;
  ops?: Record<string, string>;
  [fact: string]: Json | undefined;
}

export async function run(options: SpecConformanceOptions = {}): Promise<SpecConformance | undefined> {
  const print = options.print ?? console.log;
  const shared = options.shared ?? resolve(import.meta.dirname, '..', '..', '..', 'shared');
  const corpus = join(shared, 'corpus', 'specs');
  if (!existsSync(corpus)) {
    print(`specs: skipped, there is no ${corpus}`);
    return undefined;
  }
  const temporary = mkdtempSync(join(tmpdir(), 'packit-conformance-'));
  const result: SpecConformance = {
    counts: { equal: 0, better: 0, wrong: 0 },
    reasons: new Map(),
    wrong: [],
    refused: { specs: 0, edits: 0, done: 0, failures: [] },
    reparsed: { read: 0, broken: [] },
  };
  const run = createRun({ env: { ...process.env, HOME: temporary } });
  const stub = join(shared, 'conformance', 'macros.stub');
  try {
    for (const [folder, macroFiles] of [
      ['specs', []],
      ['specs-stubbed', [stub]],
    ] as const) {
      const directory = join(shared, 'conformance', folder);
      const evaluate = createEvaluator({
        run,
        tempDir: temporary,
        trust: 'own',
        macroFiles,
        timeout: 20_000,
      });
      for (const name of readdirSync(directory).sort()) {
        if (options.only !== undefined && !name.includes(options.only)) continue;
        const recorded = JSON.parse(readFileSync(join(directory, name), 'utf8')) as Recorded;
        await compareSpec(
          { folder, recorded, bytes: readFileSync(join(corpus, recorded.file)), evaluate },
          result,
        );
      }
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  report(result, print, options.verbose === true);
  return result;
}

interface SpecCase {
  folder: string;
  recorded: Recorded;
  bytes: Uint8Array;
  evaluate: Evaluate;
}

async function compareSpec(spec: SpecCase, result: SpecConformance): Promise<void> {
  const { recorded, evaluate } = spec;
  const doc = parseSpec(spec.bytes);
  const id = `${spec.folder}/${recorded.file}`;
  const original = specText(doc);
  if (recorded.error === undefined) {
    const ours = facts(doc, await evaluateSpec(doc, evaluate));
    for (const [fact, value] of Object.entries(ours)) {
      const expected = recorded[fact] ?? null;
      judge(
        { id, name: fact, ours: JSON.stringify(value), expected: JSON.stringify(expected), original },
        result,
      );
    }
  } else result.refused.specs += 1;
  const readable = (await evaluate({ text: spec.bytes, expressions: [] })).ok;
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    let edited = doc;
    let failure: string | undefined;
    try {
      edited = await operation(doc, evaluate);
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    const text = failure === undefined ? specText(edited) : `error: ${failure}`;
    if (recorded.ops) {
      const expected = applyDiff(original, recorded.ops[name] ?? '');
      judge({ id, name, ours: text, expected, original }, result);
    } else if (recorded.error !== undefined) {
      result.refused.edits += 1;
      if (failure === undefined) result.refused.done += 1;
      else result.refused.failures.push(`${id}: ${name}: ${failure}`);
    }
    if (!readable || failure !== undefined || edited === doc) continue;
    const again = await evaluate({ text: stringifySpec(edited), expressions: [] });
    if (again.ok) result.reparsed.read += 1;
    else result.reparsed.broken.push(`${id}: ${name}: ${again.problems.at(0)?.message ?? ''}`);
  }
}

function judge(difference: Difference, result: SpecConformance): void {
  if (difference.ours === difference.expected) {
    result.counts.equal += 1;
    return;
  }
  const reason = explain(difference);
  if (reason === undefined) {
    result.counts.wrong += 1;
    result.wrong.push(describe(difference));
    return;
  }
  result.counts.better += 1;
  result.reasons.set(reason, (result.reasons.get(reason) ?? 0) + 1);
}

function describe({ id, name, ours, expected }: Difference): string {
  if (!ours.includes('\n') && !expected.includes('\n')) {
    return `${id}: ${name}\n    reference ${clip(expected)}\n    ours      ${clip(ours)}`;
  }
  const [a, b] = [expected.split('\n'), ours.split('\n')];
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const show = (lines: string[]): string =>
    lines
      .slice(start, Math.min(lines.length - end, start + 8))
      .map((line) => `      ${clip(line)}`)
      .join('\n');
  return `${id}: ${name} at line ${start + 1}\n    reference\n${show(a)}\n    ours\n${show(b)}`;
}

function clip(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}

/** The text after a unified diff without context. */
export function applyDiff(original: string, diff: string): string {
  if (diff === '') return original;
  const lines = original.split('\n');
  const changes = diff.split('\n');
  let shift = 0;
  for (let i = 0; i < changes.length; i++) {
    const match = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(changes[i] ?? '');
    if (!match) continue;
    const removed = match[2] === undefined ? 1 : Number(match[2]);
    const added = match[3] === undefined ? 1 : Number(match[3]);
    const start = Number(match[1]) - (removed === 0 ? 0 : 1);
    const replacement = changes.slice(i + 1 + removed, i + 1 + removed + added).map((line) => line.slice(1));
    lines.splice(start + shift, removed, ...replacement);
    shift += added - removed;
  }
  return lines.join('\n');
}

function report(result: SpecConformance, print: (line: string) => void, verbose: boolean): void {
  const { equal, better, wrong } = result.counts;
  const total = equal + better + wrong;
  const percent = ((100 * equal) / Math.max(1, total)).toFixed(2);
  print(
    `specs: ${equal} equal (${percent}%), ${better} better on purpose, ${wrong} wrong, of ${total} cases`,
  );
  for (const [reason, count] of result.reasons) print(`  ${count} ${reason}`);
  const { specs, edits, done } = result.refused;
  print(`  ${specs} specs the reference refused: ${done} of ${edits} edits made`);
  print(
    `  rpm reads ${result.reparsed.read} edited specs, ${result.reparsed.broken.length} it does not read any more`,
  );
  if (!verbose) return;
  for (const line of [...result.wrong, ...result.reparsed.broken, ...result.refused.failures]) print(line);
}
