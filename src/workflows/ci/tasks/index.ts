/** The jobs that other workflows do: releases to dist-git and back, builds in Koji, updates in Bodhi, images. */
export { judgeAccount, readAccountFacts } from './rules/index.ts';
export type { AccountFacts, AccountList, AccountSources, AccountVerdict } from './rules/index.ts';
export { dependentsOf } from './koji/index.ts';
export { runTask } from './run-task.ts';
export type { TaskInput, TaskOutcome, TaskOutcomes } from './types.ts';
