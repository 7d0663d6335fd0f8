/** Patches of a source-git repository: made of its commits, compared with those of before, named in the spec. */
export { createPatches } from './create.ts';
export type { CreatedPatches, CreatePatchesOptions } from './create.ts';
export type { History } from './history.ts';
export { keepIdentical } from './identical.ts';
export type { KeepOptions, KeptPatch } from './identical.ts';
export type { SourceGitPatch } from './join.ts';
export { parseOldMetadata, parsePatchTrailers } from './metadata.ts';
export type { PatchMetadata } from './metadata.ts';
export { placePatches } from './place.ts';
export type { PlaceOptions } from './place.ts';
export { addPatchEntries, withoutPatchEntries } from './spec-entries.ts';
export type { EntryOptions, NamedPatch } from './spec-entries.ts';
export { ignoredInPatches } from './ignored.ts';
export type { PatchSettings } from './ignored.ts';
export { resolveUpstreamRef } from './upstream-ref.ts';
export type { UpstreamRef } from './upstream-ref.ts';
