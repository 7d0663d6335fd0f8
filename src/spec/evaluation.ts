/**
 * Everything that needs rpm's eyes, asked in one call: the text is handed over with a marker macro in
 * each branch of each condition, so that one run tells the expansions and which branches were read.
 */
import { branches } from './conditions.ts';
import { specText } from './document.ts';
import { isUnconditional } from './in-force.ts';
import { inCode, lex } from './lexer.ts';
import { marks } from './marks.ts';
import { splitRelease } from './release.ts';
import { patches, sources } from './sources.ts';
import { findTag, tags } from './tags.ts';
import { encodeText } from './text.ts';
import { expandAll, withoutMissingFile } from './expand-all.ts';
import type { Evaluate, Evaluation, EvaluationProblem, SpecDocument, Tag } from './types.ts';

export interface EvaluateOptions {
  /** Expanded besides what every evaluation asks for (the tags, the sources, the conditions). */
  expressions?: readonly string[];
  /** Macros to define before the spec is read (`parse_time_macros`). */
  macros?: Record<string, string>;
}

const MARKER = '__packit_branch_';
/** Tags whose values every evaluation expands. */
const TAGS = ['name', 'epoch', 'version', 'release', 'summary', 'license', 'url'] as const;

/**
 * Asks rpm about a document: one call; more only where rpm refuses the text with markers, a file it loads is not
 * there, an expression cannot be expanded, or the distribution is part of a macro the release is built from. What
 * the spec holds never makes it throw: `ok` says whether rpm could read it.
 */
export async function evaluateSpec(
  doc: SpecDocument,
  evaluate: Evaluate,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const macros = options.macros ?? {};
  const releases = releaseExpressions(doc);
  const distInMacros = distributionInMacros(doc);
  const usual = [...new Set([...usualExpressions(doc), ...(options.expressions ?? [])])];
  const request = { expressions: usual, last: distInMacros ? [] : releases, macros };
  const { evaluation, lines } = await evaluateMarked(doc, evaluate, request);
  if (!distInMacros || !evaluation.ok || releases.length === 0) return evaluation;
  const text = encodeText(specText({ ...doc, lines }));
  const own = definesDist(doc) ? ownReleases(doc) : [];
  const expressions = [...own, ...releases];
  const bare = await evaluate({ text, expressions, macros: { ...macros, dist: '' } });
  return { ...evaluation, values: new Map([...evaluation.values, ...zip(expressions, bare.values)]) };
}

interface MarkedRequest {
  expressions: readonly string[];
  /** Asked after the others, and together: they change macros. */
  last: readonly string[];
  macros: Record<string, string>;
}

interface Marked {
  evaluation: Evaluation;
  /** The lines that rpm could read. */
  lines: readonly string[];
}

/** The text with markers; where rpm refuses that, without files that are not there, then as it is. */
async function evaluateMarked(
  doc: SpecDocument,
  evaluate: Evaluate,
  request: MarkedRequest,
): Promise<Marked> {
  const count = branches(doc).length + marks(doc).length;
  const probes = Array.from({ length: count }, (_, i) => `%{?${MARKER}${i}:1}%{!?${MARKER}${i}:0}`).join('');
  const attempt = async (lines: readonly string[]): Promise<Evaluation> => {
    const marked = markBranches(doc, lines);
    const { reply, values } = await expandAll(evaluate, { ...request, text: marked.text, first: probes });
    const bits = values.get(probes);
    return {
      ok: reply.ok,
      problems: reply.problems.map((problem) => relocate(problem, marked.insertedBefore)),
      values,
      branches: Array.from({ length: count }, (_, i) =>
        reply.ok && bits !== undefined ? bits[i] === '1' : undefined,
      ),
    };
  };
  const first = await attempt(doc.lines);
  if (first.ok) return { evaluation: first, lines: doc.lines };
  let { lines } = doc;
  for (let at = first; lines.length > 0 && !at.ok; ) {
    const next = withoutMissingFile(lines, at.problems);
    if (next === undefined) break;
    lines = next;
    at = await attempt(lines);
    if (at.ok) return { evaluation: { ...at, problems: first.problems }, lines };
  }
  if (count === 0) return { evaluation: first, lines: doc.lines };
  const text = encodeText(specText(doc));
  const { reply, values } = await expandAll(evaluate, { ...request, text });
  const unknown = Array.from({ length: count }, () => undefined);
  const evaluation = { ok: reply.ok, problems: reply.problems, values, branches: unknown };
  return { evaluation, lines: doc.lines };
}

/** The release as the changelog and `packit` mean it: expanded with an empty `%{dist}`. */
export function expandedRelease(doc: SpecDocument, evaluation: Evaluation): string | undefined {
  const tag = findTag(doc, 'release', evaluation);
  return tag && evaluation.values.get(withoutDist(splitRelease(tag.value).release));
}

/**
 * `[epoch:]version-release` for a changelog entry, without the distribution. Without an evaluation (or with
 * one that failed) only where no macro but the distribution is in the tags and none stands in a condition;
 * else undefined.
 */
export function changelogEvr(doc: SpecDocument, evaluation?: Evaluation): string | undefined {
  const version = findTag(doc, 'version', evaluation);
  const release = findTag(doc, 'release', evaluation);
  if (!version || !release) return undefined;
  const epoch = findTag(doc, 'epoch', evaluation);
  const expand = (tag: Tag, key: string, plain: string): string | undefined =>
    evaluation?.values.get(key) ?? (plain.includes('%') || !isAlone(doc, tag) ? undefined : plain);
  const expandedVersion = expand(version, version.value, version.value);
  const key = definesDist(doc) ? ownDist(release.value) : withoutDist(release.value);
  const expanded = expand(release, key, definesDist(doc) ? release.value : withoutDistText(release.value));
  const expandedEpoch = epoch ? expand(epoch, epoch.value, epoch.value) : '';
  if (expandedVersion === undefined || expanded === undefined || expandedEpoch === undefined)
    return undefined;
  return `${expandedEpoch === '' ? '' : `${expandedEpoch}:`}${expandedVersion}-${expanded}`;
}

/** No other tag of that name, and in no condition. */
function isAlone(doc: SpecDocument, tag: Tag): boolean {
  return isUnconditional(doc, tag.line) && tags(doc).filter(({ key }) => key === tag.key).length === 1;
}

function withoutDistText(release: string): string {
  const { release: number, minorBump } = splitRelease(release);
  return minorBump === undefined ? number : `${number}.${minorBump}`;
}

function usualExpressions(doc: SpecDocument): readonly string[] {
  return [
    ...tags(doc)
      .filter((tag) => TAGS.some((name) => name === tag.key))
      .map((tag) => tag.value),
    ...sources(doc).map((source) => source.location),
    ...patches(doc).map((patch) => patch.location),
  ];
}

/** To be asked last, and once: they change macros for what follows. */
function releaseExpressions(doc: SpecDocument): readonly string[] {
  const releases = tags(doc).filter((tag) => tag.key === 'release');
  const values = releases.flatMap((tag) => [tag.value, splitRelease(tag.value).release]);
  // rpm defines %{release} from the tag; a macro of that name which the spec defines is meant instead.
  return values.length === 0
    ? []
    : [...new Set(['%{expand:%%undefine release}', ...values.map(withoutDist)])];
}

/** An expression expanded without a distribution; the macro is put back for what follows. */
function withoutDist(expression: string): string {
  return `%{expand:%%global dist %%{nil}}${expression}%{expand:%%undefine dist}`;
}

/** Expanded where `%{dist}` is empty unless the spec gives it a value of its own, which is then part of the release. */
function ownDist(release: string): string {
  return `%{?nil}${release}`;
}

function ownReleases(doc: SpecDocument): readonly string[] {
  return tags(doc).flatMap(({ key, value }) => (key === 'release' ? [ownDist(value)] : []));
}

/** True if the spec says itself what `%{dist}` is. */
export function definesDist(doc: SpecDocument): boolean {
  return lex(doc).definitions.some(({ name, commentedOut }) => name === 'dist' && !commentedOut);
}

function distributionInMacros(doc: SpecDocument): boolean {
  return lex(doc).definitions.some(
    (definition) =>
      !definition.commentedOut && (definition.name === 'dist' || /\bdist\b/.test(definition.body)),
  );
}

/** The text with `%global __packit_branch_N 1` as first line of branch N, and before each other place that is asked about. */
function markBranches(
  doc: SpecDocument,
  lines: readonly string[],
): { text: Uint8Array; insertedBefore: readonly number[] } {
  const lexed = lex(doc);
  const at = new Map<number, string[]>();
  const put = (line: number, marker: string): void => void at.set(line, [...(at.get(line) ?? []), marker]);
  const all = branches(doc);
  for (const { index, line, content } of all) {
    if (!inCode(lexed, line)) put(content.start, `%global ${MARKER}${index} 1`);
  }
  marks(doc).forEach(({ line, openings, closings }, i) => {
    put(line, `${openings}%global ${MARKER}${all.length + i} 1${closings}`);
  });
  const parts: string[] = [];
  const inserted: number[] = [];
  for (let i = 0; i <= doc.lines.length; i++) {
    for (const [n, marker] of (at.get(i) ?? []).entries()) {
      if (n === 0 && doc.endings[i - 1] === '') parts.push('\n');
      parts.push(`${marker}\n`);
      inserted.push(i);
    }
    // rpm takes a carriage return for a part of the expression of an %if.
    if (i < doc.lines.length) parts.push(lines[i] ?? '', doc.endings[i] === '' ? '' : '\n');
  }
  return { text: encodeText(parts.join('')), insertedBefore: inserted };
}

/** A problem of the marked text at its line in the document. */
function relocate(problem: EvaluationProblem, insertedBefore: readonly number[]): EvaluationProblem {
  if (problem.line === undefined) return problem;
  let line = problem.line;
  for (const [i, start] of insertedBefore.entries()) {
    // The marker before line `start` (from 0) is line `start + i + 1` (from 1) of the marked text.
    if (problem.line > start + i + 1) line -= 1;
  }
  return { ...problem, line };
}

function zip(
  keys: readonly string[],
  values: readonly (string | undefined)[],
): Map<string, string | undefined> {
  return new Map(keys.map((key, i) => [key, values[i]]));
}
