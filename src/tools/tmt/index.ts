export { judgePlan } from './results.ts';
export type { PlanVerdict, TestResult } from './results.ts';
export { checkTmt, cleanTmt, runTmt, tmtArguments } from './run.ts';
export type { Provision, TmtOptions } from './run.ts';
