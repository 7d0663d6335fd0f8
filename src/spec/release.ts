import { findTag } from './tags.ts';
import type { Evaluation, SpecDocument } from './types.ts';
import { usesMacro } from './value.ts';

export interface SplitRelease {
  /** What stands before the distribution: `1` of `1%{?dist}.2`. */
  readonly release: string;
  /** `%{?dist}`, `%{dist}` or `%dist`. */
  readonly dist: string | undefined;
  /** The number after the distribution: `2` of `1%{?dist}.2`. */
  readonly minorBump: string | undefined;
}

/** The parts of a Release as written. */
export function splitRelease(raw: string): SplitRelease {
  const match = /(%\{\??dist\}|%dist)(?:\.(\d+))?$/.exec(raw);
  if (!match) return { release: raw, dist: undefined, minorBump: undefined };
  return { release: raw.slice(0, match.index), dist: match[1], minorBump: match[2] };
}

/** True if Release is `%autorelease` in any spelling. */
export function hasAutorelease(doc: SpecDocument, evaluation?: Evaluation): boolean {
  const tag = findTag(doc, 'release', evaluation);
  return tag !== undefined && usesMacro(tag.value, 'autorelease');
}
