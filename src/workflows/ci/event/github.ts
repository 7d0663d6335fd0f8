/** Events of GitHub, and of Forgejo and Gitea, whose payloads and Actions follow GitHub's. */
import type { ForgeKind, ProjectRef } from '../../../remote/forge/index.ts';
import { at, listAt, numberAt, shaAt, textAt } from './payload.ts';
import { readCommand } from './replies.ts';
import type { CiEvent, EventPullRequest, EventSource, Normalised } from './types.ts';

/** `synchronized` is how webhooks of Forgejo say `synchronize`. */
const PUSHED = new Set(['opened', 'reopened', 'synchronize', 'synchronized']);

export function fromGitHub({ name = '', payload, prefix }: EventSource, forge: ForgeKind): Normalised {
  const project = projectOf(at(payload, 'repository'));
  if (project === undefined) return { ignored: `the ${name} event names no repository` };
  const base = {
    forge,
    instanceUrl: instanceOf(at(payload, 'repository'), project),
    project,
    defaultBranch: textAt(payload, 'repository', 'default_branch'),
    actor: textAt(payload, 'sender', 'login') ?? '',
  };
  switch (name) {
    case 'pull_request':
    case 'pull_request_target':
      return pullRequest(base, payload);
    case 'push':
      return push(base, payload);
    case 'release':
      return release(base, payload);
    case 'issue_comment':
    case 'commit_comment':
      return comment(base, name, payload, prefix);
    case 'check_run':
      return checkRun(base, payload);
    default:
      return { ignored: `events of the kind "${name}" start nothing` };
  }
}

type Base = Pick<CiEvent, 'forge' | 'instanceUrl' | 'project' | 'defaultBranch' | 'actor'>;

function pullRequest(base: Base, payload: unknown): Normalised {
  const action = textAt(payload, 'action') ?? '';
  const request = requestOf(at(payload, 'pull_request'));
  if (request === undefined) return { ignored: 'the event holds no pull request' };
  const label = action === 'labeled' ? textAt(payload, 'label', 'name') : undefined;
  if (!PUSHED.has(action) && label === undefined) {
    return {
      ignored: `a pull request that was ${action === '' ? 'changed' : action.replaceAll('_', ' ')} starts nothing`,
    };
  }
  if (!request.open) return { ignored: `pull request ${request.number} is closed` };
  return {
    event: {
      ...base,
      kind: 'pull_request',
      trigger: 'pull_request',
      sha: request.headSha,
      pullRequest: request,
      ...(label === undefined ? {} : { label }),
    },
  };
}

function push(base: Base, payload: unknown): Normalised {
  const ref = textAt(payload, 'ref') ?? '';
  const sha = shaAt(payload, 'after');
  if (at(payload, 'deleted') === true || sha === undefined) return { ignored: `${ref} was deleted` };
  if (ref.startsWith('refs/tags/')) return { ignored: 'a tag starts nothing; a release of it does' };
  if (!ref.startsWith('refs/heads/')) return { ignored: `a push to ${ref} starts nothing` };
  const commits = listAt(payload, 'commits');
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
      // GitHub lists the files of at most 2,048 commits, and of a new branch none.
      ...(files.length === 0 ? {} : { changedFiles: [...new Set(files)] }),
    },
  };
}

function release(base: Base, payload: unknown): Normalised {
  const action = textAt(payload, 'action') ?? '';
  const tag = textAt(payload, 'release', 'tag_name');
  if (action !== 'published')
    return { ignored: `a release that was ${action} starts nothing; one that is published does` };
  if (tag === undefined) return { ignored: 'the release has no tag' };
  const sha = shaAt(payload, 'release', 'target_commitish');
  return { event: { ...base, kind: 'release', trigger: 'release', sha, tag } };
}

function comment(base: Base, name: string, payload: unknown, prefix: string): Normalised {
  const action = textAt(payload, 'action') ?? '';
  // An edited comment has had its effect.
  if (action !== 'created') return { ignored: `a comment that was ${action} starts nothing; a new one does` };
  const issue = numberAt(payload, 'issue', 'number');
  const request = at(payload, 'issue', 'pull_request');
  const onRequest = (request !== undefined && request !== null) || at(payload, 'is_pull') === true;
  const on = name === 'commit_comment' ? 'commit' : onRequest ? 'pull-request' : 'issue';
  const author = textAt(payload, 'comment', 'user', 'login') ?? base.actor;
  const id = textAt(payload, 'comment', 'id') ?? '';
  const commented = shaAt(payload, 'comment', 'commit_id');
  const parsed = readCommand(textAt(payload, 'comment', 'body') ?? '', prefix, {
    ...base,
    on,
    number: issue,
    sha: commented,
    comment: id,
    author,
  });
  if (parsed.command === undefined) return parsed;
  const written = {
    id,
    author,
    url: textAt(payload, 'comment', 'html_url') ?? '',
    on,
    command: parsed.command,
  } as const;
  const event: CiEvent = {
    ...base,
    actor: author,
    kind: 'comment',
    trigger: undefined,
    sha: undefined,
    comment: written,
  };
  if (on === 'commit') {
    const { release: tag, commit: branch } = parsed.command;
    const sha = commented;
    const of =
      tag === undefined
        ? { trigger: 'commit' as const, ...(branch === undefined ? {} : { branch }) }
        : { trigger: 'release' as const, tag };
    return { event: { ...event, sha, ...of } };
  }
  if (issue === undefined) return { ignored: 'the comment names no issue' };
  if (on === 'issue') return { event: { ...event, issue } };
  return {
    event: {
      ...event,
      trigger: 'pull_request',
      pullRequest: {
        number: issue,
        author: textAt(payload, 'issue', 'user', 'login') ?? '',
        title: textAt(payload, 'issue', 'title') ?? '',
        url: textAt(payload, 'issue', 'html_url') ?? '',
        labels: labelsOf(at(payload, 'issue')),
        open: textAt(payload, 'issue', 'state') !== 'closed',
        // The payload of a comment does not say: the forge is asked.
        source: undefined,
        sourceBranch: '',
        targetBranch: '',
        headSha: undefined,
      },
    },
  };
}

function checkRun(base: Base, payload: unknown): Normalised {
  const action = textAt(payload, 'action') ?? '';
  if (action !== 'rerequested') return { ignored: `a check that was ${action} starts nothing` };
  const sha = shaAt(payload, 'check_run', 'head_sha');
  const number = numberAt(payload, 'check_run', 'pull_requests', 0, 'number');
  const status = textAt(payload, 'check_run', 'name');
  if (status === undefined) return { ignored: 'the check has no name' };
  return {
    event: {
      ...base,
      kind: 'rerun',
      trigger: number === undefined ? 'commit' : 'pull_request',
      sha,
      rerun: { status },
      ...(number === undefined
        ? { branch: textAt(payload, 'check_run', 'check_suite', 'head_branch') ?? '' }
        : { pullRequest: { ...blankRequest(number), headSha: sha } }),
    },
  };
}

export function blankRequest(number: number): EventPullRequest {
  return {
    number,
    author: '',
    title: '',
    url: '',
    source: undefined,
    sourceBranch: '',
    targetBranch: '',
    headSha: undefined,
    labels: [],
    open: true,
  };
}

function requestOf(body: unknown): EventPullRequest | undefined {
  const number = numberAt(body, 'number');
  if (number === undefined) return undefined;
  return {
    number,
    author: textAt(body, 'user', 'login') ?? '',
    title: textAt(body, 'title') ?? '',
    url: textAt(body, 'html_url') ?? '',
    source: projectOf(at(body, 'head', 'repo')),
    sourceBranch: textAt(body, 'head', 'ref') ?? '',
    targetBranch: textAt(body, 'base', 'ref') ?? '',
    headSha: shaAt(body, 'head', 'sha'),
    labels: labelsOf(body),
    open: textAt(body, 'state') !== 'closed',
  };
}

function labelsOf(body: unknown): string[] {
  return listAt(body, 'labels').flatMap((label) => textAt(label, 'name') ?? []);
}

function projectOf(repository: unknown): ProjectRef | undefined {
  const name = textAt(repository, 'name');
  const namespace = textAt(repository, 'owner', 'login') ?? textAt(repository, 'owner', 'name');
  return name === undefined || namespace === undefined ? undefined : { namespace, name };
}

/** `https://github.com/owner/name` without the project. */
function instanceOf(repository: unknown, { namespace, name }: ProjectRef): string {
  const url = textAt(repository, 'html_url') ?? '';
  const path = `/${namespace}/${name}`;
  return url.endsWith(path) ? url.slice(0, -path.length) : 'https://github.com';
}
