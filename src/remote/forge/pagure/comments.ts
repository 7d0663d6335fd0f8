import type { Api, Instance } from '../api.ts';
import { notAForgeError } from '../failure.ts';
import { listAt, numberAt, textAt, valueAt } from '../fields.ts';
import type { ProjectRef } from '../project.ts';
import { projectPath } from '../repository-url.ts';
import { noCommitComments, threadName } from '../threads.ts';
import type { Comments, Thread, ThreadComment } from '../threads.ts';
import { apiPath, isoTime } from './project-ref.ts';

/**
 * Comments are part of the pull request or the issue they are on, and cannot be edited through the API. Rights:
 * `pull_request_comment`, `issue_comment`.
 */
export function pagureComments(api: Api, instance: Instance, whoami: () => Promise<string>): Comments {
  function subject(project: ProjectRef, thread: Thread): { place: string; path: string } {
    if (thread.on === 'commit') throw noCommitComments(instance.host);
    const kind = thread.on === 'issue' ? 'issue' : 'pull-request';
    const place = `${threadName(thread)} of ${projectPath(project)}`;
    return { place, path: apiPath(project, kind, String(thread.number)) };
  }

  async function list(project: ProjectRef, thread: Thread): Promise<ThreadComment[]> {
    const { place, path } = subject(project, thread);
    const { body } = await api({ action: `read the comments on ${place}`, path });
    const page = textAt(body, 'full_url') ?? `${instance.instanceUrl}${path}`;
    return listAt(body, 'comments')
      .filter((comment) => valueAt(comment, 'notification') !== true)
      .map((comment) => readComment(comment, page))
      .toSorted((a, b) => Number(a.id) - Number(b.id));
  }

  return {
    async listComments(project, thread) {
      return list(project, thread);
    },
    async addComment(project, thread, text) {
      const { place, path } = subject(project, thread);
      const action = `comment on ${place}`;
      await api({ action, method: 'POST', path: `${path}/comment`, form: { comment: text } });
      // The answer says "Comment added" and no more.
      const author = await whoami();
      const made = (await list(project, thread)).findLast(
        (comment) => comment.author === author && sameText(comment.body, text),
      );
      if (made === undefined) throw notAForgeError({ ...instance, action }, 'the comment is not there');
      return made;
    },
    async editComment(project, thread) {
      subject(project, thread);
      return false;
    },
    async acknowledge(project, thread) {
      subject(project, thread);
    },
  };
}

/** Forms carry line ends as CR LF. */
function sameText(a: string, b: string): boolean {
  return a.replaceAll('\r\n', '\n').trim() === b.replaceAll('\r\n', '\n').trim();
}

function readComment(body: unknown, page: string): ThreadComment {
  const id = String(numberAt(body, 'id') ?? '');
  return {
    id,
    author: textAt(body, 'user', 'name') ?? '',
    body: textAt(body, 'comment') ?? '',
    webUrl: `${page}#comment-${id}`,
    createdAt: isoTime(body, 'date_created'),
  };
}
