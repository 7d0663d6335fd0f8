/** RPM spec files, read and edited without loss: see docs/spec-library.md. */
export {
  changelog,
  hasAutochangelog,
} from './changelog.ts';
export { branches, conditions } from './conditions.ts';
export { isInForce } from './in-force.ts';
export { parseSpec, specText, stringifySpec } from './document.ts';
export {
  addChangelogEntry,
  escapeChangelogText,
  type NewChangelogEntry,
  replaceChangelogEntry,
} from './edit-changelog.ts';
export { setInOtherBranches } from './edit-branches.ts';
export { replaceSection } from './edit-sections.ts';
export {
  addPatch,
  addSource,
  type NewSource,
  removePatch,
  removeSource,
  renumber,
  setPatch,
  setPatchComment,
  setSource,
} from './edit-sources.ts';
export {
  bumpRelease,
  type EditOptions,
  insertTagBefore,
  setRawRelease,
  setRelease,
  setTag,
  setVersion,
  shadowedTags,
} from './edit-tags.ts';
export {
  changelogEvr,
  definesDist,
  type EvaluateOptions,
  evaluateSpec,
  expandedRelease,
} from './evaluation.ts';
export { macrosLeftBehind } from './left-behind.ts';
export { findMacroDefinition, macroDefinitions, versionMacros } from './macro-definitions.ts';
export { prepChoice, prepMacros, setPrepName } from './prep.ts';
export { hasAutorelease, type SplitRelease, splitRelease } from './release.ts';
export { findSection, sectionLines, sections } from './sections.ts';
export { SpecError } from './spec-error.ts';
export { fileNameOf, isRemote, patches, sources } from './sources.ts';
export { findTag, tags } from './tags.ts';
export { decodeText, displayText, encodeText } from './text.ts';
export type * from './types.ts';
export {
  PRERELEASE_PATTERN,
  prereleaseVersion,
  updateVersion,
  type UpdateVersionOptions,
} from './update-version.ts';
