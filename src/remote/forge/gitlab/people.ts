import { listAt, numberAt, textAt } from '../fields.ts';
import { projectPath } from '../repository-url.ts';
import type { People, Permission } from '../threads.ts';
import type { Attempt } from './attempt.ts';

/**
 * https://docs.gitlab.com/api/members/#list-all-members-of-a-project, those of groups above it included. Developers (30) and
 * above may push, Maintainers (40) change the project. Who is no member has `none`, whatever a public project shows to all.
 */
export function gitlabPeople(attempt: Attempt): People {
  return {
    async permissionOf(project, user) {
      const action = `ask what ${user} may do with ${projectPath(project)}`;
      const all = await attempt(action, ({ members }) =>
        members.all(projectPath(project), { includeInherited: true, query: user, perPage: 100 }),
      );
      // The query finds parts of names too.
      const levels = listAt({ all }, 'all')
        .filter((member) => textAt(member, 'username')?.toLowerCase() === user.toLowerCase())
        .filter((member) => (textAt(member, 'state') ?? 'active') === 'active')
        .map((member) => numberAt(member, 'access_level') ?? 0);
      return permission(Math.max(0, ...levels));
    },
  };
}

function permission(level: number): Permission {
  if (level >= 40) return 'admin';
  if (level >= 30) return 'write';
  return level >= 10 ? 'read' : 'none';
}
