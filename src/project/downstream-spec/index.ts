export { changelogText } from './changelog-entry.ts';
export type { ChangelogText } from './changelog-entry.ts';
export { mergeSpecs } from './merge.ts';
export type { MergedSpec, SpecMerge } from './merge.ts';
export { INITIAL_RELEASE, newRelease } from './release.ts';
export type { ReleaseFacts } from './release.ts';
