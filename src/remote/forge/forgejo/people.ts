import { PackitError, ServiceError } from '../../../errors.ts';
import { pathOf } from '../api.ts';
import type { Api } from '../api.ts';
import { readPermission } from '../github-shape.ts';
import { projectPath } from '../repository-url.ts';
import type { People } from '../threads.ts';
import { repo } from './listing.ts';

/** `repoGetRepoPermissions`: administrators of the project may ask for anybody, others for themselves. */
export function forgejoPeople(api: Api): People {
  return {
    async permissionOf(project, user) {
      const path = projectPath(project);
      try {
        const { status, body } = await api({
          action: `ask what ${user} may do with ${path}`,
          path: `${repo(project)}/collaborators${pathOf(user, 'permission')}`,
          accept: [404],
        });
        return status === 404 ? 'none' : readPermission(body);
      } catch (error) {
        if (!(error instanceof PackitError) || error.code !== 'FORGE_FORBIDDEN') throw error;
        throw new ServiceError(error.code, error.message, {
          hint: `Only administrators of ${path} may ask what others may do: give the account of the token that right there.`,
          cause: error,
          status: 403,
        });
      }
    },
  };
}
