/** What rpm reads and what it skips. */
import { branches, branchOf } from './conditions.ts';
import { isMarked, markOf } from './marks.ts';
import type { Evaluation, SpecDocument, Tag } from './types.ts';

/**
 * True if rpm reads the line, false if it stands in a branch not taken or in a `%{?name:...}` that does not hold,
 * undefined if that is not known.
 */
export function isInForce(doc: SpecDocument, line: number, evaluation?: Evaluation): boolean | undefined {
  return answer(doc, markOf(doc, line), line, evaluation);
}

/** The same for a tag: a line may hold several. */
export function isTagInForce(
  doc: SpecDocument,
  tag: Pick<Tag, 'line' | 'prefix'>,
  evaluation?: Evaluation,
): boolean | undefined {
  return answer(doc, markOf(doc, tag.line, tag.prefix), tag.line, evaluation);
}

/** True if it is read whatever the macros say. */
export function isUnconditional(doc: SpecDocument, line: number): boolean {
  return !isMarked(doc, line) && branchOf(doc, line) === undefined;
}

function answer(
  doc: SpecDocument,
  mark: number | undefined,
  line: number,
  evaluation: Evaluation | undefined,
): boolean | undefined {
  if (mark !== undefined) return evaluation?.branches[branches(doc).length + mark];
  const branch = branchOf(doc, line);
  return branch === undefined ? true : evaluation?.branches[branch];
}
