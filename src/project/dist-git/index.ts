export { chooseDistGit, normaliseBaseUrl } from './choose.ts';
export type { ChooseOptions, DistGitChoice } from './choose.ts';
export { INSTANCES, PKG_TOOLS, isPkgTool } from './instances.ts';
export type { PkgTool } from './instances.ts';
export type { DistGitInstance, LookasideService } from './types.ts';
export { isRepositoryOf, lookasideName, packageUrls } from './urls.ts';
export type { PackageUrls } from './urls.ts';
