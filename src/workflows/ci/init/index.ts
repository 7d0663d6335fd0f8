export { initCi } from './init.ts';
export type { CiInitInput, CiInitResult } from './init.ts';
export type { Secret } from './needs.ts';
export type { PlannedCiFile } from './plan.ts';
export { CI_SYSTEMS } from './system.ts';
export type { CiSystem } from './system.ts';
