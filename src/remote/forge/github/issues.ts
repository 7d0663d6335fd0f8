import type { ClientOptions, Instance } from '../api.ts';
import { notAForgeError } from '../failure.ts';
import { readIssue } from '../github-shape.ts';
import { projectPath } from '../repository-url.ts';
import type { Issues } from '../threads.ts';
import { listed, PAGE, repeatable, repo } from './attempt.ts';
import type { Attempt } from './attempt.ts';

/** https://docs.github.com/en/rest/issues/issues */
export function githubIssues(attempt: Attempt, options: ClientOptions, instance: Instance): Issues {
  const again = repeatable(options);
  return {
    async listIssues(project) {
      const { data } = await attempt(`read ${projectPath(project)}`, (octokit) =>
        octokit.repos.get(repo(project)),
      );
      if (!data.has_issues) return undefined;
      const action = `list the issues of ${projectPath(project)}`;
      const { items } = await attempt(action, async (octokit) =>
        listed(
          await octokit.paginate(octokit.issues.listForRepo, { ...repo(project), ...PAGE, state: 'open' }),
        ),
      );
      return items.flatMap((item) => readIssue(item) ?? []);
    },
    async createIssue(project, { title, body }) {
      const action = `open an issue on ${projectPath(project)}`;
      const { data } = await attempt(action, (octokit) =>
        octokit.issues.create({ ...repo(project), title, body }),
      );
      const issue = readIssue(data);
      if (issue === undefined) throw notAForgeError({ ...instance, action }, 'no issue');
      return issue;
    },
    async closeIssue(project, issue_number) {
      const action = `close issue ${issue_number} of ${projectPath(project)}`;
      const closed = { state: 'closed', state_reason: 'not_planned' } as const;
      await attempt(action, (octokit) =>
        octokit.issues.update({ ...repo(project), issue_number, ...closed, ...again }),
      );
    },
  };
}
