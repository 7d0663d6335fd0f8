import type { Api, Instance } from '../api.ts';
import { notAForgeError } from '../failure.ts';
import { valueAt } from '../fields.ts';
import { readIssue } from '../github-shape.ts';
import { projectPath } from '../repository-url.ts';
import type { Issues } from '../threads.ts';
import { collect, repo } from './listing.ts';

/** `issueListIssues`, `issueCreateIssue` and `issueEditIssue`; the latter two need the scope `write:issue`. */
export function forgejoIssues(api: Api, instance: Instance): Issues {
  return {
    async listIssues(project) {
      const path = repo(project);
      const { body } = await api({ action: `read ${projectPath(project)}`, path });
      if (valueAt(body, 'has_issues') === false) return undefined;
      const action = `list the issues of ${projectPath(project)}`;
      const query = { state: 'open', type: 'issues' };
      const issues = await collect(api, { action, path: `${path}/issues`, query });
      return issues.flatMap((item) => readIssue(item) ?? []);
    },
    async createIssue(project, { title, body }) {
      const action = `open an issue on ${projectPath(project)}`;
      const path = `${repo(project)}/issues`;
      const issue = readIssue((await api({ action, method: 'POST', path, json: { title, body } })).body);
      if (issue === undefined) throw notAForgeError({ ...instance, action }, 'no issue');
      return issue;
    },
    async closeIssue(project, number) {
      const action = `close issue ${number} of ${projectPath(project)}`;
      const path = `${repo(project)}/issues/${number}`;
      await api({ action, method: 'PATCH', path, json: { state: 'closed' }, repeatable: true });
    },
  };
}
