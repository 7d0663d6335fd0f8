import type { Instance } from '../api.ts';
import { notAForgeError } from '../failure.ts';
import { listAt, numberAt, textAt, valueAt } from '../fields.ts';
import { projectPath } from '../repository-url.ts';
import type { Issue, Issues } from '../threads.ts';
import type { Attempt } from './attempt.ts';

/** https://docs.gitlab.com/api/issues/ */
export function gitlabIssues(attempt: Attempt, instance: Instance): Issues {
  return {
    async listIssues(project) {
      const path = projectPath(project);
      const body = await attempt(`read ${path}`, ({ projects }) => projects.show(path));
      const off =
        valueAt(body, 'issues_access_level') === 'disabled' || valueAt(body, 'issues_enabled') === false;
      if (off) return undefined;
      const all = await attempt(`list the issues of ${path}`, ({ issues }) =>
        issues.all({
          projectId: path,
          state: 'opened',
          orderBy: 'created_at',
          sort: 'desc',
          perPage: 100,
        }),
      );
      return listAt({ all }, 'all').flatMap((item) => readIssue(item) ?? []);
    },
    async createIssue(project, { title, body }) {
      const action = `open an issue on ${projectPath(project)}`;
      const made = await attempt(action, ({ issues }) =>
        issues.create(projectPath(project), title, { description: body }),
      );
      const issue = readIssue(made);
      if (issue === undefined) throw notAForgeError({ ...instance, action }, 'no issue');
      return issue;
    },
    async closeIssue(project, number) {
      const path = projectPath(project);
      await attempt(`close issue ${number} of ${path}`, ({ issues }) =>
        issues.edit(path, number, { stateEvent: 'close' }),
      );
    },
  };
}

function readIssue(body: unknown): Issue | undefined {
  const number = numberAt(body, 'iid');
  if (number === undefined) return undefined;
  return {
    number,
    title: textAt(body, 'title') ?? '',
    body: textAt(body, 'description') ?? '',
    author: textAt(body, 'author', 'username') ?? '',
    webUrl: textAt(body, 'web_url') ?? '',
  };
}
