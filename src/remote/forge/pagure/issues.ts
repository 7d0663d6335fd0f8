import type { Api, Instance } from '../api.ts';
import { notAForgeError, refusalError } from '../failure.ts';
import { listAt, numberAt, textAt } from '../fields.ts';
import { projectPath } from '../repository-url.ts';
import type { Issue, Issues } from '../threads.ts';
import { apiPath } from './project-ref.ts';

/** Fedora's dist-git has no issues: its packages' bugs are in Bugzilla. The right to open one is `issue_create`, to close one `issue_change_status`. */
export function pagureIssues(api: Api, instance: Instance): Issues {
  return {
    async listIssues(project) {
      const action = `list the issues of ${projectPath(project)}`;
      const found: Issue[] = [];
      for (let page = 1; ; page += 1) {
        const { status, headers, body } = await api({
          action,
          path: apiPath(project, 'issues'),
          query: { status: 'Open', per_page: 100, page },
          accept: [404],
        });
        if (status === 404) {
          if (textAt(body, 'error_code') === 'ETRACKERDISABLED') return undefined;
          throw refusalError({ ...instance, action }, { status, headers, body });
        }
        found.push(...listAt(body, 'issues').flatMap((issue) => readIssue(issue) ?? []));
        if (textAt(body, 'pagination', 'next') === undefined) break;
      }
      return found.toSorted((a, b) => b.number - a.number);
    },
    async createIssue(project, { title, body }) {
      const action = `open an issue on ${projectPath(project)}`;
      const answer = await api({
        action,
        method: 'POST',
        path: apiPath(project, 'new_issue'),
        // It must not be empty.
        form: { title, issue_content: body || title },
      });
      const issue = readIssue(answer.body, 'issue');
      if (issue === undefined) throw notAForgeError({ ...instance, action }, 'no issue');
      return issue;
    },
    async closeIssue(project, number) {
      await api({
        action: `close issue ${number} of ${projectPath(project)}`,
        method: 'POST',
        path: apiPath(project, 'issue', String(number), 'status'),
        form: { status: 'Closed' },
        repeatable: true,
      });
    },
  };
}

function readIssue(body: unknown, ...path: string[]): Issue | undefined {
  const number = numberAt(body, ...path, 'id');
  if (number === undefined) return undefined;
  return {
    number,
    title: textAt(body, ...path, 'title') ?? '',
    body: textAt(body, ...path, 'content') ?? '',
    author: textAt(body, ...path, 'user', 'name') ?? '',
    webUrl: textAt(body, ...path, 'full_url') ?? '',
  };
}
