/** The project's configuration: found, read, checked, merged and filled with defaults. */
export { CONFIG_FILE_NAMES, findConfigFile, findSpecfile } from './find.ts';
export type { FindConfigOptions, FoundConfig } from './find.ts';
export { inspectConfig } from './inspect.ts';
export { loadConfig } from './load.ts';
export type { LoadConfigOptions } from './load.ts';
export { selectPackages } from './select.ts';
export type * from './types.ts';
export { loadUserConfig } from './user.ts';
export type { LoadedUserConfig, LoadUserConfigOptions, UserConfig } from './user.ts';
export { credentialsFor, hostOf, kindOf } from './user-authentication.ts';
export type { ServiceCredentials } from './user-authentication.ts';
export { USER_KEYS } from './user-schema.ts';
export type { UserKey, UserKeyName } from './user-schema.ts';
export { createTokenLookup, findToken, tokenHint } from './user-tokens.ts';
export type { FoundToken, TokenLookup } from './user-tokens.ts';
export { composeYaml, YamlError } from './yaml/index.ts';
export type { MappingNode, YamlNode } from './yaml/index.ts';
