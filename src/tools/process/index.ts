export { createRun, displayCommand, tail } from './run.ts';
export type { InterceptProgram, Program, RunnerOptions } from './run.ts';
export type { Child, Outcome } from './start.ts';
export { guardUi } from './guard-ui.ts';
export { createRedactor, redactUrls, secretsIn } from './redact.ts';
export { shellWord } from './shell-word.ts';
export { runForStrangers } from './strangers.ts';
export type { Redactor } from './redact.ts';
export type { Environment, Run, RunOptions, RunResult } from './types.ts';
