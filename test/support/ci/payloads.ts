/** Payloads as the forges' documentation shows them, cut to what a reader may look at, for one project `jane/hello`. */

export const SHA = '0123456789abcdef0123456789abcdef01234567';
const OTHER = 'fedcba9876543210fedcba9876543210fedcba98';

export interface PayloadOptions {
  action?: string;
  labels?: readonly string[];
  body?: string;
  state?: string;
  branch?: string;
  tag?: string;
  author?: string;
  /** Where the pull request's branch is. Default: a fork of `jo`. */
  owner?: string;
  sha?: string;
  host?: string;
  project?: { namespace: string; name: string };
}

export function githubRepository({ host = 'https://github.com', project }: PayloadOptions = {}): object {
  const { namespace, name } = project ?? { namespace: 'jane', name: 'hello' };
  return {
    name,
    owner: { login: namespace },
    html_url: `${host}/${namespace}/${name}`,
    default_branch: 'main',
  };
}

export function githubPullRequest(options: PayloadOptions = {}): object {
  const { action = 'opened', labels = [], state = 'open', owner = 'jo', sha = SHA } = options;
  return {
    action,
    number: 7,
    ...(action === 'labeled' ? { label: { name: labels.at(-1) } } : {}),
    repository: githubRepository(options),
    sender: { login: options.author ?? 'jo' },
    pull_request: {
      number: 7,
      state,
      title: 'Fix it',
      user: { login: options.author ?? 'jo' },
      html_url: `${options.host ?? 'https://github.com'}/jane/hello/pull/7`,
      labels: labels.map((name) => ({ name })),
      head: { sha, ref: 'fix', repo: { name: 'hello', owner: { login: owner } } },
      base: { ref: options.branch ?? 'main' },
    },
  };
}

export function githubPush(options: PayloadOptions = {}): object {
  const { branch = 'main', sha = SHA } = options;
  return {
    ref: `refs/heads/${branch}`,
    before: OTHER,
    after: sha,
    deleted: false,
    repository: githubRepository(options),
    sender: { login: options.author ?? 'jane' },
    commits: [{ id: sha, added: ['a'], modified: ['hello.spec'], removed: [] }],
  };
}

export function githubRelease(options: PayloadOptions = {}): object {
  return {
    action: options.action ?? 'published',
    repository: githubRepository(options),
    sender: { login: 'jane' },
    release: { tag_name: options.tag ?? 'v1.1.0', target_commitish: 'main', name: '1.1.0' },
  };
}

export function githubComment(options: PayloadOptions = {}): object {
  const { action = 'created', body = '/packit build', author = 'jane' } = options;
  return {
    action,
    repository: githubRepository(options),
    sender: { login: author },
    issue: {
      number: 7,
      state: options.state ?? 'open',
      title: 'Fix it',
      user: { login: 'jo' },
      html_url: 'https://github.com/jane/hello/pull/7',
      labels: [],
      pull_request: { url: 'https://api.github.com/repos/jane/hello/pulls/7' },
    },
    comment: { id: 99, body, user: { login: author }, html_url: 'https://github.com/jane/hello/pull/7#c99' },
  };
}

export function gitlabMergeRequest(
  options: PayloadOptions & { oldrev?: string; added?: string } = {},
): object {
  const { action = 'open', labels = [], state = 'opened', sha = SHA } = options;
  return {
    object_kind: 'merge_request',
    user: { username: options.author ?? 'jo' },
    project: {
      path_with_namespace: 'group/sub/hello',
      web_url: 'https://gitlab.example.org/group/sub/hello',
      default_branch: 'main',
    },
    labels: labels.map((title) => ({ title })),
    changes:
      options.added === undefined ? {} : { labels: { previous: [], current: [{ title: options.added }] } },
    object_attributes: {
      iid: 7,
      action,
      state,
      title: 'Fix it',
      url: 'https://gitlab.example.org/group/sub/hello/-/merge_requests/7',
      source_branch: 'fix',
      target_branch: options.branch ?? 'main',
      source: { path_with_namespace: 'jo/hello' },
      last_commit: { id: sha },
      ...(options.oldrev === undefined ? {} : { oldrev: options.oldrev }),
    },
  };
}

export function gitlabPipeline(more: Record<string, string> = {}): Record<string, string> {
  return {
    GITLAB_CI: 'true',
    CI_SERVER_URL: 'https://gitlab.example.org',
    CI_PROJECT_PATH: 'group/sub/hello',
    CI_DEFAULT_BRANCH: 'main',
    CI_COMMIT_SHA: SHA,
    GITLAB_USER_LOGIN: 'jo',
    ...more,
  };
}

export function pagureMessage(options: PayloadOptions = {}): object {
  return {
    agent: options.author ?? 'jo',
    pullrequest: {
      id: 7,
      title: 'Fix it',
      status: options.state ?? 'Open',
      user: { name: 'jo' },
      project: {
        name: 'hello',
        namespace: 'rpms',
        url_path: 'rpms/hello',
        parent: null,
        user: { name: 'jane' },
      },
      repo_from: { name: 'hello', namespace: 'rpms', parent: { name: 'hello' }, user: { name: 'jo' } },
      branch: options.branch ?? 'rawhide',
      branch_from: 'fix',
      commit_stop: options.sha ?? SHA,
      tags: [...(options.labels ?? [])],
      comments: options.body === undefined ? [] : [{ id: 5, comment: options.body, user: { name: 'jane' } }],
    },
  };
}

export function pagurePush(options: PayloadOptions = {}): object {
  return {
    agent: 'jane',
    branch: options.branch ?? 'rawhide',
    end_commit: options.sha ?? SHA,
    changed_files: { 'hello.spec': 'M' },
    repo: { name: 'hello', namespace: 'rpms', parent: null, user: { name: 'jane' } },
  };
}
