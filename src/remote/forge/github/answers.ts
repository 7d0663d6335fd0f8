/** What GitHub says, in packit's shapes. */
import type { Instance } from '../api.ts';
import { notAForgeError } from '../failure.ts';
import { numberAt, textAt, valueAt } from '../fields.ts';
import { labelsOf, refOf } from '../github-shape.ts';
import { projectPath } from '../repository-url.ts';
import type { Project, PullRequest } from '../types.ts';

type Errand = Instance & { action: string };

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
    takesRequests: valueAt(body, 'has_pull_requests') === false ? false : undefined,
    parent: refOf(valueAt(body, 'parent')),
  };
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
    targetCommit: textAt(body, 'base', 'sha'),
    labels: labelsOf(body),
  };
}
