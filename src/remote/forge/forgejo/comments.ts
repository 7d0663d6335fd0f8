import type { Api, Instance } from '../api.ts';
import { notAForgeError } from '../failure.ts';
import { readComment } from '../github-shape.ts';
import type { ProjectRef } from '../project.ts';
import { projectPath } from '../repository-url.ts';
import { noCommitComments, threadName } from '../threads.ts';
import type { Comments, Thread } from '../threads.ts';
import { repo } from './listing.ts';
import { missingIsMissing } from './missing.ts';

/** A pull request is an issue where people talk, as on GitHub; commits have no comments. Needs the scope `write:issue`. */
export function forgejoComments(api: Api, instance: Instance): Comments {
  /** `pull request 7 of rpms/hello`, and the thread's number. */
  function subject(project: ProjectRef, thread: Thread): { place: string; number: number } {
    if (thread.on === 'commit') throw noCommitComments(instance.host);
    return { place: `${threadName(thread)} of ${projectPath(project)}`, number: thread.number };
  }

  return {
    async listComments(project, thread) {
      const { place, number } = subject(project, thread);
      const action = `read the comments on ${place}`;
      const path = `${repo(project)}/issues/${number}/comments`;
      const { body } = await missingIsMissing(api({ action, path }));
      // All of them at once: this list has no pages.
      const comments = (Array.isArray(body) ? body : []).map(readComment);
      return comments.toSorted((a, b) => Number(a.id) - Number(b.id));
    },
    async addComment(project, thread, text) {
      const { place, number } = subject(project, thread);
      const action = `comment on ${place}`;
      const path = `${repo(project)}/issues/${number}/comments`;
      const { body } = await missingIsMissing(api({ action, method: 'POST', path, json: { body: text } }));
      const comment = readComment(body);
      if (comment.id === '') throw notAForgeError({ ...instance, action }, 'no comment');
      return comment;
    },
    async editComment(project, thread, id, text) {
      const { place } = subject(project, thread);
      await api({
        action: `edit a comment on ${place}`,
        method: 'PATCH',
        path: `${repo(project)}/issues/comments/${Number(id)}`,
        json: { body: text },
        repeatable: true,
      });
      return true;
    },
    async acknowledge(project, thread, id) {
      const { place } = subject(project, thread);
      await api({
        action: `react to a comment on ${place}`,
        method: 'POST',
        path: `${repo(project)}/issues/comments/${Number(id)}/reactions`,
        json: { content: 'eyes' },
        repeatable: true,
      });
    },
  };
}
