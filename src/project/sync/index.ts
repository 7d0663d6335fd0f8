export { applySync, diskTree } from './disk.ts';
export { filesToSync, syncFiles, withoutSource } from './items.ts';
export type { SyncFilesInput } from './items.ts';
export { planSyncItem } from './plan.ts';
export { reverseItems } from './reverse.ts';
export type { ReverseOptions } from './reverse.ts';
export type { SyncItem, SyncOperation, SyncPlan, Tree, TreeEntry } from './types.ts';
