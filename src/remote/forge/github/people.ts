import { readPermission } from '../github-shape.ts';
import { projectPath } from '../repository-url.ts';
import type { People } from '../threads.ts';
import { repo, unlessMissing } from './attempt.ts';
import type { Attempt } from './attempt.ts';

/** https://docs.github.com/en/rest/collaborators/collaborators: everybody has `read` on a public repository. */
export function githubPeople(attempt: Attempt): People {
  return {
    async permissionOf(project, username) {
      const action = `ask what ${username} may do with ${projectPath(project)}`;
      const found = await unlessMissing(
        attempt(action, (octokit) =>
          octokit.repos.getCollaboratorPermissionLevel({ ...repo(project), username }),
        ),
      );
      return found === undefined ? 'none' : readPermission(found.data);
    },
  };
}
