export { farmState } from './answers.ts';
export type { FarmRequest } from './answers.ts';
export { createTestingFarm, TESTING_FARM_URL } from './client.ts';
export type { TestingFarm, TestingFarmOptions } from './client.ts';
export { farmRequestIdIn, requestPage } from './pages.ts';
export { CAUSE_VARIABLE, KEY_VARIABLE } from './submission.ts';
export type { FarmArtifact, FarmEnvironment, FarmFields, FarmSubmission, FarmTmt } from './submission.ts';
