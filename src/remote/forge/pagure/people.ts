import type { Api } from '../api.ts';
import { textsAt } from '../fields.ts';
import { projectPath } from '../repository-url.ts';
import type { People } from '../threads.ts';
import { apiPath } from './project-ref.ts';

/**
 * From the lists of the project, and of the groups in them. Collaborators may push to some branches only, which is less than
 * `write`; who is not listed has `none`, though everybody may read.
 */
export function pagurePeople(api: Api): People {
  return {
    async permissionOf(project, user) {
      const action = `ask what ${user} may do with ${projectPath(project)}`;
      const { body } = await api({ action, path: apiPath(project) });
      const has = (level: string) => textsAt(body, 'access_users', level).includes(user);
      const groups = (level: string) => textsAt(body, 'access_groups', level);
      if (has('owner') || has('admin') || (await isMember(groups('admin'), user))) return 'admin';
      if (has('commit') || (await isMember(groups('commit'), user))) return 'write';
      const listed = has('collaborator') || has('ticket');
      return listed || (await isMember([...groups('collaborator'), ...groups('ticket')], user))
        ? 'read'
        : 'none';
    },
  };

  async function isMember(groups: readonly string[], user: string): Promise<boolean> {
    for (const group of groups) {
      const { status, body } = await api({
        action: `list the members of the group ${group}`,
        path: `/group/${encodeURIComponent(group)}`,
        accept: [404],
      });
      if (status !== 404 && textsAt(body, 'members').includes(user)) return true;
    }
    return false;
  }
}
