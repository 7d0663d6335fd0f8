/** From units to statuses that have ended: what is there, what is to be begun, and the doing of it. */
export type { Order, Wish } from './decide.ts';
export { createBuildFinder } from './find-builds.ts';
export type { BuildFinder, OlderBuild } from './find-builds.ts';
export { createReconciler } from './reconciler.ts';
export type { ReconcilerOptions, Services } from './options.ts';
export type { Round } from './reconciler.ts';
export type { BuildSeen, TestSeen } from './show.ts';
export { submitBuild } from './submit-build.ts';
export { fitToCopr, unitsIn, unsupported, workOf } from './work.ts';
export type { BuildWork, TaskWork, TestWork, Work } from './work.ts';
