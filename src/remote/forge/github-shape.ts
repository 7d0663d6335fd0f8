/** The answers in which Forgejo's API says what GitHub's says, word for word. */
import { textAt, valueAt } from './fields.ts';
import { sameProject } from './repository-url.ts';
import type { ProjectRef, PullRequestBranches, Release } from './types.ts';

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
