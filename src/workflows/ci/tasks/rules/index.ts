/** Whether a job of dist-git is for an event: who did it, and what the configuration's own condition says. */
export { accountSources } from './account-sources.ts';
export { judgeAccount, readAccountFacts } from './accounts.ts';
export type { AccountFacts, AccountList, AccountSources, AccountVerdict } from './accounts.ts';
export { versionInNvr, whyConditionFails } from './run-condition.ts';
