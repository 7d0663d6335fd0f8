/** Where the facts about accounts come from: the forge with the package, and Fedora Accounts. */
import type { Context } from '../../../../context.ts';
import { isPackitError } from '../../../../errors.ts';
import type { Forge, ProjectRef } from '../../../../remote/forge/index.ts';
import { openFasjson } from '../../trust/index.ts';
import type { AccountSources } from './accounts.ts';

/** @param names what packit's own account is called besides what the forge says: its name in Koji */
export function accountSources(
  ctx: Context,
  {
    forge,
    project,
    names = [],
  }: { forge: Pick<Forge, 'whoami' | 'permissionOf'>; project: ProjectRef; names?: readonly string[] },
): AccountSources {
  return {
    isOwn: async (account) => names.includes(account) || (await quiet(() => forge.whoami())) === account,
    permissionOf: (account) => quiet(() => forge.permissionOf(project, account)),
    isMember: (group, account) => quiet(async () => (await openFasjson(ctx)).isMember(group, account)),
  };
}

/** Whoever does not answer allows nobody. */
async function quiet<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
    return undefined;
  }
}
