export { ignoreFiles } from './gitignore.ts';
export { NO_SOURCES, addEntries, parseSources, printSources, replaceEntries } from './sources-file.ts';
export type { SourcesEntry, SourcesFile } from './sources-file.ts';
export { planUploads } from './uploads.ts';
export type { Upload, UploadCandidates } from './uploads.ts';
