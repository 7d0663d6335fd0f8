import type { Api, Instance } from '../api.ts';
import { notAForgeError } from '../failure.ts';
import { listAt, numberAt, textAt, textsAt, valueAt } from '../fields.ts';
import { projectPath, sameProject } from '../repository-url.ts';
import type { ProjectRef, PullRequest, PullRequestBranches, PullRequests } from '../types.ts';
import { apiPath, projectRef } from './project-ref.ts';

export function pagurePullRequests(api: Api, instance: Instance): PullRequests {
  function read(body: unknown, target: ProjectRef, action: string): PullRequest {
    const number = numberAt(body, 'id');
    if (number === undefined) throw notAForgeError({ ...instance, action }, 'no pull request');
    return pullRequest(body, number, { instance, target });
  }

  return {
    async findPullRequest(branches) {
      const { target } = branches;
      const action = `list the pull requests of ${projectPath(target)}`;
      for (let page = 1; ; page += 1) {
        const { body } = await api({
          action,
          path: apiPath(target, 'pull-requests'),
          query: { status: 'Open', per_page: 100, page },
        });
        const found = listAt(body, 'requests').find((item) => isFrom(item, branches));
        if (found !== undefined) return read(found, target, action);
        if (textAt(body, 'pagination', 'next') === undefined) return undefined;
      }
    },
    async listPullRequests(project, limit = 100) {
      const action = `list the pull requests of ${projectPath(project)}`;
      const query = { status: 'Open', per_page: limit, page: 1 };
      const { body } = await api({ action, path: apiPath(project, 'pull-requests'), query });
      return listAt(body, 'requests').map((item) => read(item, project, action));
    },
    async getPullRequest(project, number) {
      const action = `read pull request ${number} of ${projectPath(project)}`;
      const path = apiPath(project, 'pull-request', String(number));
      const { status, body } = await api({ action, path, accept: [404] });
      return status === 404 ? undefined : read(body, project, action);
    },
    async createPullRequest({ target, source, ...request }) {
      const action = `create a pull request on ${projectPath(target)}`;
      const fork = sameProject(target, source) ? undefined : source;
      const { body } = await api({
        action,
        method: 'POST',
        path: apiPath(target, 'pull-request', 'new'),
        form: {
          title: request.title,
          initial_comment: request.description,
          branch_to: request.targetBranch,
          branch_from: request.sourceBranch,
          repo_from: fork?.name,
          repo_from_username: fork?.forkOwner,
          repo_from_namespace: fork?.namespace === '' ? undefined : fork?.namespace,
        },
      });
      return read(body, target, action);
    },
    async updatePullRequest(target, number, text) {
      const action = `update pull request ${number} of ${projectPath(target)}`;
      const { body } = await api({
        action,
        method: 'POST',
        path: apiPath(target, 'pull-request', String(number)),
        form: { title: text.title, initial_comment: text.description },
      });
      return read(body, target, action);
    },
  };
}

function isFrom(body: unknown, branches: PullRequestBranches): boolean {
  return (
    textAt(body, 'branch') === branches.targetBranch &&
    textAt(body, 'branch_from') === branches.sourceBranch &&
    sameProject(projectRef(valueAt(body, 'repo_from')), branches.source)
  );
}

const STATE: Readonly<Record<string, PullRequest['state']>> = { Open: 'open', Merged: 'merged' };

function pullRequest(
  body: unknown,
  number: number,
  { instance, target }: { instance: Instance; target: ProjectRef },
): PullRequest {
  const path = textAt(body, 'project', 'url_path') ?? projectPath(target);
  return {
    number,
    webUrl: `${instance.instanceUrl}/${path}/pull-request/${number}`,
    title: textAt(body, 'title') ?? '',
    description: textAt(body, 'initial_comment') ?? '',
    state: STATE[textAt(body, 'status') ?? ''] ?? 'closed',
    author: textAt(body, 'user', 'name') ?? '',
    source: projectRef(valueAt(body, 'repo_from')),
    sourceBranch: textAt(body, 'branch_from') ?? '',
    target,
    targetBranch: textAt(body, 'branch') ?? '',
    headCommit: textAt(body, 'commit_stop'),
    labels: textsAt(body, 'tags'),
  };
}
