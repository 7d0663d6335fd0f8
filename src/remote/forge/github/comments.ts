import type { Octokit } from '@octokit/rest';
import type { ClientOptions, Instance } from '../api.ts';
import { notAForgeError } from '../failure.ts';
import { readComment } from '../github-shape.ts';
import type { ProjectRef } from '../project.ts';
import { projectPath } from '../repository-url.ts';
import { threadName } from '../threads.ts';
import type { Comments, Thread, ThreadComment } from '../threads.ts';
import { listed, PAGE, repeatable, repo } from './attempt.ts';
import type { Attempt } from './attempt.ts';

/**
 * A pull request is an issue where people talk (https://docs.github.com/en/rest/issues/comments); commits have comments of their
 * own (https://docs.github.com/en/rest/commits/comments).
 */
export function githubComments(attempt: Attempt, options: ClientOptions, instance: Instance): Comments {
  const again = repeatable(options);

  function place(project: ProjectRef, thread: Thread): string {
    return `${threadName(thread)} of ${projectPath(project)}`;
  }

  return {
    async listComments(project, thread) {
      const action = `read the comments on ${place(project, thread)}`;
      const { items } = await attempt(action, async (octokit) =>
        listed<unknown>(await all(octokit, project, thread)),
      );
      return items.map(readComment);
    },
    async addComment(project, thread, body): Promise<ThreadComment> {
      const action = `comment on ${place(project, thread)}`;
      const { data } = await attempt<{ status: number; headers: object; data: unknown }>(action, (octokit) =>
        thread.on === 'commit'
          ? octokit.repos.createCommitComment({ ...repo(project), commit_sha: thread.sha, body })
          : octokit.issues.createComment({ ...repo(project), issue_number: thread.number, body }),
      );
      const comment = readComment(data);
      if (comment.id === '') throw notAForgeError({ ...instance, action }, 'no comment');
      return comment;
    },
    async editComment(project, thread, id, body) {
      const fields = { ...repo(project), comment_id: Number(id), body, ...again };
      await attempt<{ status: number; headers: object }>(
        `edit a comment on ${place(project, thread)}`,
        (octokit) =>
          thread.on === 'commit'
            ? octokit.repos.updateCommitComment(fields)
            : octokit.issues.updateComment(fields),
      );
      return true;
    },
    async acknowledge(project, thread, id) {
      const fields = { ...repo(project), comment_id: Number(id), content: 'eyes', ...again } as const;
      await attempt<{ status: number; headers: object }>(
        `react to a comment on ${place(project, thread)}`,
        (octokit) =>
          thread.on === 'commit'
            ? octokit.reactions.createForCommitComment(fields)
            : octokit.reactions.createForIssueComment(fields),
      );
    },
  };
}

/** Both come in the order of their numbers. */
function all(octokit: Octokit, project: ProjectRef, thread: Thread): Promise<unknown[]> {
  const fields = { ...repo(project), ...PAGE };
  return thread.on === 'commit'
    ? octokit.paginate(octokit.repos.listCommentsForCommit, { ...fields, commit_sha: thread.sha })
    : octokit.paginate(octokit.issues.listComments, { ...fields, issue_number: thread.number });
}
