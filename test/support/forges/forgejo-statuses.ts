/** Forgejo's commit statuses, and what a user may do. */
import { recordStatus } from './conversation.ts';
import type { TestStatus } from './conversation.ts';
import { seconds } from './github-statuses.ts';
import type { Call, Reply, Route } from './server.ts';
import { hasCommit, levelOf, mayPush } from './state.ts';
import { textIn } from './tools.ts';
import type { Tools } from './tools.ts';

const STATES = ['pending', 'success', 'error', 'failure', 'warning'];

export function forgejoStatuses({ state, url, at, projectOf, list, ok, refused }: Tools): Route[] {
  return [
    { method: 'GET', path: `${at}/statuses/:sha`, run: statuses },
    { method: 'POST', path: `${at}/statuses/:sha`, right: 'write:repository', run: setStatus },
    { method: 'GET', path: `${at}/collaborators/:user/permission`, login: true, run: permission },
  ];

  /** Times are full seconds, so that sorting by them leaves some in any order. */
  function statuses(call: Call): Reply {
    const found = projectOf(call).statuses.filter((status) => status.sha === call.parts.sha);
    const sorted = call.query.get('sort') === 'highestindex' ? found : found.toReversed();
    return list(call, sorted.map(describe), ['sort=oldest|recentupdate|leastupdate|leastindex|highestindex']);
  }

  function setStatus(call: Call): Reply {
    const project = projectOf(call);
    const { sha = '' } = call.parts;
    const fields = call.json({
      state: 'string',
      'target_url?': 'string',
      'description?': 'string',
      'context?': 'string',
    });
    const creator = call.user?.name ?? '';
    if (!mayPush(project, creator)) return refused(403, 'user should have a permission to write to a repo');
    if (!hasCommit(project, sha))
      return refused(500, `GetCommit[${sha}]: object does not exist [id: ${sha}, rel_path: ]`);
    const status = {
      name: textIn(fields, 'context').trim() || 'default',
      state: textIn(fields, 'state'),
      description: textIn(fields, 'description').trim(),
      url: textIn(fields, 'target_url').trim(),
      creator,
    };
    if (!STATES.includes(status.state)) return refused(422, `unknown state ${status.state}`);
    return ok(describe(recordStatus(state, project, sha, status)), 201);
  }

  function permission(call: Call): Reply {
    const project = projectOf(call);
    const { user = '' } = call.parts;
    const asking = call.user?.name ?? '';
    if (levelOf(project, asking) !== 'admin' && asking.toLowerCase() !== user.toLowerCase()) {
      return refused(
        403,
        'Only admins can query all permissions, repo admins can query all repo permissions, collaborators can query only their own',
      );
    }
    if (!state.users.some(({ name }) => name === user))
      return refused(404, `user does not exist [uid: 0, name: ${user}]`);
    const level = levelOf(project, user);
    const shown = project.users.owner.includes(user)
      ? 'owner'
      : level === 'none' && !project.private
        ? 'read'
        : level;
    return ok({ permission: shown, role_name: shown, user: { login: user } });
  }

  function describe(status: TestStatus): Record<string, unknown> {
    return {
      id: status.id,
      status: status.state,
      target_url: status.url,
      description: status.description,
      context: status.name,
      url: `${url}/api/v1/statuses/${status.sha}`,
      creator: { login: status.creator },
      created_at: seconds(status.createdAt),
      updated_at: seconds(status.changedAt),
    };
  }
}
