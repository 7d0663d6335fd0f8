/** Pagure's comments, which are part of what they are on, and its issues. */
import type { Thread } from '../../../src/remote/forge/index.ts';
import { commentsIn, recordComment } from './conversation.ts';
import type { TestIssue } from './conversation.ts';
import { unix } from './pagure-statuses.ts';
import type { PagureTools } from './pagure-statuses.ts';
import { Answered } from './server.ts';
import type { Call, Reply } from './server.ts';
import { pageOf } from './paging.ts';
import { gitPath, mayPush } from './state.ts';
import type { TestProject } from './state.ts';

export function pagureThreads({ state, projectOf, refused }: PagureTools, url: string) {
  function withIssues(call: Call): TestProject {
    const project = projectOf(call);
    if (project.issuesOff === true)
      throw new Answered(refused(404, 'ETRACKERDISABLED', 'Issue tracker disabled'));
    return project;
  }

  function issueOf(call: Call, project: TestProject): TestIssue {
    const found = project.issues.find(({ number }) => String(number) === call.parts.number);
    if (found === undefined) throw new Answered(refused(404, 'ENOISSUE', 'Issue not found'));
    return found;
  }

  function add(call: Call, project: TestProject, thread: Thread): Reply {
    const { comment = '' } = call.form('comment');
    if (comment.trim() === '') {
      return refused(400, 'EINVALIDREQ', 'Invalid or incomplete input submitted', {
        comment: ['This field is required.'],
      });
    }
    recordComment(state, project, { thread, author: call.user?.name ?? '', body: comment });
    return { status: 200, body: { message: 'Comment added' } };
  }

  function describeIssue(project: TestProject, issue: TestIssue): Record<string, unknown> {
    return {
      id: issue.number,
      title: issue.title,
      content: issue.body,
      status: issue.open ? 'Open' : 'Closed',
      user: { name: issue.author },
      comments: describeComments(project, { on: 'issue', number: issue.number }),
      full_url: `${url}/${gitPath(project).replace(/^forks\//, 'fork/')}/issue/${issue.number}`,
    };
  }

  return {
    commentOnRequest: (call: Call): Reply => {
      const project = projectOf(call);
      const number = Number(call.parts.number);
      if (!project.pullRequests.some((request) => request.number === number))
        return refused(404, 'ENOREQ', 'Pull-Request not found');
      return add(call, project, { on: 'pull-request', number });
    },
    commentOnIssue: (call: Call): Reply => {
      const project = withIssues(call);
      return add(call, project, { on: 'issue', number: issueOf(call, project).number });
    },
    issue: (call: Call): Reply => {
      const project = withIssues(call);
      return { status: 200, body: describeIssue(project, issueOf(call, project)) };
    },
    issues: (call: Call): Reply => {
      call.allow('status', 'page', 'per_page');
      const project = withIssues(call);
      const open = project.issues.filter((issue) => issue.open).toReversed();
      const page = pageOf(call, open, 'per_page', 20);
      const next =
        page.number < page.last ? `${url}/api/0/${gitPath(project)}/issues?page=${page.number + 1}` : null;
      return {
        status: 200,
        body: {
          total_issues: page.total,
          pagination: { next, page: page.number, pages: page.last, per_page: page.size },
          issues: page.items.map((issue) => describeIssue(project, issue)),
        },
      };
    },
    statusOfIssue: (call: Call): Reply => {
      const project = withIssues(call);
      const issue = issueOf(call, project);
      const { status = '' } = call.form('status');
      const user = call.user?.name ?? '';
      if (issue.author !== user && !mayPush(project, user))
        return refused(403, 'EISSUENOTALLOWED', 'You are not allowed to view this issue');
      if (status !== 'Closed')
        return refused(400, 'EINVALIDREQ', 'Invalid or incomplete input submitted', {
          status: ['Not a valid choice'],
        });
      issue.open = false;
      return { status: 200, body: { message: `Successfully edited issue #${issue.number}` } };
    },
    createIssue: (call: Call): Reply => {
      const project = withIssues(call);
      const { title = '', issue_content = '' } = call.form('title', 'issue_content');
      const errors: Record<string, string[]> = {};
      for (const [name, value] of Object.entries({ title, issue_content }))
        if (value.trim() === '') errors[name] = ['This field is required.'];
      if (Object.keys(errors).length > 0)
        return refused(400, 'EINVALIDREQ', 'Invalid or incomplete input submitted', errors);
      const author = call.user?.name ?? '';
      const issue = { number: project.nextNumber++, title, body: issue_content, author, open: true };
      project.issues.push(issue);
      return { status: 200, body: { message: 'Issue created', issue: describeIssue(project, issue) } };
    },
  };
}

/** As they are in a pull request and in an issue. */
export function describeComments(project: TestProject, thread: Thread): Record<string, unknown>[] {
  return commentsIn(project, thread).map(({ id, author, body, createdAt, system }) => ({
    id,
    comment: body,
    user: { name: author },
    date_created: unix(createdAt),
    edited_on: null,
    notification: system,
  }));
}
