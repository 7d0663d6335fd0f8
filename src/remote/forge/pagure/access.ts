import type { Api } from '../api.ts';
import { textsAt } from '../fields.ts';
import { projectPath } from '../repository-url.ts';
import type { AccessControl } from '../types.ts';
import { apiPath } from './project-ref.ts';

export function pagureAccess(api: Api): AccessControl {
  return {
    async getAccess(project) {
      const { body } = await api({
        action: `ask who may push to ${projectPath(project)}`,
        path: apiPath(project),
      });
      const users = (level: string) => textsAt(body, 'access_users', level);
      const groups = (level: string) => textsAt(body, 'access_groups', level);
      const owners = users('owner');
      return {
        owners,
        committers: unique([...owners, ...users('admin'), ...users('commit')]),
        groups: unique([...groups('admin'), ...groups('commit')]),
      };
    },
    async changeAccess(project, { who, name, access }) {
      await api({
        action: `change what the ${who} ${name} may do with ${projectPath(project)}`,
        method: 'POST',
        path: apiPath(project, 'git', 'modifyacls'),
        // An empty level takes the access away.
        form: { user_type: who, name, acl: access === 'none' ? '' : access },
      });
    },
  };
}

function unique(names: string[]): string[] {
  return [...new Set(names)];
}
