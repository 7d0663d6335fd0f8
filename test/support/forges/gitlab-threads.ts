/** GitLab's notes, discussions, emojis and issues. */
import { createHash } from 'node:crypto';
import type { Thread } from '../../../src/remote/forge/index.ts';
import { commentsIn, react, recordComment } from './conversation.ts';
import type { TestComment, TestIssue } from './conversation.ts';
import { Answered } from './server.ts';
import type { Call, Reply, Route } from './server.ts';
import { hasCommit, mayPush } from './state.ts';
import type { TestProject } from './state.ts';
import { textIn } from './tools.ts';
import type { Tools } from './tools.ts';

export function gitlabThreads({ state, url, at, projectOf, list, ok, refused }: Tools): Route[] {
  const right = 'api';
  const notes = ['merge_requests', 'issues'].flatMap((kind): Route[] => [
    { method: 'GET', path: `${at}/${kind}/:number/notes`, run: comments },
    { method: 'POST', path: `${at}/${kind}/:number/notes`, right, run: comment },
    { method: 'PUT', path: `${at}/${kind}/:number/notes/:note`, right, run: edit },
    { method: 'POST', path: `${at}/${kind}/:number/notes/:note/award_emoji`, right, run: award },
  ]);
  const onCommit = `${at}/repository/commits/:sha/discussions`;
  return [
    ...notes,
    { method: 'GET', path: onCommit, run: discussions },
    { method: 'POST', path: onCommit, right, run: discuss },
    { method: 'PUT', path: `${onCommit}/:discussion/notes/:note`, right, run: edit },
    { method: 'GET', path: `${at}/issues`, run: issues },
    { method: 'POST', path: `${at}/issues`, right, run: createIssue },
    { method: 'PUT', path: `${at}/issues/:number`, right, run: editIssue },
  ];

  function threadOf(call: Call, project: TestProject): Thread {
    const { sha, number } = call.parts;
    if (sha !== undefined) {
      if (hasCommit(project, sha)) return { on: 'commit', sha };
      throw new Answered(refused(404, '404 Commit Not Found'));
    }
    const wanted = Number(number);
    const onIssue = call.path.includes('/issues/');
    const found = (onIssue ? project.issues : project.pullRequests).some((one) => one.number === wanted);
    if (!found) throw new Answered(refused(404, '404 Not found'));
    return { on: onIssue ? 'issue' : 'pull-request', number: wanted };
  }

  function comments(call: Call): Reply {
    const project = projectOf(call);
    const found = commentsIn(project, threadOf(call, project));
    // The newest first, unless asked for otherwise.
    const sorted = call.query.get('sort') === 'asc' ? found : found.toReversed();
    return list(call, sorted.map(describe), ['sort=asc|desc', 'order_by=created_at|updated_at']);
  }

  function comment(call: Call): Reply {
    const project = projectOf(call);
    return ok(describe(written(call, project)), 201);
  }

  function written(call: Call, project: TestProject): TestComment {
    const thread = threadOf(call, project);
    const body = textIn(call.json({ body: 'string' }), 'body');
    if (body === '') throw new Answered(refused(400, '400 Bad request - Note {:note=>["can\'t be blank"]}'));
    return recordComment(state, project, { thread, author: call.user?.name ?? '', body });
  }

  function commentOf(call: Call, project: TestProject): TestComment {
    const { note, discussion } = call.parts;
    const found = commentsIn(project, threadOf(call, project)).find(
      (one) => String(one.id) === note && (discussion === undefined || discussionOf(one) === discussion),
    );
    if (found === undefined) throw new Answered(refused(404, '404 Not found'));
    return found;
  }

  function edit(call: Call): Reply {
    const project = projectOf(call);
    const found = commentOf(call, project);
    const user = call.user?.name ?? '';
    if (found.author !== user && !mayPush(project, user)) return refused(403, '403 Forbidden');
    found.body = textIn(call.json({ body: 'string' }), 'body');
    return ok(describe(found));
  }

  function award(call: Call): Reply {
    const found = commentOf(call, projectOf(call));
    const name = textIn(call.json({ name: 'string' }), 'name');
    const user = call.user?.name ?? '';
    if (react(found, user, name)) return ok({ id: 1, name, user: { username: user } }, 201);
    return refused(404, '404 Award Emoji Name has already been taken Not Found');
  }

  function discussions(call: Call): Reply {
    const project = projectOf(call);
    return list(call, commentsIn(project, threadOf(call, project)).map(describeDiscussion));
  }

  function discuss(call: Call): Reply {
    const project = projectOf(call);
    return ok(describeDiscussion(written(call, project)), 201);
  }

  function issues(call: Call): Reply {
    const project = projectOf(call);
    if (project.issuesOff === true) return refused(403, '403 Forbidden');
    const open = project.issues.filter((issue) => issue.open || call.query.get('state') !== 'opened');
    return list(
      call,
      open.toReversed().map((issue) => describeIssue(project, issue)),
      ['state=opened|closed|all', 'order_by=created_at', 'sort=asc|desc'],
    );
  }

  /** Only closing is known here. Others than who may push may close what they opened. */
  function editIssue(call: Call): Reply {
    const project = projectOf(call);
    const fields = call.json({ state_event: 'string' });
    const issue = project.issues.find(({ number }) => String(number) === call.parts.number);
    if (issue === undefined) return refused(404, '404 Not found');
    const user = call.user?.name ?? '';
    if (issue.author !== user && !mayPush(project, user)) return refused(403, '403 Forbidden');
    if (fields.state_event !== 'close') {
      return { status: 400, body: { error: 'state_event does not have a valid value' } };
    }
    issue.open = false;
    return ok(describeIssue(project, issue));
  }

  /** Numbered apart from merge requests. */
  function createIssue(call: Call): Reply {
    const project = projectOf(call);
    const fields = call.json({ title: 'string', 'description?': 'string' });
    if (project.issuesOff === true) return refused(403, '403 Forbidden');
    const [title, body] = [textIn(fields, 'title'), textIn(fields, 'description')];
    if (title === '') return { status: 400, body: { error: 'title is empty' } };
    const number = project.issues.length + 1;
    const issue: TestIssue = { number, title, body, author: call.user?.name ?? '', open: true };
    project.issues.push(issue);
    return ok(describeIssue(project, issue), 201);
  }

  function describe({ id, author, body, createdAt, system }: TestComment): Record<string, unknown> {
    return { id, body, author: { username: author }, created_at: createdAt, updated_at: createdAt, system };
  }

  function describeDiscussion(one: TestComment): Record<string, unknown> {
    return { id: discussionOf(one), individual_note: false, notes: [describe(one)] };
  }

  function describeIssue(project: TestProject, { number, title, body, author, open }: TestIssue) {
    return {
      id: 7000 + number,
      iid: number,
      title,
      description: body,
      author: { username: author },
      state: open ? 'opened' : 'closed',
      web_url: `${url}/${project.namespace}/${project.name}/-/issues/${number}`,
    };
  }
}

function discussionOf({ id }: TestComment): string {
  return createHash('sha1').update(String(id)).digest('hex');
}
