export { createPatches } from './create.ts';
export type { CreatePatchesOptions, SourceGitPatch } from './create.ts';
export { parsePatchTrailers } from './metadata.ts';
export type { PatchMetadata } from './metadata.ts';
