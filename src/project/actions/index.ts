export { ACTION_NAMES, actionCommands, isConfigured } from './commands.ts';
export type { ActionName, Actions } from './commands.ts';
export { packageVariables } from './environment.ts';
export type { ActionPackage, ActionPaths, Variables } from './environment.ts';
export { createActionRunner } from './run.ts';
export type { ActionRunner, ActionRunnerOptions } from './run.ts';
export { splitCommand } from './split.ts';
