/** Updates of Bodhi: made of Koji's builds, changed, pushed to stable. */
export { createUpdates } from './create.ts';
export type { CreateUpdateInput, CreateUpdateResult, UpdateResult } from './create.ts';
export type { UpdatePlan } from './plan.ts';
export { pushUpdates } from './push.ts';
export type { PushResult, PushUpdatesInput, PushUpdatesResult } from './push.ts';
