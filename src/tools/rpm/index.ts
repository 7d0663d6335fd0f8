export { buildSrpm } from './build-srpm.ts';
export type { BuildSrpmOptions, BuiltSrpm } from './build-srpm.ts';
export { createEvaluator } from './evaluate.ts';
export type { EvaluatorOptions, Trust } from './evaluate.ts';
export { checkRpmInstalled, installCommand } from './missing.ts';
export type { RpmTool } from './missing.ts';
export { queryPackage } from './query.ts';
export type { PackageInfo, PackageMember } from './query.ts';
