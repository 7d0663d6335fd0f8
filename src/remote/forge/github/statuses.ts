import type { ClientOptions } from '../api.ts';
import { readStatus, statusFields } from '../github-shape.ts';
import { projectPath } from '../repository-url.ts';
import type { Statuses } from '../statuses.ts';
import { listed, PAGE, repeatable, repo } from './attempt.ts';
import type { Attempt } from './attempt.ts';

/**
 * https://docs.github.com/en/rest/commits/statuses: at most 1000 of a name on a commit. They take the scope `repo:status`, or
 * `statuses: write` in GitHub Actions; a commit of a fork is known to its parent too while a pull request has it.
 */
export function githubStatuses(attempt: Attempt, options: ClientOptions): Statuses {
  return {
    async listStatuses(project, sha) {
      const action = `list the statuses of ${sha} of ${projectPath(project)}`;
      const { items } = await attempt(action, async (octokit) =>
        listed(
          await octokit.paginate(octokit.repos.listCommitStatusesForRef, {
            ...repo(project),
            ...PAGE,
            ref: sha,
          }),
        ),
      );
      // The newest comes first.
      return items.map(readStatus).toReversed();
    },
    async setStatus(project, sha, status) {
      const action = `set the status ${status.name} of ${sha} of ${projectPath(project)}`;
      await attempt(action, (octokit) =>
        octokit.repos.createCommitStatus({
          ...repo(project),
          sha,
          ...statusFields(status),
          ...repeatable(options),
        }),
      );
    },
  };
}
