import type { Instance } from '../api.ts';
import { notAForgeError } from '../failure.ts';
import { listAt, numberAt, textAt, valueAt } from '../fields.ts';
import type { ProjectRef } from '../project.ts';
import { projectPath } from '../repository-url.ts';
import { threadName } from '../threads.ts';
import type { Comments, Thread, ThreadComment } from '../threads.ts';
import type { Attempt } from './attempt.ts';

/**
 * Notes of merge requests and issues: https://docs.gitlab.com/api/notes/. Those of commits are taken from their discussions
 * (https://docs.gitlab.com/api/discussions/#commits), as `/repository/commits/SHA/comments` tells no numbers: nothing that was said
 * there could be edited. Their ids are `DISCUSSION/NOTE`.
 */
export function gitlabComments(attempt: Attempt, instance: Instance): Comments {
  function place(project: ProjectRef, thread: Thread): string {
    const name = thread.on === 'pull-request' ? `merge request ${thread.number}` : threadName(thread);
    return `${name} of ${projectPath(project)}`;
  }

  function comment(project: ProjectRef, thread: Thread, discussion: string, note: unknown): ThreadComment {
    const number = String(numberAt(note, 'id') ?? '');
    return {
      id: thread.on === 'commit' ? `${discussion}/${number}` : number,
      author: textAt(note, 'author', 'username') ?? '',
      body: textAt(note, 'body') ?? '',
      webUrl: `${instance.instanceUrl}/${projectPath(project)}/-/${PAGE_OF[thread.on]}/${subject(thread)}#note_${number}`,
      createdAt: textAt(note, 'created_at'),
    };
  }

  return {
    async listComments(project, thread) {
      const action = `read the comments on ${place(project, thread)}`;
      const path = projectPath(project);
      const order = { sort: 'asc', orderBy: 'created_at', perPage: 100 } as const;
      const all = await attempt(action, ({ mergeRequestNotes, issueNotes, commitDiscussions }) => {
        if (thread.on === 'commit') return commitDiscussions.all(path, thread.sha, { perPage: 100 });
        if (thread.on === 'issue') return issueNotes.all(path, thread.number, order);
        return mergeRequestNotes.all(path, thread.number, order);
      });
      const found = listAt({ all }, 'all').flatMap((item) =>
        thread.on === 'commit' ? notesOf(item) : [{ discussion: '', note: item }],
      );
      return found
        .filter(({ note }) => valueAt(note, 'system') !== true)
        .map(({ discussion, note }) => comment(project, thread, discussion, note))
        .toSorted((a, b) => Date.parse(a.createdAt ?? '') - Date.parse(b.createdAt ?? '') || 0);
    },
    async addComment(project, thread, body) {
      const action = `comment on ${place(project, thread)}`;
      const path = projectPath(project);
      const made = await attempt(action, ({ mergeRequestNotes, issueNotes, commitDiscussions }) => {
        if (thread.on === 'commit') return commitDiscussions.create(path, thread.sha, body);
        if (thread.on === 'issue') return issueNotes.create(path, thread.number, body);
        return mergeRequestNotes.create(path, thread.number, body);
      });
      const [first] = thread.on === 'commit' ? notesOf(made) : [{ discussion: '', note: made }];
      if (numberAt(first?.note, 'id') === undefined)
        throw notAForgeError({ ...instance, action }, 'no comment');
      return comment(project, thread, first?.discussion ?? '', first?.note);
    },
    async editComment(project, thread, id, body) {
      const path = projectPath(project);
      await attempt(
        `edit a comment on ${place(project, thread)}`,
        ({ mergeRequestNotes, issueNotes, commitDiscussions }) => {
          if (thread.on === 'commit') {
            const [discussion = '', note] = id.split('/');
            return commitDiscussions.editNote(path, thread.sha, discussion, Number(note), { body });
          }
          if (thread.on === 'issue') return issueNotes.edit(path, thread.number, Number(id), { body });
          return mergeRequestNotes.edit(path, thread.number, Number(id), { body });
        },
      );
      return true;
    },
    async acknowledge(project, thread, id) {
      // There are none on commits.
      if (thread.on === 'commit') return;
      const action = `react to a comment on ${place(project, thread)}`;
      const path = projectPath(project);
      try {
        await attempt(action, ({ mergeRequestEmojis, issueEmojis }) =>
          (thread.on === 'issue' ? issueEmojis : mergeRequestEmojis).award(
            path,
            thread.number,
            Number(id),
            'eyes',
          ),
        );
      } catch (error) {
        // The second time GitLab answers 404 with these words.
        if (!/has already been taken/i.test(textAt(error, 'message') ?? '')) throw error;
      }
    },
  };
}

const PAGE_OF: Readonly<Record<Thread['on'], string>> = {
  'pull-request': 'merge_requests',
  issue: 'issues',
  commit: 'commit',
};

function subject(thread: Thread): string {
  return thread.on === 'commit' ? thread.sha : String(thread.number);
}

function notesOf(discussion: unknown): { discussion: string; note: unknown }[] {
  const id = textAt(discussion, 'id') ?? '';
  return listAt(discussion, 'notes').map((note) => ({ discussion: id, note }));
}
