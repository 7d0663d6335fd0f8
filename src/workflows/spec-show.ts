/** What a spec file says, with rpm's answers beside what is written. */
import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { readSpecFile } from '../project/spec-file/index.ts';
import {
  changelog,
  displayText,
  evaluateSpec,
  expandedRelease,
  findTag,
  hasAutochangelog,
  hasAutorelease,
  patches,
  sections,
  sources,
  splitRelease,
  versionMacros,
} from '../spec/index.ts';
import type { Evaluation, EvaluationProblem, Source, SpecDocument, Tag } from '../spec/index.ts';
import { withEvaluator } from './spec-evaluator.ts';

export interface ShownSource {
  number: number;
  location: string;
  expanded: string | null;
  filename: string;
  remote: boolean;
  valid: boolean | null;
}

export interface SpecShowResult {
  file: string;
  name: string | null;
  epoch: string | null;
  version: string | null;
  expanded_version: string | null;
  release: string | null;
  raw_release: string | null;
  expanded_release: string | null;
  autorelease: boolean;
  autochangelog: boolean;
  sources: ShownSource[];
  patches: ShownSource[];
  sections: string[];
  /** Macros that make up the version, with their bodies and lines. */
  macros: { name: string; body: string; line: number }[];
  /** The three newest entries, newest first; null without a %changelog. */
  changelog: { header: string; evr: string | null }[] | null;
  /** False if rpm could not read the spec; what it would have expanded is null then. */
  parsed: boolean;
  problems: EvaluationProblem[];
}

/**
 * Reads a spec file and asks rpm about it, once. A spec rpm cannot read is shown as far as it goes.
 * @throws PackitError `SPEC_*` for what is no spec file, `RPM_MISSING`
 */
export async function showSpec(ctx: Context, input: { path: string }): Promise<SpecShowResult> {
  const { path, doc } = await readSpecFile(resolve(ctx.cwd, input.path));
  const evaluation = await withEvaluator(ctx, path, (evaluate) => evaluateSpec(doc, evaluate));
  if (!evaluation.ok) {
    const problem = evaluation.problems.find(({ message }) => !message.startsWith('warning:'));
    ctx.ui.warn({
      code: 'SPEC_NOT_PARSED',
      message: `rpm cannot read the spec${problem ? `: ${problem.message}` : ''}; what it would expand is not known`,
      hint: `See all it says: rpmspec -P '${input.path}'.`,
      location: { file: path, ...(problem?.line === undefined ? {} : { line: problem.line }) },
    });
  }
  return describeSpec(path, doc, evaluation);
}

function describeSpec(file: string, doc: SpecDocument, evaluation: Evaluation): SpecShowResult {
  const tag = (name: string): Tag | undefined => findTag(doc, name, evaluation);
  const raw = (name: string): string | null => text(tag(name)?.value);
  const expanded = (name: string): string | null => {
    const value = tag(name)?.value;
    if (value === undefined) return null;
    return evaluation.values.get(value) ?? (value.includes('%') ? null : text(value));
  };
  const release = raw('release');
  return {
    file,
    name: expanded('name') ?? raw('name'),
    epoch: expanded('epoch') ?? raw('epoch'),
    version: raw('version'),
    expanded_version: expanded('version'),
    release: release === null ? null : splitRelease(release).release,
    raw_release: release,
    expanded_release: expandedRelease(doc, evaluation) ?? null,
    autorelease: hasAutorelease(doc, evaluation),
    autochangelog: hasAutochangelog(doc),
    sources: sources(doc, evaluation).map(shownSource),
    patches: patches(doc, evaluation).map(shownSource),
    sections: sections(doc).map(({ id }) => displayText(id)),
    macros: versionMacros(doc, evaluation).map(({ name, body, line }) => ({
      name,
      body: displayText(body),
      line: line + 1,
    })),
    changelog:
      changelog(doc)
        ?.slice(0, 3)
        .map(({ header, evr }) => ({ header: displayText(header), evr: evr ?? null })) ?? null,
    parsed: evaluation.ok,
    problems: [...evaluation.problems],
  };
}

function shownSource(source: Source): ShownSource {
  return {
    number: source.number,
    location: displayText(source.location),
    expanded: source.expanded ?? (source.location.includes('%') ? null : displayText(source.location)),
    filename: displayText(source.filename),
    remote: source.remote,
    valid: source.valid ?? null,
  };
}

function text(value: string | undefined): string | null {
  return value === undefined ? null : displayText(value);
}
