export { planCi } from './plan.ts';
export type { CiPlan } from './plan.ts';
export type { CiPlanInput, CiRunInput, CiRunResult, CiUnit } from './handling/index.ts';
export { resumeCi } from './resume.ts';
export type { CiResumeInput } from './resume.ts';
export { runCi } from './run.ts';
export { sweepCi } from './sweep.ts';
export type { CiSweepInput, CiSweepResult } from './sweep.ts';
