/** The project's configuration: found, read, checked, merged and filled with defaults. */
export { defaultJob, defaultPackage } from './build.ts';
export { configError, describeDiagnostic, diagnose } from './diagnostics.ts';
export type { Diagnostic, FileKind } from './diagnostics.ts';
export type { DescribedPackage, DescribedValue } from './describe-values.ts';
export { DIST_GIT_INSTANCES } from './dist-git-instance.ts';
export { toDump } from './dump.ts';
export {
  CONFIG_FILE_NAMES,
  configDirectory,
  configText,
  findConfigFile,
  findSpecfile,
  readConfigText,
  SOURCE_GIT_CONFIG,
} from './find.ts';
export type { FindConfigOptions, FoundConfig } from './find.ts';
export { configInCheckout } from './in-checkout.ts';
export { inspectConfig } from './inspect.ts';
export type { InspectOptions, Inspection } from './inspect.ts';
export type { Layer, Located } from './layer.ts';
export { describeValues, fixText, jsonSchema } from './lazy.ts';
export { configOf, loadConfig } from './load.ts';
export type { ConfigOfOptions, LoadConfigOptions } from './load.ts';
export { joinPath, Problems } from './problems.ts';
export type { Problem, ProblemDetails } from './problems.ts';
export { selectPackages } from './select.ts';
export { nearest } from './suggest.ts';
export type * from './types.ts';
export { loadUserConfig } from './user.ts';
export type { LoadedUserConfig, LoadUserConfigOptions, UserConfig } from './user.ts';
export { credentialsFor, hostOf, kindOf, mayCarryToken } from './user-authentication.ts';
export type { ServiceCredentials } from './user-authentication.ts';
export { USER_KEYS } from './user-schema.ts';
export type { UserKey, UserKeyName } from './user-schema.ts';
export { createTokenLookup, findToken, tokenAddresses, tokenHint } from './user-tokens.ts';
export type { FoundToken, TokenLookup } from './user-tokens.ts';
export { composeYaml, Reader, YamlError } from './yaml/index.ts';
export type { MappingNode, YamlNode } from './yaml/index.ts';
