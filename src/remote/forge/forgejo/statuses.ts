import { pathOf } from '../api.ts';
import type { Api } from '../api.ts';
import { readStatus, statusFields } from '../github-shape.ts';
import { projectPath } from '../repository-url.ts';
import type { Statuses } from '../statuses.ts';
import { collect, repo } from './listing.ts';
import { missingIsMissing } from './missing.ts';

/**
 * `repoCreateStatus` and `repoListStatuses` of the API's description (https://codeberg.org/api/swagger): for those who may push.
 * A commit of a fork is known to its parent too while a pull request has it.
 */
export function forgejoStatuses(api: Api): Statuses {
  return {
    async listStatuses(project, sha) {
      const action = `list the statuses of ${sha} of ${projectPath(project)}`;
      // An order that does not change between two pages: times are full seconds, numbers count up for each commit.
      const query = { sort: 'highestindex' };
      const path = `${repo(project)}/statuses${pathOf(sha)}`;
      const statuses = (await collect(api, { action, path, query })).map(readStatus);
      return statuses.toSorted((a, b) => Number(a.id) - Number(b.id));
    },
    async setStatus(project, sha, status) {
      const call = api({
        action: `set the status ${status.name} of ${sha} of ${projectPath(project)}`,
        method: 'POST',
        path: `${repo(project)}/statuses${pathOf(sha)}`,
        json: statusFields(status),
        repeatable: true,
      });
      await missingIsMissing(call);
    },
  };
}
