export { hashFile } from './cache.ts';
export { downloadSources } from './download.ts';
export type { DownloadOptions } from './download.ts';
export { configuredSources, planDownloads, sourceProblems, remoteSpecSources } from './plan.ts';
export type { DownloadPlan, DownloadedSource, RemoteSource, SpecSource } from './types.ts';
