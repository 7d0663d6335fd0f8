export { createBugzilla } from './client.ts';
export type { Bugzilla, BugzillaOptions } from './client.ts';
