export { planCi } from './plan.ts';
export type { CiPlan, CiPlanInput } from './plan.ts';
export type { CiRunInput } from './handle.ts';
export { resumeCi } from './resume.ts';
export type { CiResumeInput } from './resume.ts';
export type { CiRunResult, CiUnit } from './result.ts';
export { runCi } from './run.ts';
export { sweepCi } from './sweep.ts';
export type { CiSweepInput, CiSweepResult } from './sweep.ts';
