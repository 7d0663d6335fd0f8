/**
 * Everything that needs rpm's eyes, asked in one call: the text is handed over with a marker macro in
 * each branch of each condition, so that one run tells the expansions and which branches were read.
 */
import { branches, branchOf } from './conditions.ts';
import { specText } from './document.ts';
import { inCode, lex } from './lexer.ts';
import { splitRelease } from './release.ts';
import { patches, sources } from './sources.ts';
import { findTag, tags } from './tags.ts';
import { encodeText } from './text.ts';
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
 * Asks rpm about a document: one call; a second one only where rpm refuses the text with markers, or
 * where the distribution is part of a macro the release is built from. What the spec holds never makes
 * it throw: `ok` says whether rpm could read it.
 */
export async function evaluateSpec(
  doc: SpecDocument,
  evaluate: Evaluate,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const macros = options.macros ?? {};
  const releases = releaseExpressions(doc);
  const distInMacros = distributionInMacros(doc);
  const expressions = [
    ...new Set([...usualExpressions(doc), ...(options.expressions ?? []), ...(distInMacros ? [] : releases)]),
  ];
  const evaluation = await evaluateMarked(doc, evaluate, { expressions, macros });
  if (!distInMacros || !evaluation.ok || releases.length === 0) return evaluation;
  const text = encodeText(specText(doc));
  const bare = await evaluate({ text, expressions: releases, macros: { ...macros, dist: '' } });
  return { ...evaluation, values: new Map([...evaluation.values, ...zip(releases, bare.values)]) };
}

/** The text with markers; where rpm refuses that, without files to include that are not there, then as it is. */
async function evaluateMarked(
  doc: SpecDocument,
  evaluate: Evaluate,
  request: { expressions: readonly string[]; macros: Record<string, string> },
): Promise<Evaluation> {
  const all = branches(doc);
  const probes = all
    .map((branch) => `%{?${MARKER}${branch.index}:1}%{!?${MARKER}${branch.index}:0}`)
    .join('');
  const attempt = async (lines: readonly string[]): Promise<Evaluation> => {
    const marked = markBranches({ ...doc, lines });
    const reply = await evaluate({
      ...request,
      text: marked.text,
      expressions: [probes, ...request.expressions],
    });
    const [bits, ...values] = reply.values;
    return {
      ok: reply.ok,
      problems: reply.problems.map((problem) => relocate(problem, marked.insertedBefore)),
      values: zip(request.expressions, values),
      branches: all.map((_, i) => (reply.ok && bits !== undefined ? bits[i] === '1' : undefined)),
    };
  };
  const first = await attempt(doc.lines);
  if (first.ok) return first;
  if (first.problems.some(({ message }) => /unable to open/i.test(message)) && doc.lines.some(isInclude)) {
    const second = await attempt(doc.lines.map((line) => (isInclude(line) ? '' : line)));
    if (second.ok) return { ...second, problems: first.problems };
  }
  if (all.length === 0) return first;
  const reply = await evaluate({ text: encodeText(specText(doc)), ...request });
  return {
    ok: reply.ok,
    problems: reply.problems,
    values: zip(request.expressions, reply.values),
    branches: all.map(() => undefined),
  };
}

function isInclude(line: string): boolean {
  return /^\s*%include\s/.test(line);
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
  const expanded = expand(release, withoutDist(release.value), withoutDistText(release.value));
  const expandedEpoch = epoch ? expand(epoch, epoch.value, epoch.value) : '';
  if (expandedVersion === undefined || expanded === undefined || expandedEpoch === undefined)
    return undefined;
  return `${expandedEpoch === '' ? '' : `${expandedEpoch}:`}${expandedVersion}-${expanded}`;
}

/** No other tag of that name, and in no condition. */
function isAlone(doc: SpecDocument, tag: Tag): boolean {
  return branchOf(doc, tag.line) === undefined && tags(doc).filter(({ key }) => key === tag.key).length === 1;
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

function distributionInMacros(doc: SpecDocument): boolean {
  return lex(doc).definitions.some(
    (definition) =>
      !definition.commentedOut && (definition.name === 'dist' || /\bdist\b/.test(definition.body)),
  );
}

/** The text with `%global __packit_branch_N 1` as first line of branch N. */
function markBranches(doc: SpecDocument): { text: Uint8Array; insertedBefore: readonly number[] } {
  const lexed = lex(doc);
  const at = new Map<number, number>();
  for (const branch of branches(doc)) {
    if (!inCode(lexed, branch.line)) at.set(branch.content.start, branch.index);
  }
  const parts: string[] = [];
  const inserted: number[] = [];
  for (let i = 0; i <= doc.lines.length; i++) {
    const index = at.get(i);
    if (index !== undefined) {
      if (doc.endings[i - 1] === '') parts.push('\n');
      parts.push(`%global ${MARKER}${index} 1\n`);
      inserted.push(i);
    }
    // rpm takes a carriage return for a part of the expression of an %if.
    if (i < doc.lines.length) parts.push(doc.lines[i] ?? '', doc.endings[i] === '' ? '' : '\n');
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
