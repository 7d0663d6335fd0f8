import { PackitError } from '../errors.ts';
import type {
  ChangelogEntry,
  Condition,
  Evaluate,
  Evaluation,
  MacroDefinition,
  PrepMacro,
  Section,
  Source,
  SpecDocument,
  Tag,
} from './types.ts';

export interface EvaluateOptions {
  /** Expanded besides what every evaluation asks for (the tags, the sources, the conditions). */
  expressions?: readonly string[];
  macros?: Record<string, string>;
}

/** One call of the evaluator: the values of tags and sources and which branches are in force. */
export function evaluateSpec(
  _doc: SpecDocument,
  _evaluate: Evaluate,
  _options: EvaluateOptions = {},
): Promise<Evaluation> {
  return todo();
}
export function sections(_doc: SpecDocument): readonly Section[] {
  return todo();
}
/** Tags of the preamble, or of every %package section with `all`. */
export function tags(_doc: SpecDocument, _options: { all?: boolean } = {}): readonly Tag[] {
  return todo();
}
/** The tag of that name that is in force, else the first one. */
export function findTag(_doc: SpecDocument, _name: string, _evaluation?: Evaluation): Tag | undefined {
  return todo();
}
export function sources(_doc: SpecDocument, _evaluation?: Evaluation): readonly Source[] {
  return todo();
}
export function patches(_doc: SpecDocument, _evaluation?: Evaluation): readonly Source[] {
  return todo();
}
export function macroDefinitions(_doc: SpecDocument, _evaluation?: Evaluation): readonly MacroDefinition[] {
  return todo();
}
export function prepMacros(_doc: SpecDocument): readonly PrepMacro[] {
  return todo();
}
/** Entries of the first %changelog, newest (topmost) first; undefined if there is no %changelog. */
export function changelog(_doc: SpecDocument): readonly ChangelogEntry[] | undefined {
  return todo();
}
export function conditions(_doc: SpecDocument): readonly Condition[] {
  return todo();
}
/** Release without the distribution: `1` of `1%{?dist}`, as written. */
export function splitRelease(_raw: string): {
  release: string;
  dist: string | undefined;
  minorBump: string | undefined;
} {
  return todo();
}
export function hasAutorelease(_doc: SpecDocument): boolean {
  return todo();
}
export function hasAutochangelog(_doc: SpecDocument): boolean {
  return todo();
}
/** Expanded release without the distribution; `[epoch:]version-release` of a changelog entry. */
export function changelogEvr(_doc: SpecDocument, _evaluation: Evaluation): string | undefined {
  return todo();
}
/** Doubles `%` before what rpm would expand and indents `*` at the start of a line. */
export function escapeChangelogText(_text: string): string {
  return todo();
}

function todo(): never {
  throw new PackitError('NOT_IMPLEMENTED', 'This view of spec files is not there yet');
}
