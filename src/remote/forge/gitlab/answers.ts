/** What GitLab says, in packit's shapes. */
import type { Instance } from '../api.ts';
import { notAForgeError } from '../failure.ts';
import { numberAt, textAt, textsAt, valueAt } from '../fields.ts';
import { projectPath } from '../repository-url.ts';
import type { Project, ProjectRef, PullRequest, Release } from '../types.ts';

type Errand = Instance & { action: string };

/** From the path: a project's and its groups' names may be written differently there. */
export function refOf(body: unknown): ProjectRef | undefined {
  const path = textAt(body, 'path_with_namespace');
  if (path === undefined) return undefined;
  const slash = path.lastIndexOf('/');
  return { namespace: path.slice(0, Math.max(0, slash)), name: path.slice(slash + 1) };
}

export function readProject(errand: Errand, body: unknown): Project {
  const ref = refOf(body);
  const https = textAt(body, 'http_url_to_repo');
  if (ref === undefined || https === undefined) throw notAForgeError(errand, 'no project');
  const visibility = textAt(body, 'visibility');
  return {
    ...ref,
    fullName: projectPath(ref),
    webUrl: textAt(body, 'web_url') ?? `${errand.instanceUrl}/${projectPath(ref)}`,
    gitUrls: { https, ssh: textAt(body, 'ssh_url_to_repo') },
    defaultBranch: valueAt(body, 'empty_repo') === true ? undefined : textAt(body, 'default_branch'),
    description: textAt(body, 'description') ?? '',
    private: visibility !== undefined && visibility !== 'public',
    archived: valueAt(body, 'archived') === true,
    takesRequests:
      valueAt(body, 'merge_requests_access_level') === 'disabled' ||
      valueAt(body, 'merge_requests_enabled') === false
        ? false
        : undefined,
    parent: refOf(valueAt(body, 'forked_from_project')),
  };
}

const STATE: Readonly<Record<string, PullRequest['state']>> = {
  opened: 'open',
  locked: 'open',
  merged: 'merged',
};

export function readPullRequest(
  errand: Errand,
  body: unknown,
  { source, target }: Pick<PullRequest, 'source' | 'target'>,
): PullRequest {
  const number = numberAt(body, 'iid');
  if (number === undefined) throw notAForgeError(errand, 'no merge request');
  return {
    number,
    webUrl:
      textAt(body, 'web_url') ?? `${errand.instanceUrl}/${projectPath(target)}/-/merge_requests/${number}`,
    title: textAt(body, 'title') ?? '',
    description: textAt(body, 'description') ?? '',
    state: STATE[textAt(body, 'state') ?? ''] ?? 'closed',
    author: textAt(body, 'author', 'username') ?? '',
    source,
    sourceBranch: textAt(body, 'source_branch') ?? '',
    target: { namespace: target.namespace, name: target.name },
    targetBranch: textAt(body, 'target_branch') ?? '',
    headCommit: textAt(body, 'sha'),
    labels: textsAt(body, 'labels'),
  };
}

/** GitLab has no pre-releases; one that is planned for later counts as a draft. */
export function readRelease(body: unknown): Release {
  const tag = textAt(body, 'tag_name') ?? '';
  return {
    title: textAt(body, 'name') || tag,
    tag,
    description: textAt(body, 'description') ?? '',
    prerelease: false,
    draft: valueAt(body, 'upcoming_release') === true,
    publishedAt: textAt(body, 'released_at'),
    webUrl: textAt(body, '_links', 'self') ?? '',
  };
}
