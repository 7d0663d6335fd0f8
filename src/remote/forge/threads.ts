/** Where people talk, who they are, and what they report. */
import { PackitError } from '../../errors.ts';
import type { ProjectRef } from './project.ts';

/** Where people talk. */
export type Thread = { on: 'pull-request' | 'issue'; number: number } | { on: 'commit'; sha: string };

export interface ThreadComment {
  id: string;
  author: string;
  /** In the forge's markup, as it was written. */
  body: string;
  webUrl: string;
  /** ISO 8601. */
  createdAt: string | undefined;
}

/** All throw PackitError FORGE_NO_COMMIT_COMMENTS for a commit where there is no talk on commits (Forgejo, Pagure). */
export interface Comments {
  /** Oldest first, without what the forge itself notes there. */
  listComments(project: ProjectRef, thread: Thread): Promise<ThreadComment[]>;
  addComment(project: ProjectRef, thread: Thread, body: string): Promise<ThreadComment>;
  /** False where the forge's API cannot edit comments (Pagure). */
  editComment(project: ProjectRef, thread: Thread, id: string, body: string): Promise<boolean>;
  /** An eyes reaction, so that people see a command was read. Does nothing where the forge has none. */
  acknowledge(project: ProjectRef, thread: Thread, id: string): Promise<void>;
}

export type Permission = 'none' | 'read' | 'write' | 'admin';

export interface People {
  /**
   * What a user may do with a project's code. Somebody without rights of their own has `read` or `none`, as the forge puts
   * it. `none` for a user who does not exist.
   *
   * @throws ServiceError FORGE_FORBIDDEN where the account may not ask
   */
  permissionOf(project: ProjectRef, user: string): Promise<Permission>;
}

export interface Issue {
  number: number;
  title: string;
  body: string;
  author: string;
  webUrl: string;
}

export interface Issues {
  /** Open ones, newest first. Undefined: issues are switched off. */
  listIssues(project: ProjectRef): Promise<Issue[] | undefined>;
  createIssue(project: ProjectRef, issue: { title: string; body: string }): Promise<Issue>;
  /** One that is closed stays so. @throws ServiceError FORGE_FORBIDDEN, FORGE_NOT_FOUND */
  closeIssue(project: ProjectRef, number: number): Promise<void>;
}

/** For messages: `pull request 7`. */
export function threadName(thread: Thread): string {
  if (thread.on === 'commit') return `commit ${thread.sha}`;
  return `${thread.on === 'issue' ? 'issue' : 'pull request'} ${thread.number}`;
}

/** Forgejo and Pagure show commits without a place to talk about them. */
export function noCommitComments(host: string): PackitError {
  return new PackitError('FORGE_NO_COMMIT_COMMENTS', `${host} has no comments on commits`, {
    hint: 'Comment on the pull request of the commit, or on an issue; a status of the commit holds one line.',
  });
}
