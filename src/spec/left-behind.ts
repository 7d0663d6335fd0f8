import { macrosOf, versionMacros } from './macro-definitions.ts';
import { prepMacros } from './prep.ts';
import { sources } from './sources.ts';
import type { Evaluation, MacroDefinition, SpecDocument } from './types.ts';

/**
 * Macros that Version was built from before an edit and is not any more, while a source or the directory in %prep
 * still is: the archive is then another one than that of the new version.
 */
export function macrosLeftBehind(
  before: SpecDocument,
  after: SpecDocument,
  evaluation?: Evaluation,
): readonly MacroDefinition[] {
  const still = new Set(versionMacros(after, evaluation).map(({ name }) => name));
  const dropped = new Set(
    versionMacros(before, evaluation).flatMap(({ name }) => (still.has(name) ? [] : [name])),
  );
  if (dropped.size === 0) return [];
  const values = [
    ...sources(after, evaluation).flatMap(({ location, valid }) => (valid === false ? [] : [location])),
    ...prepMacros(after).flatMap(({ options }) => options.get('n') ?? []),
  ].filter((value) => value !== true);
  const found = new Map<string, MacroDefinition>();
  for (const value of values) {
    for (const macro of macrosOf(after, value, evaluation)) {
      if (dropped.has(macro.name) && !macro.commentedOut) found.set(macro.name, macro);
    }
  }
  return [...found.values()];
}
