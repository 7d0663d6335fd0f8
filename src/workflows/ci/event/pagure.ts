/** Messages of Pagure, as Fedora Messaging carries them. */
import type { ProjectRef } from '../../../remote/forge/index.ts';
import { at, listAt, numberAt, shaAt, textAt } from './payload.ts';
import { readCommand } from './replies.ts';
import type { CiEvent, EventPullRequest, EventSource, Normalised } from './types.ts';

export function fromPagure({ name = '', payload, env, prefix }: EventSource): Normalised {
  const topic = name.replace(/^.*?(?=pagure\.)/, '');
  const instanceUrl = (env.PACKIT_PAGURE_INSTANCE_URL ?? 'https://src.fedoraproject.org').replace(/\/+$/, '');
  const actor = textAt(payload, 'agent') ?? '';
  const base = { forge: 'pagure' as const, instanceUrl, defaultBranch: undefined, actor };
  if (topic === 'pagure.git.receive') return push(base, payload);
  const request = requestOf(at(payload, 'pullrequest'), instanceUrl);
  if (request === undefined) return { ignored: `messages on ${name} start nothing` };
  if (!request.pullRequest.open) return { ignored: `pull request ${request.pullRequest.number} is closed` };
  const event: CiEvent = {
    ...base,
    project: request.project,
    kind: 'pull_request',
    trigger: 'pull_request',
    sha: request.pullRequest.headSha,
    pullRequest: request.pullRequest,
  };
  switch (topic) {
    case 'pagure.pull-request.new':
    case 'pagure.pull-request.updated':
    case 'pagure.pull-request.rebased':
      return { event };
    case 'pagure.pull-request.comment.added':
      return comment(event, payload, prefix);
    default:
      return { ignored: `messages on ${topic} start nothing` };
  }
}

type Base = Pick<CiEvent, 'forge' | 'instanceUrl' | 'defaultBranch' | 'actor'>;

function push(base: Base, payload: unknown): Normalised {
  const project = projectOf(at(payload, 'repo'));
  const branch = textAt(payload, 'branch')?.replace(/^refs\/heads\//, '');
  const sha = shaAt(payload, 'end_commit');
  if (project === undefined || branch === undefined) return { ignored: 'the message names no branch' };
  if (sha === undefined) return { ignored: `${branch} was deleted` };
  const files = at(payload, 'changed_files');
  const merged = numberAt(payload, 'pull_request_id');
  return {
    event: {
      ...base,
      project,
      kind: 'commit',
      trigger: 'commit',
      sha,
      branch,
      ...(merged === undefined ? {} : { merged }),
      ...(typeof files === 'object' && files !== null ? { changedFiles: Object.keys(files) } : {}),
    },
  };
}

/** Comments of a pull request that are not about a line; the last one is the new one. */
function comment(event: CiEvent, payload: unknown, prefix: string): Normalised {
  const last = listAt(payload, 'pullrequest', 'comments').at(-1);
  const author = textAt(last, 'user', 'name') ?? event.actor;
  const id = textAt(last, 'id') ?? '';
  const parsed = readCommand(textAt(last, 'comment') ?? '', prefix, {
    ...event,
    on: 'pull-request',
    number: event.pullRequest?.number,
    comment: id,
    author,
  });
  if (parsed.command === undefined) return parsed;
  const url = `${event.pullRequest?.url ?? ''}#comment-${id}`;
  return {
    event: {
      ...event,
      kind: 'comment',
      actor: author,
      comment: { id, author, url, on: 'pull-request', command: parsed.command },
    },
  };
}

function requestOf(
  body: unknown,
  instanceUrl: string,
): { project: ProjectRef; pullRequest: EventPullRequest } | undefined {
  const number = numberAt(body, 'id');
  const project = projectOf(at(body, 'project'));
  if (number === undefined || project === undefined) return undefined;
  return {
    project,
    pullRequest: {
      number,
      author: textAt(body, 'user', 'name') ?? '',
      title: textAt(body, 'title') ?? '',
      url:
        textAt(body, 'full_url') ??
        `${instanceUrl}/${textAt(body, 'project', 'url_path') ?? ''}/pull-request/${number}`,
      source: projectOf(at(body, 'repo_from')),
      sourceBranch: textAt(body, 'branch_from') ?? '',
      targetBranch: textAt(body, 'branch') ?? '',
      headSha: shaAt(body, 'commit_stop'),
      labels: listAt(body, 'tags').filter((tag) => typeof tag === 'string'),
      open: textAt(body, 'status') === 'Open',
    },
  };
}

function projectOf(body: unknown): ProjectRef | undefined {
  const name = textAt(body, 'name');
  if (name === undefined) return undefined;
  const isFork = at(body, 'parent') !== undefined && at(body, 'parent') !== null;
  const forkOwner = isFork ? textAt(body, 'user', 'name') : undefined;
  return {
    namespace: textAt(body, 'namespace') ?? '',
    name,
    ...(forkOwner === undefined ? {} : { forkOwner }),
  };
}
