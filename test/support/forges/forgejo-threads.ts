/** Forgejo's comments, reactions and issues. */
import type { Thread } from '../../../src/remote/forge/index.ts';
import { commentsIn, react, recordComment } from './conversation.ts';
import type { TestComment, TestIssue } from './conversation.ts';
import { seconds } from './github-statuses.ts';
import { Answered } from './server.ts';
import type { Call, Reply, Route } from './server.ts';
import { mayPush } from './state.ts';
import type { TestProject } from './state.ts';
import { textIn } from './tools.ts';
import type { Tools } from './tools.ts';

export function forgejoThreads({ state, url, at, projectOf, list, ok, refused, missing }: Tools): Route[] {
  const right = 'write:issue';
  return [
    { method: 'GET', path: `${at}/issues/:number/comments`, run: comments },
    { method: 'POST', path: `${at}/issues/:number/comments`, right, run: comment },
    { method: 'PATCH', path: `${at}/issues/comments/:id`, right, run: edit },
    { method: 'POST', path: `${at}/issues/comments/:id/reactions`, right, run: reaction },
    { method: 'GET', path: `${at}/issues`, run: issues },
    { method: 'POST', path: `${at}/issues`, right, run: createIssue },
    { method: 'PATCH', path: `${at}/issues/:number`, right, run: editIssue },
  ];

  function threadOf(call: Call, project: TestProject): Thread {
    const wanted = Number(call.parts.number);
    if (project.pullRequests.some((request) => request.number === wanted))
      return { on: 'pull-request', number: wanted };
    if (project.issues.some((issue) => issue.number === wanted)) return { on: 'issue', number: wanted };
    // So it says.
    throw new Answered(
      refused(500, `issue does not exist [id: 0, repo_id: ${project.id}, index: ${wanted}]`),
    );
  }

  /** This list has no pages. */
  function comments(call: Call): Reply {
    call.allow('since', 'before');
    const project = projectOf(call);
    const found = commentsIn(project, threadOf(call, project)).filter(({ system }) => !system);
    return ok(found.map((one) => describe(project, one)));
  }

  function comment(call: Call): Reply {
    const project = projectOf(call);
    const thread = threadOf(call, project);
    const body = textIn(call.json({ body: 'string' }), 'body');
    if (body === '') return refused(422, '[Body]: Required');
    const author = call.user?.name ?? '';
    return ok(describe(project, recordComment(state, project, { thread, author, body })), 201);
  }

  function commentOf(call: Call, project: TestProject): TestComment {
    const found = project.comments.find(({ id }) => String(id) === call.parts.id);
    if (found === undefined) throw new Answered(missing);
    return found;
  }

  function edit(call: Call): Reply {
    const project = projectOf(call);
    const found = commentOf(call, project);
    const user = call.user?.name ?? '';
    if (found.author !== user && !mayPush(project, user)) return { status: 403, body: '' };
    found.body = textIn(call.json({ body: 'string' }), 'body');
    return ok(describe(project, found));
  }

  function reaction(call: Call): Reply {
    const found = commentOf(call, projectOf(call));
    const content = textIn(call.json({ content: 'string' }), 'content');
    if (content !== 'eyes') return refused(403, `'${content}' is not an allowed reaction`);
    const user = call.user?.name ?? '';
    return ok({ user: { login: user }, content }, react(found, user, content) ? 201 : 200);
  }

  function issues(call: Call): Reply {
    const project = projectOf(call);
    if (project.issuesOff === true) return missing;
    const open = project.issues.filter((issue) => issue.open || call.query.get('state') === 'all');
    return list(
      call,
      open.toReversed().map((issue) => describeIssue(project, issue)),
      ['state=open|closed|all', 'type=issues|pulls'],
    );
  }

  /** Only closing is known here. Others than who may push may close what they opened. */
  function editIssue(call: Call): Reply {
    const project = projectOf(call);
    const fields = call.json({ state: 'string' });
    const issue = project.issues.find(({ number }) => String(number) === call.parts.number);
    if (issue === undefined) return missing;
    const user = call.user?.name ?? '';
    if (issue.author !== user && !mayPush(project, user)) return refused(403, 'Must have admin rights');
    if (fields.state !== 'closed') return refused(422, `state is ${textIn(fields, 'state')}`);
    issue.open = false;
    return ok(describeIssue(project, issue), 201);
  }

  function createIssue(call: Call): Reply {
    const project = projectOf(call);
    const fields = call.json({ title: 'string', 'body?': 'string' });
    if (project.issuesOff === true) return missing;
    const [title, body] = [textIn(fields, 'title'), textIn(fields, 'body')];
    if (title === '') return refused(422, '[Title]: Required');
    const author = call.user?.name ?? '';
    const issue: TestIssue = { number: project.nextNumber++, title, body, author, open: true };
    project.issues.push(issue);
    return ok(describeIssue(project, issue), 201);
  }

  function describe(project: TestProject, { id, thread, author, body, createdAt }: TestComment) {
    if (thread.on === 'commit') throw new Error('Forgejo has no comments on commits');
    const page = `${thread.on === 'issue' ? 'issues' : 'pulls'}/${thread.number}`;
    return {
      id,
      user: { login: author },
      body,
      html_url: `${url}/${project.namespace}/${project.name}/${page}#issuecomment-${id}`,
      created_at: seconds(createdAt),
      updated_at: seconds(createdAt),
    };
  }

  function describeIssue(project: TestProject, { number, title, body, author, open }: TestIssue) {
    return {
      number,
      title,
      body,
      user: { login: author },
      state: open ? 'open' : 'closed',
      pull_request: null,
      html_url: `${url}/${project.namespace}/${project.name}/issues/${number}`,
    };
  }
}
