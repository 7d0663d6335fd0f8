/** GitLab's commit statuses, with the steps they take, and who is a member. */
import { recordStatus } from './conversation.ts';
import type { TestStatus } from './conversation.ts';
import type { Call, Reply, Route } from './server.ts';
import { hasCommit, levelOf } from './state.ts';
import { lengthOf, textIn } from './tools.ts';
import type { Tools } from './tools.ts';

/** What each state is reached by, and from where. */
const STEPS: Readonly<Record<string, { event: string; from: readonly string[] }>> = {
  pending: { event: 'enqueue', from: ['created'] },
  running: { event: 'run', from: ['created', 'pending'] },
  success: { event: 'success', from: ['created', 'pending', 'running'] },
  failed: { event: 'drop', from: ['created', 'pending', 'running'] },
  canceled: { event: 'cancel', from: ['created', 'pending', 'running'] },
};
const LEVELS = { admin: 40, write: 30, read: 20, none: 0 };
const LONGEST = 255;

export function gitlabStatuses({ state, at, projectOf, list, ok, refused }: Tools): Route[] {
  return [
    { method: 'GET', path: `${at}/repository/commits/:sha/statuses`, run: statuses },
    { method: 'POST', path: `${at}/statuses/:sha`, right: 'api', run: setStatus },
    { method: 'GET', path: `${at}/members/all`, login: true, run: members },
  ];

  function statuses(call: Call): Reply {
    const project = projectOf(call);
    const { sha = '' } = call.parts;
    if (!hasCommit(project, sha)) return refused(404, '404 Commit Not Found');
    const name = call.query.get('name');
    const all = call.query.get('all') === 'true';
    const found = project.statuses.filter(
      (status) => status.sha === sha && (all || !status.retried) && (name === null || status.name === name),
    );
    return list(call, found.map(describe), ['all=true|false', 'name', 'ref', 'stage']);
  }

  function setStatus(call: Call): Reply {
    const project = projectOf(call);
    const { sha = '' } = call.parts;
    const fields = call.json({
      state: 'string',
      'name?': 'string',
      'target_url?': 'string',
      'description?': 'string',
      'ref?': 'string',
    });
    const creator = call.user?.name ?? '';
    if (LEVELS[levelOf(project, creator)] < LEVELS.write) return refused(403, '403 Forbidden');
    if (!hasCommit(project, sha)) return refused(404, '404 Commit Not Found');
    const status = {
      name: textIn(fields, 'name') || 'default',
      state: textIn(fields, 'state'),
      description: textIn(fields, 'description'),
      url: textIn(fields, 'target_url'),
      creator,
    };
    const step = STEPS[status.state];
    if (step === undefined) return { status: 400, body: { error: 'state does not have a valid value' } };
    for (const field of ['name', 'description', 'target_url']) {
      if (lengthOf(textIn(fields, field)) > LONGEST)
        return { status: 400, body: { message: { [field]: ['is too long (maximum is 255 characters)'] } } };
    }
    const same = project.statuses.filter((one) => one.sha === sha && one.name === status.name);
    // One of one's own that has not ended is changed; else there is a new one.
    const standing = same.findLast(
      (one) => one.creator === creator && ['pending', 'running'].includes(one.state),
    );
    const from = standing?.state ?? 'created';
    if (!step.from.includes(from)) {
      const { event } = step;
      return refused(
        400,
        `Cannot transition status via :${event} from :${from} (Reason(s): Status cannot transition via "${event}")`,
      );
    }
    const record = recordStatus(state, project, sha, status, standing);
    for (const one of same) if (one !== record) one.retried = true;
    return ok(describe(record), 201);
  }

  /** Those of groups above included. The query finds parts of names. */
  function members(call: Call): Reply {
    const project = projectOf(call);
    const query = (call.query.get('query') ?? '').toLowerCase();
    const found = state.users.flatMap(({ name }, index) => {
      const level = LEVELS[levelOf(project, name)];
      if (level === 0 || !name.toLowerCase().includes(query)) return [];
      return [{ id: index + 1, username: name, name, state: 'active', access_level: level }];
    });
    return list(call, found, ['query', 'user_ids', 'state']);
  }

  function describe(status: TestStatus): Record<string, unknown> {
    const ended = !['pending', 'running'].includes(status.state);
    return {
      id: status.id,
      sha: status.sha,
      ref: 'main',
      status: status.state,
      name: status.name,
      target_url: status.url === '' ? null : status.url,
      description: status.description === '' ? null : status.description,
      created_at: status.createdAt,
      started_at: status.state === 'running' ? status.changedAt : null,
      finished_at: ended ? status.changedAt : null,
      allow_failure: false,
      author: { id: 1, username: status.creator },
    };
  }
}
