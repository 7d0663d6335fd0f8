/** The project's configuration: found, read, checked, merged and filled with defaults. */
export { findConfigFile, loadConfig } from './load.ts';
export type { FindConfigOptions, LoadConfigOptions } from './load.ts';
export { selectPackages } from './select.ts';
export type * from './types.ts';
