import { isPackitError } from '../../../errors.ts';
import type { Forge, ProjectRef } from '../../../remote/forge/index.ts';

/** `unknown`: packit's own account may not ask. */
export type MayPush = 'yes' | 'no' | 'unknown';

const MAY_NOT_ASK: ReadonlySet<string> = new Set([
  'FORGE_FORBIDDEN',
  'FORGE_NOT_FOUND',
  'FORGE_TOKEN_MISSING',
]);

/** Asks the forge once for each user. A forge that is out of order is an error: nobody is refused for that. */
export function createMayPush(
  forge: Pick<Forge, 'permissionOf'>,
  project: ProjectRef,
): (user: string) => Promise<MayPush> {
  const known = new Map<string, Promise<MayPush>>();
  const ask = async (user: string): Promise<MayPush> => {
    try {
      const permission = await forge.permissionOf(project, user);
      return permission === 'write' || permission === 'admin' ? 'yes' : 'no';
    } catch (error) {
      if (isPackitError(error) && MAY_NOT_ASK.has(error.code)) return 'unknown';
      throw error;
    }
  };
  return (user) => {
    if (user === '') return Promise.resolve('no');
    const answer = known.get(user) ?? ask(user);
    known.set(user, answer);
    return answer;
  };
}
