/** The answers in which Forgejo's API says what GitHub's says, word for word. */
import { listAt, numberAt, textAt, valueAt } from './fields.ts';
import type { ProjectRef } from './project.ts';
import { sameProject } from './repository-url.ts';
import { GITHUB_STATES, readState, statusDescription } from './statuses.ts';
import type { CommitStatus, NewStatus } from './statuses.ts';
import type { Issue, Permission, ThreadComment } from './threads.ts';
import type { PullRequestBranches, Release } from './types.ts';

/** Owner and name of a repository; undefined where it is gone. */
export function refOf(body: unknown): ProjectRef | undefined {
  const name = textAt(body, 'name');
  const namespace = textAt(body, 'owner', 'login');
  return name === undefined || namespace === undefined ? undefined : { namespace, name };
}

/** True if a pull request goes from and to these branches. */
export function isFrom(body: unknown, branches: PullRequestBranches): boolean {
  return (
    textAt(body, 'base', 'ref') === branches.targetBranch &&
    textAt(body, 'head', 'ref') === branches.sourceBranch &&
    sameProject(refOf(valueAt(body, 'head', 'repo')), branches.source)
  );
}

export function readRelease(body: unknown): Release {
  const tag = textAt(body, 'tag_name') ?? '';
  return {
    title: textAt(body, 'name') || tag,
    tag,
    description: textAt(body, 'body') ?? '',
    prerelease: valueAt(body, 'prerelease') === true,
    draft: valueAt(body, 'draft') === true,
    publishedAt: textAt(body, 'published_at'),
    webUrl: textAt(body, 'html_url') ?? '',
  };
}

export function labelsOf(body: unknown): string[] {
  return listAt(body, 'labels').flatMap((label) => textAt(label, 'name') ?? []);
}

/** The body of a request for a status. */
export function statusFields({ name, state, description, url }: NewStatus) {
  return {
    state: GITHUB_STATES.write[state] as 'error' | 'failure' | 'pending' | 'success',
    target_url: url,
    description: statusDescription(description),
    context: name,
  };
}

/** GitHub calls the state `state`, Forgejo `status`. */
export function readStatus(body: unknown): CommitStatus {
  return {
    id: idOf(body),
    name: textAt(body, 'context') ?? '',
    state: readState(GITHUB_STATES, textAt(body, 'state') ?? textAt(body, 'status')),
    description: textAt(body, 'description') ?? '',
    url: textAt(body, 'target_url') ?? '',
    creator: textAt(body, 'creator', 'login'),
    updatedAt: textAt(body, 'updated_at'),
  };
}

/** A comment in a thread or on a commit. */
export function readComment(body: unknown): ThreadComment {
  return {
    id: idOf(body),
    author: textAt(body, 'user', 'login') ?? '',
    body: textAt(body, 'body') ?? '',
    webUrl: textAt(body, 'html_url') ?? '',
    createdAt: textAt(body, 'created_at'),
  };
}

/** Undefined for what is no issue: GitHub lists pull requests among them. */
export function readIssue(body: unknown): Issue | undefined {
  const number = numberAt(body, 'number');
  const request = valueAt(body, 'pull_request');
  if (number === undefined || (request !== undefined && request !== null)) return undefined;
  return {
    number,
    title: textAt(body, 'title') ?? '',
    body: textAt(body, 'body') ?? '',
    author: textAt(body, 'user', 'login') ?? '',
    webUrl: textAt(body, 'html_url') ?? '',
  };
}

const PERMISSIONS: Readonly<Record<string, Permission>> = {
  owner: 'admin',
  admin: 'admin',
  maintain: 'write',
  write: 'write',
  triage: 'read',
  read: 'read',
};

/**
 * `permission` counts a role by what it is made from, one of an organisation's own making too; `role_name`, which anybody could
 * have called `admin`, is looked at only without it.
 */
export function readPermission(body: unknown): Permission {
  const word = textAt(body, 'permission') ?? textAt(body, 'role_name') ?? '';
  return Object.hasOwn(PERMISSIONS, word) ? (PERMISSIONS[word] ?? 'none') : 'none';
}

function idOf(body: unknown): string {
  return String(numberAt(body, 'id') ?? '');
}
