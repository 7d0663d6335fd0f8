export { createEvaluator } from './evaluate.ts';
export type { EvaluatorOptions, Trust } from './evaluate.ts';
export { checkRpmInstalled, installCommand } from './missing.ts';
export type { RpmTool } from './missing.ts';
