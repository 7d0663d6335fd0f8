/** GitHub's commit statuses, and what a user may do. */
import { recordStatus } from './conversation.ts';
import type { TestStatus } from './conversation.ts';
import type { Call, Reply, Route } from './server.ts';
import { hasCommit, levelOf, mayPush } from './state.ts';
import { lengthOf, textIn } from './tools.ts';
import type { Tools } from './tools.ts';

const STATES = ['error', 'failure', 'pending', 'success'];
const ENOUGH = 1000;

export function githubStatuses({ state, at, projectOf, list, ok, refused, missing }: Tools): Route[] {
  return [
    { method: 'GET', path: `${at}/commits/:sha/statuses`, run: statuses },
    { method: 'POST', path: `${at}/statuses/:sha`, right: 'public_repo', run: setStatus },
    { method: 'GET', path: `${at}/collaborators/:user/permission`, login: true, run: permission },
  ];

  function statuses(call: Call): Reply {
    const project = projectOf(call);
    const { sha = '' } = call.parts;
    if (!hasCommit(project, sha)) return refused(422, `No commit found for SHA: ${sha}`);
    const found = project.statuses.filter((status) => status.sha === sha);
    return list(call, found.toReversed().map(describe));
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
    if (!mayPush(project, creator)) {
      // An App is told that it may not, a person that there is nothing.
      const ofApp = call.user?.token.startsWith('ghs_') === true;
      return ofApp ? refused(403, 'Resource not accessible by integration') : missing;
    }
    if (!hasCommit(project, sha)) return refused(422, `No commit found for SHA: ${sha}`);
    const status = {
      name: textIn(fields, 'context') || 'default',
      state: textIn(fields, 'state'),
      description: textIn(fields, 'description'),
      url: textIn(fields, 'target_url'),
      creator,
    };
    const invalid = (field: string, message: string): Reply =>
      refused(422, 'Validation Failed', [{ resource: 'Status', field, code: 'custom', message }]);
    if (!STATES.includes(status.state)) return invalid('state', 'state is not included in the list');
    if (lengthOf(status.description) > 140)
      return invalid('description', 'description is too long (maximum is 140 characters)');
    if (status.url !== '' && !/^https?:\/\//.test(status.url))
      return invalid('target_url', 'target_url must use http(s) scheme');
    // GitHub takes no notice of case.
    const same = project.statuses.filter(
      (one) => one.sha === sha && one.name.toLowerCase() === status.name.toLowerCase(),
    );
    if (same.length >= ENOUGH) {
      return invalid('context', 'This SHA and context has reached the maximum number of statuses.');
    }
    return ok(describe(recordStatus(state, project, sha, status)), 201);
  }

  function permission(call: Call): Reply {
    const project = projectOf(call);
    const { user = '' } = call.parts;
    if (!state.users.some(({ name }) => name === user)) return refused(404, `${user} is not a user`);
    const level = levelOf(project, user);
    const role = project.roles[user] ?? (level === 'none' && !project.private ? 'read' : level);
    const named: Record<string, string> = { maintain: 'write', triage: 'read' };
    return ok({ permission: named[role] ?? role, role_name: role, user: { login: user } });
  }

  function describe(status: TestStatus): Record<string, unknown> {
    return {
      id: status.id,
      state: status.state,
      description: status.description === '' ? null : status.description,
      target_url: status.url === '' ? null : status.url,
      context: status.name,
      created_at: seconds(status.createdAt),
      updated_at: seconds(status.changedAt),
      creator: { login: status.creator, type: status.creator.endsWith('[bot]') ? 'Bot' : 'User' },
    };
  }
}

/** GitHub and Forgejo tell no fractions. */
export function seconds(time: string): string {
  return time.replace(/\.\d+Z$/, 'Z');
}
