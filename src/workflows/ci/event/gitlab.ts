/** Events of GitLab: the variables of a pipeline, which has no payload, or a webhook's payload. */
import type { ProjectRef } from '../../../remote/forge/index.ts';
import { blankRequest } from './github.ts';
import { at, listAt, numberAt, shaAt, textAt } from './payload.ts';
import { readCommand } from './replies.ts';
import type { CiEvent, EventPullRequest, EventSource, Normalised } from './types.ts';

export function fromGitLab(source: EventSource): Normalised {
  return source.payload === undefined ? fromPipeline(source.env) : fromHook(source);
}

type Env = EventSource['env'];

function fromPipeline(env: Env): Normalised {
  const project = projectAt(env.CI_PROJECT_PATH);
  const instanceUrl = env.CI_SERVER_URL?.replace(/\/+$/, '');
  if (project === undefined || instanceUrl === undefined) {
    return { ignored: 'the variables CI_PROJECT_PATH and CI_SERVER_URL are not set' };
  }
  const base = {
    forge: 'gitlab' as const,
    instanceUrl,
    project,
    defaultBranch: env.CI_DEFAULT_BRANCH,
    actor: env.GITLAB_USER_LOGIN ?? '',
  };
  const source = env.CI_PIPELINE_SOURCE ?? '';
  const sha = shaAt(env, 'CI_MERGE_REQUEST_SOURCE_BRANCH_SHA') ?? shaAt(env, 'CI_COMMIT_SHA');
  const number = numberAt(env, 'CI_MERGE_REQUEST_IID');
  if (number !== undefined) {
    const pullRequest: EventPullRequest = {
      ...blankRequest(number),
      title: env.CI_MERGE_REQUEST_TITLE ?? '',
      url: `${env.CI_MERGE_REQUEST_PROJECT_URL ?? `${instanceUrl}/${env.CI_PROJECT_PATH}`}/-/merge_requests/${number}`,
      source: projectAt(env.CI_MERGE_REQUEST_SOURCE_PROJECT_PATH),
      sourceBranch: env.CI_MERGE_REQUEST_SOURCE_BRANCH_NAME ?? '',
      targetBranch: env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME ?? '',
      headSha: sha,
      labels: (env.CI_MERGE_REQUEST_LABELS ?? '').split(',').filter((label) => label !== ''),
    };
    // The pipeline of a fork's request runs in the fork; what is asked and reported is the target's.
    const target = projectAt(env.CI_MERGE_REQUEST_PROJECT_PATH) ?? project;
    return {
      event: { ...base, project: target, kind: 'pull_request', trigger: 'pull_request', sha, pullRequest },
    };
  }
  if (source === 'schedule')
    return { ignored: 'a schedule starts nothing; packit ci sweep is for schedules' };
  if (env.CI_COMMIT_TAG !== undefined && env.CI_COMMIT_TAG !== '') {
    return { event: { ...base, kind: 'release', trigger: 'release', sha, tag: env.CI_COMMIT_TAG } };
  }
  if (env.CI_COMMIT_BRANCH === undefined || env.CI_COMMIT_BRANCH === '') {
    return { ignored: `a pipeline of the kind "${source}" starts nothing` };
  }
  return { event: { ...base, kind: 'commit', trigger: 'commit', sha, branch: env.CI_COMMIT_BRANCH } };
}

function fromHook({ payload, prefix }: EventSource): Normalised {
  const project = projectAt(textAt(payload, 'project', 'path_with_namespace'));
  const webUrl = textAt(payload, 'project', 'web_url');
  if (project === undefined || webUrl === undefined) return { ignored: 'the event names no project' };
  const base = {
    forge: 'gitlab' as const,
    instanceUrl: webUrl.slice(0, -(project.namespace.length + project.name.length + 2)),
    project,
    defaultBranch: textAt(payload, 'project', 'default_branch'),
    actor: textAt(payload, 'user', 'username') ?? textAt(payload, 'user_username') ?? '',
  };
  switch (textAt(payload, 'object_kind')) {
    case 'merge_request':
      return mergeRequest(base, payload);
    case 'push':
      return push(base, payload);
    case 'tag_push':
      return { ignored: 'a tag starts nothing; a release of it does' };
    case 'release':
      return release(base, payload);
    case 'note':
      return note(base, payload, prefix);
    case undefined:
    default:
      return { ignored: `events of the kind "${textAt(payload, 'object_kind') ?? ''}" start nothing` };
  }
}

type Base = Pick<CiEvent, 'forge' | 'instanceUrl' | 'project' | 'defaultBranch' | 'actor'>;

function mergeRequest(base: Base, payload: unknown): Normalised {
  const request = requestOf(at(payload, 'object_attributes'), payload);
  if (request === undefined) return { ignored: 'the event holds no merge request' };
  const action = textAt(payload, 'object_attributes', 'action') ?? '';
  if (!request.open) return { ignored: `merge request ${request.number} is closed` };
  const added = newLabel(payload);
  // Every change of a merge request is an update; only those that bring commits have an old revision.
  const pushed =
    action === 'open' || action === 'reopen' || shaAt(payload, 'object_attributes', 'oldrev') !== undefined;
  if (!pushed && added === undefined) return { ignored: 'the merge request got no new commits' };
  return {
    event: {
      ...base,
      kind: 'pull_request',
      trigger: 'pull_request',
      sha: request.headSha,
      pullRequest: request,
      ...(pushed || added === undefined ? {} : { label: added }),
    },
  };
}

function newLabel(payload: unknown): string | undefined {
  const names = (key: string): string[] =>
    listAt(payload, 'changes', 'labels', key).flatMap((label) => textAt(label, 'title') ?? []);
  const before = new Set(names('previous'));
  return names('current').find((label) => !before.has(label));
}

function push(base: Base, payload: unknown): Normalised {
  const ref = textAt(payload, 'ref') ?? '';
  const sha = shaAt(payload, 'after');
  if (sha === undefined) return { ignored: `${ref} was deleted` };
  if (!ref.startsWith('refs/heads/')) return { ignored: `a push to ${ref} starts nothing` };
  const commits = listAt(payload, 'commits');
  const complete = commits.length >= (numberAt(payload, 'total_commits_count') ?? commits.length);
  const files = ['added', 'modified', 'removed'].flatMap((key) =>
    commits.flatMap((commit) => listAt(commit, key).filter((file) => typeof file === 'string')),
  );
  return {
    event: {
      ...base,
      kind: 'commit',
      trigger: 'commit',
      sha,
      branch: ref.slice('refs/heads/'.length),
      ...(files.length === 0 || !complete ? {} : { changedFiles: [...new Set(files)] }),
    },
  };
}

function release(base: Base, payload: unknown): Normalised {
  const action = textAt(payload, 'action') ?? '';
  const tag = textAt(payload, 'tag');
  if (action !== 'create') return { ignored: `a release that was ${action}d starts nothing; a new one does` };
  if (tag === undefined) return { ignored: 'the release has no tag' };
  return {
    event: { ...base, kind: 'release', trigger: 'release', sha: shaAt(payload, 'commit', 'id'), tag },
  };
}

function note(base: Base, payload: unknown, prefix: string): Normalised {
  if ((textAt(payload, 'object_attributes', 'action') ?? 'create') !== 'create') {
    return { ignored: 'a comment that was edited starts nothing; a new one does' };
  }
  const type = textAt(payload, 'object_attributes', 'noteable_type');
  const on = type === 'MergeRequest' ? 'pull-request' : type === 'Issue' ? 'issue' : 'commit';
  const id = textAt(payload, 'object_attributes', 'id') ?? '';
  const commented = shaAt(payload, 'commit', 'id');
  const parsed = readCommand(textAt(payload, 'object_attributes', 'note') ?? '', prefix, {
    ...base,
    on,
    number: numberAt(payload, on === 'issue' ? 'issue' : 'merge_request', 'iid'),
    sha: commented,
    comment: id,
    author: base.actor,
  });
  if (parsed.command === undefined) return parsed;
  const event: CiEvent = {
    ...base,
    kind: 'comment',
    trigger: undefined,
    sha: undefined,
    comment: {
      id,
      author: base.actor,
      url: textAt(payload, 'object_attributes', 'url') ?? '',
      on,
      command: parsed.command,
    },
  };
  if (on === 'commit') {
    const { release: tag, commit: branch } = parsed.command;
    const sha = commented;
    return tag === undefined
      ? { event: { ...event, sha, trigger: 'commit', ...(branch === undefined ? {} : { branch }) } }
      : { event: { ...event, sha, trigger: 'release', tag } };
  }
  if (on === 'issue') {
    const issue = numberAt(payload, 'issue', 'iid');
    return issue === undefined ? { ignored: 'the comment names no issue' } : { event: { ...event, issue } };
  }
  const request = requestOf(at(payload, 'merge_request'), payload);
  if (request === undefined) return { ignored: 'the comment names no merge request' };
  if (!request.open) return { ignored: `merge request ${request.number} is closed` };
  return { event: { ...event, trigger: 'pull_request', sha: request.headSha, pullRequest: request } };
}

function requestOf(body: unknown, payload: unknown): EventPullRequest | undefined {
  const number = numberAt(body, 'iid');
  if (number === undefined) return undefined;
  const labels = listAt(payload, 'labels').length > 0 ? listAt(payload, 'labels') : listAt(body, 'labels');
  return {
    number,
    // The payload has the author's number only; the forge is asked for the name.
    author: textAt(body, 'author', 'username') ?? '',
    title: textAt(body, 'title') ?? '',
    url: textAt(body, 'url') ?? '',
    source: projectAt(textAt(body, 'source', 'path_with_namespace')),
    sourceBranch: textAt(body, 'source_branch') ?? '',
    targetBranch: textAt(body, 'target_branch') ?? '',
    headSha: shaAt(body, 'last_commit', 'id'),
    labels: labels.flatMap((label) => textAt(label, 'title') ?? []),
    open: !['closed', 'merged', 'locked'].includes(textAt(body, 'state') ?? 'opened'),
  };
}

/** `group/subgroup/name` */
function projectAt(path: string | undefined): ProjectRef | undefined {
  const slash = path?.lastIndexOf('/') ?? -1;
  return path === undefined || slash < 1
    ? undefined
    : { namespace: path.slice(0, slash), name: path.slice(slash + 1) };
}
