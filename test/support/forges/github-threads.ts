/** GitHub's comments, reactions and issues. */
import { commentsIn, react, recordComment } from './conversation.ts';
import type { TestComment, TestIssue } from './conversation.ts';
import { seconds } from './github-statuses.ts';
import { Answered } from './server.ts';
import type { Call, Reply, Route } from './server.ts';
import { hasCommit, mayPush } from './state.ts';
import type { TestProject } from './state.ts';
import type { Thread } from '../../../src/remote/forge/index.ts';
import { textIn } from './tools.ts';
import type { Tools } from './tools.ts';

const REACTIONS = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'];

export function githubThreads({ state, url, at, projectOf, list, ok, refused, missing }: Tools): Route[] {
  const right = 'public_repo';
  return [
    { method: 'GET', path: `${at}/issues/:number/comments`, run: comments },
    { method: 'POST', path: `${at}/issues/:number/comments`, right, run: comment },
    { method: 'PATCH', path: `${at}/issues/comments/:id`, right, run: edit },
    { method: 'POST', path: `${at}/issues/comments/:id/reactions`, right, run: reaction },
    { method: 'GET', path: `${at}/commits/:sha/comments`, run: comments },
    { method: 'POST', path: `${at}/commits/:sha/comments`, right, run: comment },
    { method: 'PATCH', path: `${at}/comments/:id`, right, run: edit },
    { method: 'POST', path: `${at}/comments/:id/reactions`, right, run: reaction },
    { method: 'GET', path: `${at}/issues`, run: issues },
    { method: 'POST', path: `${at}/issues`, right, run: createIssue },
    { method: 'PATCH', path: `${at}/issues/:number`, right, run: editIssue },
  ];

  function threadOf(call: Call, project: TestProject): Thread {
    const { sha, number } = call.parts;
    if (sha !== undefined) {
      if (hasCommit(project, sha)) return { on: 'commit', sha };
      throw new Answered(refused(422, `No commit found for SHA: ${sha}`));
    }
    const wanted = Number(number);
    if (project.pullRequests.some((request) => request.number === wanted))
      return { on: 'pull-request', number: wanted };
    if (project.issues.some((issue) => issue.number === wanted)) return { on: 'issue', number: wanted };
    throw new Answered(missing);
  }

  function comments(call: Call): Reply {
    const project = projectOf(call);
    const found = commentsIn(project, threadOf(call, project)).filter(({ system }) => !system);
    return list(
      call,
      found.map((one) => describe(project, one)),
    );
  }

  function comment(call: Call): Reply {
    const project = projectOf(call);
    const thread = threadOf(call, project);
    const body = textIn(call.json({ body: 'string' }), 'body');
    if (body.trim() === '')
      return refused(422, 'Validation Failed', [{ field: 'body', code: 'missing_field' }]);
    return ok(
      describe(project, recordComment(state, project, { thread, author: call.user?.name ?? '', body })),
      201,
    );
  }

  /** The numbers of comments on commits and in threads are apart. */
  function commentOf(call: Call, project: TestProject): TestComment {
    const onCommit = !call.path.includes('/issues/comments/');
    const found = project.comments.find(
      ({ id, thread }) => String(id) === call.parts.id && (thread.on === 'commit') === onCommit,
    );
    if (found === undefined) throw new Answered(missing);
    return found;
  }

  function edit(call: Call): Reply {
    const project = projectOf(call);
    const found = commentOf(call, project);
    const user = call.user?.name ?? '';
    if (found.author !== user && !mayPush(project, user))
      return refused(403, 'Must have admin rights to Repository.');
    found.body = textIn(call.json({ body: 'string' }), 'body');
    return ok(describe(project, found));
  }

  function reaction(call: Call): Reply {
    const found = commentOf(call, projectOf(call));
    const content = textIn(call.json({ content: 'string' }), 'content');
    if (!REACTIONS.includes(content)) return refused(422, 'Validation Failed');
    const user = call.user?.name ?? '';
    return ok({ id: 1, user: { login: user }, content }, react(found, user, content) ? 201 : 200);
  }

  /** Pull requests are listed among them. */
  function issues(call: Call): Reply {
    const project = projectOf(call);
    if (project.issuesOff === true) return refused(410, 'Issues are disabled for this repo');
    const requests = project.pullRequests.map((request) => ({
      number: request.number,
      title: request.title,
      body: request.description,
      user: { login: request.author },
      state: request.state === 'open' ? 'open' : 'closed',
      pull_request: { url: `${url}/pulls/${request.number}` },
    }));
    const own = project.issues.map((issue) => describeIssue(project, issue));
    const wanted = call.query.get('state') ?? 'open';
    const found = [...requests, ...own]
      .filter((item) => wanted === 'all' || item.state === wanted)
      .toSorted((a, b) => b.number - a.number);
    return list(call, found, ['state=open|closed|all']);
  }

  /** Only closing is known here. Others than who may push may close what they opened. */
  function editIssue(call: Call): Reply {
    const project = projectOf(call);
    const fields = call.json({ state: 'string', 'state_reason?': 'string' });
    const issue = project.issues.find(({ number }) => String(number) === call.parts.number);
    if (issue === undefined) return missing;
    const user = call.user?.name ?? '';
    if (issue.author !== user && !mayPush(project, user)) return refused(403, 'Must have admin rights');
    if (fields.state !== 'closed') return refused(422, `state is ${textIn(fields, 'state')}`);
    issue.open = false;
    return ok(describeIssue(project, issue));
  }

  function createIssue(call: Call): Reply {
    const project = projectOf(call);
    const fields = call.json({ title: 'string', 'body?': 'string' });
    if (project.issuesOff === true) return refused(410, 'Issues are disabled for this repo');
    const [title, body] = [textIn(fields, 'title'), textIn(fields, 'body')];
    if (title === '') return refused(422, 'Validation Failed', [{ field: 'title', code: 'missing_field' }]);
    const author = call.user?.name ?? '';
    const issue: TestIssue = { number: project.nextNumber++, title, body, author, open: true };
    project.issues.push(issue);
    return ok(describeIssue(project, issue), 201);
  }

  function describe(project: TestProject, { id, thread, author, body, createdAt }: TestComment) {
    const home = `${url}/${project.namespace}/${project.name}`;
    const page =
      thread.on === 'commit'
        ? `${home}/commit/${thread.sha}#commitcomment-${id}`
        : `${home}/${thread.on === 'issue' ? 'issues' : 'pull'}/${thread.number}#issuecomment-${id}`;
    const time = seconds(createdAt);
    return { id, user: { login: author }, body, html_url: page, created_at: time, updated_at: time };
  }

  function describeIssue(project: TestProject, { number, title, body, author, open }: TestIssue) {
    return {
      number,
      title,
      body: body === '' ? null : body,
      user: { login: author },
      state: open ? 'open' : 'closed',
      html_url: `${url}/${project.namespace}/${project.name}/issues/${number}`,
    };
  }
}
