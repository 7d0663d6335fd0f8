import { PackitError } from '../errors.ts';
import type { Evaluate, Evaluation, SpecDocument } from './types.ts';

export interface EditOptions {
  /** Tells which of several tags in different branches of a condition is meant. */
  evaluation?: Evaluation | undefined;
}

export interface UpdateVersionOptions {
  evaluate: Evaluate;
  /** Macros to define before the spec is read (`parse_time_macros`). */
  macros?: Record<string, string>;
  /** What ends a pre-release; its first group is the delimiter, which becomes `~`. */
  prereleasePattern?: string | undefined;
  /** A macro whose definition is commented out for releases and put back for pre-releases. */
  prereleaseMacro?: string | undefined;
}

export interface NewChangelogEntry {
  /** Text as it is to stand in the spec (see `escapeChangelogText`). */
  lines: readonly string[];
  /** `Name <mail>`. */
  author: string;
  /** `YYYY-MM-DD`. */
  date: string;
  /** `[epoch:]version-release` without the distribution; left out if undefined. */
  evr?: string | undefined;
}

export interface NewPatch extends EditOptions {
  location: string;
  /** Must be higher than every other; the next one by default. */
  number?: number | undefined;
  comment?: readonly string[];
  /** Number of the first patch of a spec that has none (default 0). */
  initialNumber?: number;
  /** Digits of the number of the first patch (default 4). */
  numberDigits?: number;
}

export function setTag(
  _doc: SpecDocument,
  _name: string,
  _value: string,
  _options: EditOptions = {},
): SpecDocument {
  return todo();
}
export function setVersion(_doc: SpecDocument, _version: string, _options: EditOptions = {}): SpecDocument {
  return todo();
}
export function updateVersion(
  _doc: SpecDocument,
  _version: string,
  _options: UpdateVersionOptions,
): Promise<SpecDocument> {
  return todo();
}
/** The part before `%{?dist}`; `%autorelease` is replaced. */
export function setRelease(_doc: SpecDocument, _release: string, _options: EditOptions = {}): SpecDocument {
  return todo();
}
export function setRawRelease(
  _doc: SpecDocument,
  _release: string,
  _options: EditOptions = {},
): SpecDocument {
  return todo();
}
export function bumpRelease(_doc: SpecDocument, _options: EditOptions = {}): SpecDocument {
  return todo();
}
export function addChangelogEntry(_doc: SpecDocument, _entry: NewChangelogEntry): SpecDocument {
  return todo();
}
export function setSource(
  _doc: SpecDocument,
  _number: number,
  _location: string,
  _options: EditOptions = {},
): SpecDocument {
  return todo();
}
export function addPatch(_doc: SpecDocument, _patch: NewPatch): SpecDocument {
  return todo();
}
export function removePatch(_doc: SpecDocument, _number: number): SpecDocument {
  return todo();
}
export function removeSource(_doc: SpecDocument, _number: number): SpecDocument {
  return todo();
}
/** `-n DIR` on the first %setup, else %autosetup. */
export function setPrepName(_doc: SpecDocument, _directory: string): SpecDocument {
  return todo();
}
/** Replaces the lines below the header of a section; adds the section at the end if there is none. */
export function replaceSection(_doc: SpecDocument, _id: string, _lines: readonly string[]): SpecDocument {
  return todo();
}

function todo(): never {
  throw new PackitError('NOT_IMPLEMENTED', 'This edit of spec files is not there yet');
}
