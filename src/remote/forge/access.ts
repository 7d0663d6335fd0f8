import { PackitError } from '../../errors.ts';
import type { AccessChange, AccessControl, AccessList, ProjectRef } from './types.ts';

/**
 * What makes a fork's committers those of its parent: who lost the right there loses it here, who has it
 * there gets it here. The fork's owners are left alone.
 */
export function accessChanges(parent: AccessList, fork: AccessList): AccessChange[] {
  const owners = new Set(fork.owners);
  const users = differences(parent.committers, fork.committers, 'user').filter(
    ({ name }) => !owners.has(name),
  );
  return [...users, ...differences(parent.groups, fork.groups, 'group')];
}

/** Removals first. */
function differences(wanted: string[], present: string[], who: AccessChange['who']): AccessChange[] {
  const gone = present.filter((name) => !wanted.includes(name));
  const missing = wanted.filter((name) => !present.includes(name));
  return [
    ...gone.map((name): AccessChange => ({ who, name, access: 'none' })),
    ...missing.map((name): AccessChange => ({ who, name, access: 'commit' })),
  ];
}

export interface SyncedAccess {
  done: AccessChange[];
  /** Rights that could not be given, with the reason: no obstacle for the pull request. */
  failed: { change: AccessChange; reason: string }[];
}

/** Refusals that concern one account: it is gone, or the forge does not want it there. */
const OF_ONE_ACCOUNT = new Set(['FORGE_NOT_FOUND', 'FORGE_REFUSED', 'FORGE_CONFLICT']);

/** Applies `accessChanges`. Taking a right away must succeed; giving one may be refused for an account. */
export async function syncAccess(
  access: AccessControl,
  parent: ProjectRef,
  fork: ProjectRef,
): Promise<SyncedAccess> {
  const [wanted, present] = await Promise.all([access.getAccess(parent), access.getAccess(fork)]);
  const result: SyncedAccess = { done: [], failed: [] };
  for (const change of accessChanges(wanted, present)) {
    try {
      await access.changeAccess(fork, change);
      result.done.push(change);
    } catch (error) {
      if (!(error instanceof PackitError) || !OF_ONE_ACCOUNT.has(error.code)) throw error;
      if (change.access === 'none') throw error;
      result.failed.push({ change, reason: error.message });
    }
  }
  return result;
}
