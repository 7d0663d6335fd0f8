/** Tests in Testing Farm: from a unit, its build and the event to a request. */
export { composeFor } from './composes.ts';
export type { Ranch } from './composes.ts';
export { openTestingFarm } from './open.ts';
export type { OpenTestingFarm } from './open.ts';
export { ranchOf, testSubmission } from './submission.ts';
export type { TestDecision, TestInput } from './submission.ts';
export { testedBuild } from './tested-build.ts';
export type { TestedBuild, TestFacts } from './types.ts';
