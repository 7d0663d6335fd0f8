export { createGitArchive, isPlainIndex } from './git-archive.ts';
export type { GitArchive, GitArchiveOptions } from './git-archive.ts';
export { findCreatedArchive } from './output.ts';
export { expandRootTemplate, findRootDirectory } from './root-directory.ts';
export type { ExpandedTemplate, RootDirectory } from './root-directory.ts';
