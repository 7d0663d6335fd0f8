export { actionCommands, isConfigured } from './commands.ts';
export type { Actions } from './commands.ts';
export { packageVariables } from './environment.ts';
export type { ActionPackage, ActionPaths, Variables } from './environment.ts';
export { ACTION_NAMES } from './names.ts';
export type { ActionName } from './names.ts';
export { createActionRunner } from './run.ts';
export type { ActionRunner, ActionRunnerOptions } from './run.ts';
export { splitCommand } from './split.ts';
