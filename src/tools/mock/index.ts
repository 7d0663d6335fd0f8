export { checkMock } from './check.ts';
export type { MockCheck } from './check.ts';
export { explainMockExit } from './exit-codes.ts';
export { rebuildInMock } from './rebuild.ts';
export type { MockBuild, MockOptions } from './rebuild.ts';
