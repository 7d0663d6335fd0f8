/** What GitHub says, in packit's shapes. */
import type { Instance } from '../api.ts';
import { notAForgeError } from '../failure.ts';
import { numberAt, textAt, valueAt } from '../fields.ts';
import { projectPath, sameProject } from '../repository-url.ts';
import type { Project, ProjectRef, PullRequest, PullRequestBranches, Release } from '../types.ts';

type Errand = Instance & { action: string };

function refOf(body: unknown): ProjectRef | undefined {
  const name = textAt(body, 'name');
  const namespace = textAt(body, 'owner', 'login');
  return name === undefined || namespace === undefined ? undefined : { namespace, name };
}

export function readProject(errand: Errand, body: unknown): Project {
  const ref = refOf(body);
  const https = textAt(body, 'clone_url');
  if (ref === undefined || https === undefined) throw notAForgeError(errand, 'no project');
  return {
    ...ref,
    fullName: projectPath(ref),
    webUrl: textAt(body, 'html_url') ?? `${errand.instanceUrl}/${projectPath(ref)}`,
    gitUrls: { https, ssh: textAt(body, 'ssh_url') },
    defaultBranch: textAt(body, 'default_branch'),
    description: textAt(body, 'description') ?? '',
    private: valueAt(body, 'private') === true,
    archived: valueAt(body, 'archived') === true,
    parent: refOf(valueAt(body, 'parent')),
  };
}

export function isFrom(body: unknown, branches: PullRequestBranches): boolean {
  return (
    textAt(body, 'base', 'ref') === branches.targetBranch &&
    textAt(body, 'head', 'ref') === branches.sourceBranch &&
    sameProject(refOf(valueAt(body, 'head', 'repo')), branches.source)
  );
}

export function readPullRequest(errand: Errand, body: unknown): PullRequest {
  const number = numberAt(body, 'number');
  const target = refOf(valueAt(body, 'base', 'repo'));
  if (number === undefined || target === undefined) throw notAForgeError(errand, 'no pull request');
  const open = textAt(body, 'state') === 'open';
  return {
    number,
    webUrl: textAt(body, 'html_url') ?? `${errand.instanceUrl}/${projectPath(target)}/pull/${number}`,
    title: textAt(body, 'title') ?? '',
    description: textAt(body, 'body') ?? '',
    state: textAt(body, 'merged_at') === undefined ? (open ? 'open' : 'closed') : 'merged',
    author: textAt(body, 'user', 'login') ?? '',
    source: refOf(valueAt(body, 'head', 'repo')),
    sourceBranch: textAt(body, 'head', 'ref') ?? '',
    target,
    targetBranch: textAt(body, 'base', 'ref') ?? '',
    headCommit: textAt(body, 'head', 'sha'),
  };
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
