/** A GitHub Enterprise Server: GitHub's REST API below `/api/v3`. */
import { createHash } from 'node:crypto';
import { blobOf, branchesOf, defaultBranchOf, fileOf, tagsOf } from '../bare.ts';
import { githubStatuses } from './github-statuses.ts';
import { githubThreads } from './github-threads.ts';
import { linkHeader, pageOf } from './paging.ts';
import { Answered } from './server.ts';
import type { Call, Dialect, Reply } from './server.ts';
import { addFork, findProject, hasCommit, mayPush } from './state.ts';
import type { ForgeState, TestProject, TestPullRequest, TestRelease } from './state.ts';
import type { Tools } from './tools.ts';

const DOCS = 'https://docs.github.com/rest';
/** Files above this come without their content (1 MB there). */
const LARGE = 1024 * 1024;

export function githubDialect(state: ForgeState, url: string, sshUrl: string): Dialect {
  const headers = { 'x-github-request-id': 'A1B2:C3D4', 'x-ratelimit-remaining': '4999' };
  const ok = (body: unknown, status = 200): Reply => ({ status, body, headers });
  const refused = (status: number, message: string, errors?: unknown[]): Reply => ({
    status,
    headers,
    body: {
      message,
      ...(errors === undefined ? {} : { errors }),
      documentation_url: DOCS,
      status: String(status),
    },
  });
  const missing = refused(404, 'Not Found');
  const at = '/api/v3/repos/:owner/:name';
  const tools: Tools = { state, url, at, projectOf, list, ok, refused, missing };

  return {
    userOf: ({ authorization }) =>
      authorization === undefined
        ? undefined
        : (state.users.find(
            ({ token }) => authorization === `token ${token}` || authorization === `Bearer ${token}`,
          ) ?? 'bad'),
    badToken: refused(401, 'Bad credentials'),
    tokenNeeded: refused(401, 'Requires authentication'),
    rightMissing: () => refused(403, 'Resource not accessible by personal access token'),
    notFound: missing,
    routes: [
      {
        method: 'GET',
        path: '/api/v3/meta',
        run: () => ok({ verifiable_password_authentication: true, installed_version: '3.17.0' }),
      },
      {
        method: 'GET',
        path: '/api/v3/user',
        login: true,
        run: ({ user }) =>
          user?.token.startsWith('ghs_') === true
            ? refused(403, 'Resource not accessible by integration')
            : {
                ...ok({ login: user?.name, id: 1, type: 'User' }),
                headers: {
                  ...headers,
                  'x-oauth-scopes': (user?.rights ?? ['repo', 'workflow']).join(', '),
                },
              },
      },
      {
        method: 'POST',
        path: '/api/graphql',
        login: true,
        run: (call) => {
          const { query } = call.json({ query: 'string', 'variables?': 'object' });
          if (query !== 'query { viewer { login } }') return refused(400, 'Problems parsing JSON');
          return ok({ data: { viewer: { login: call.user?.name } } });
        },
      },
      ...githubStatuses(tools),
      ...githubThreads(tools),
      { method: 'GET', path: at, run: (call) => ok(describe(projectOf(call))) },
      {
        method: 'GET',
        path: `${at}/branches`,
        run: (call) =>
          list(
            call,
            [...branchesOf(projectOf(call).directory)].map(([name, sha]) => ({ name, commit: { sha, url } })),
          ),
      },
      {
        method: 'GET',
        path: `${at}/tags`,
        run: (call) =>
          list(
            call,
            [...tagsOf(projectOf(call).directory)].map(([name, sha]) => ({ name, commit: { sha, url } })),
          ),
      },
      { method: 'GET', path: `${at}/contents/:path*`, run: contents },
      { method: 'GET', path: `${at}/git/blobs/:sha`, run: blob },
      {
        method: 'GET',
        path: `${at}/forks`,
        run: (call) => {
          const parent = projectOf(call);
          const forks = state.projects.filter(
            (project) => project.parent === parent && project.hiddenFor === 0,
          );
          return list(call, forks.map(describe), ['sort=newest|oldest|stargazers|watchers']);
        },
      },
      { method: 'POST', path: `${at}/forks`, right: 'public_repo', run: fork },
      { method: 'GET', path: `${at}/pulls`, run: listPullRequests },
      {
        method: 'GET',
        path: `${at}/pulls/:number`,
        run: (call) => {
          const project = projectOf(call);
          const found = project.pullRequests.find(({ number }) => String(number) === call.parts.number);
          return found === undefined ? missing : ok(describeRequest(project, found));
        },
      },
      { method: 'POST', path: `${at}/pulls`, right: 'public_repo', run: createPullRequest },
      { method: 'PATCH', path: `${at}/pulls/:number`, right: 'public_repo', run: updatePullRequest },
      {
        method: 'GET',
        path: `${at}/releases`,
        run: (call) => {
          const project = projectOf(call);
          return list(
            call,
            visible(project, call).map((release) => describeRelease(project, release)),
          );
        },
      },
      {
        method: 'GET',
        path: `${at}/releases/tags/:tag`,
        run: (call) => {
          const project = projectOf(call);
          const release = project.releases.find(({ tag, draft }) => tag === call.parts.tag && draft !== true);
          return release === undefined ? missing : ok(describeRelease(project, release));
        },
      },
    ],
  };

  function projectOf(call: Call): TestProject {
    const { owner = '', name = '' } = call.parts;
    const project = findProject(state, { namespace: owner, name });
    const hidden =
      project?.private === true && (call.user === undefined || !mayPush(project, call.user.name));
    if (project === undefined || hidden || project.hiddenFor > 0) {
      if (project !== undefined && project.hiddenFor > 0) project.hiddenFor -= 1;
      throw new Answered(missing);
    }
    return project;
  }

  function list(call: Call, all: unknown[], parameters: string[] = []): Reply {
    call.allow('page', 'per_page', ...parameters);
    const page = pageOf(call, all, 'per_page', 30);
    const self = `${url}${call.path}?${call.query.toString()}`;
    return { status: 200, body: page.items, headers: { ...headers, ...linkHeader(self, page) } };
  }

  /** Drafts are shown to those who may publish them. */
  function visible(project: TestProject, { user }: Call): TestRelease[] {
    const insider = user !== undefined && mayPush(project, user.name);
    return project.releases.filter(({ draft }) => draft !== true || insider);
  }

  function describe(project: TestProject): Record<string, unknown> {
    const path = `${project.namespace}/${project.name}`;
    return {
      id: project.id,
      name: project.name,
      full_name: path,
      owner: { login: project.namespace, type: 'User' },
      private: project.private,
      archived: project.archived,
      has_issues: project.issuesOff !== true,
      description: project.description === '' ? null : project.description,
      fork: project.parent !== undefined,
      ...(project.parent === undefined ? {} : { parent: describe(project.parent) }),
      default_branch: defaultBranchOf(project.directory) ?? 'main',
      html_url: `${url}/${path}`,
      clone_url: `${url}/${path}.git`,
      ssh_url: `${sshUrl}/${path}.git`,
    };
  }

  function describeRequest(project: TestProject, request: TestPullRequest): Record<string, unknown> {
    const side = (repository: TestProject, ref: string) => ({
      label: `${repository.namespace}:${ref}`,
      ref,
      sha: branchesOf(repository.directory).get(ref) ?? '',
      user: { login: repository.namespace },
      repo: describe(repository),
    });
    return {
      id: request.number,
      number: request.number,
      title: request.title,
      body: request.description === '' ? null : request.description,
      state: request.state === 'open' ? 'open' : 'closed',
      merged_at: request.state === 'merged' ? '2024-02-29T12:00:00Z' : null,
      user: { login: request.author },
      html_url: `${url}/${project.namespace}/${project.name}/pull/${request.number}`,
      maintainer_can_modify: request.maintainersMayEdit,
      labels: request.labels.map((name) => ({ name, color: 'ededed' })),
      base: side(project, request.targetBranch),
      head: side(request.source, request.sourceBranch),
    };
  }

  function describeRelease(project: TestProject, release: TestRelease): Record<string, unknown> {
    return {
      id: 1,
      tag_name: release.tag,
      name: release.title === '' ? null : release.title,
      body: release.description,
      draft: release.draft === true,
      prerelease: release.prerelease === true,
      published_at: release.draft === true ? null : '2024-02-29T12:00:00Z',
      html_url: `${url}/${project.namespace}/${project.name}/releases/tag/${release.tag}`,
    };
  }

  function contents(call: Call): Reply {
    call.allow('ref');
    const path = call.parts.path ?? '';
    const project = projectOf(call);
    const ref = call.query.get('ref') ?? 'HEAD';
    // Also those of pull requests from forks.
    hasCommit(project, ref);
    const bytes = fileOf(project.directory, ref, path);
    if (bytes === undefined) return missing;
    const sha = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    const large = bytes.length > LARGE;
    return ok({
      type: 'file',
      path,
      sha,
      size: bytes.length,
      encoding: large ? 'none' : 'base64',
      content: large ? '' : lines(bytes),
    });
  }

  function blob(call: Call): Reply {
    const { directory } = projectOf(call);
    const sha = call.parts.sha ?? '';
    const bytes = blobOf(directory, sha);
    return bytes === undefined ? missing : ok({ sha, encoding: 'base64', content: lines(bytes) });
  }

  /** An existing fork is answered like a new one. */
  function fork(call: Call): Reply {
    const parent = projectOf(call);
    const owner = call.user?.name ?? '';
    const existing = state.projects.find(
      (project) => project.parent === parent && project.namespace === owner,
    );
    return ok(
      describe(
        existing ?? addFork(state, parent, { namespace: owner, name: freeName(owner, parent.name) }, owner),
      ),
      202,
    );
  }

  /** GitHub counts up where the name is taken. */
  function freeName(owner: string, name: string): string {
    let free = name;
    for (let count = 1; findProject(state, { namespace: owner, name: free }) !== undefined; count += 1) {
      free = `${name}-${count}`;
    }
    return free;
  }

  function listPullRequests(call: Call): Reply {
    const project = projectOf(call);
    const wanted = call.query.get('state') ?? 'open';
    const base = call.query.get('base');
    const head = call.query.get('head');
    const matching = project.pullRequests.filter(
      (request) =>
        (wanted === 'all' || (request.state === 'open') === (wanted === 'open')) &&
        (base === null || request.targetBranch === base) &&
        (head === null || `${request.source.namespace}:${request.sourceBranch}` === head),
    );
    return list(
      call,
      matching.toReversed().map((request) => describeRequest(project, request)),
      ['state=open|closed|all', 'base', 'head', 'sort', 'direction'],
    );
  }

  function createPullRequest(call: Call): Reply {
    const project = projectOf(call);
    const fields = call.json({
      title: 'string',
      'body?': 'string',
      base: 'string',
      head: 'string',
      'maintainer_can_modify?': 'boolean',
    });
    const text = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');
    const invalid = (field: string): Reply =>
      refused(422, 'Validation Failed', [{ resource: 'PullRequest', field, code: 'invalid' }]);
    const [owner, sourceBranch = ''] = text('head').split(':');
    const source =
      owner === project.namespace
        ? project
        : state.projects.find((candidate) => candidate.namespace === owner && candidate.parent === project);
    if (source === undefined || !branchesOf(source.directory).has(sourceBranch)) return invalid('head');
    if (!branchesOf(project.directory).has(text('base'))) return invalid('base');
    const open = project.pullRequests.some(
      (request) =>
        request.state === 'open' &&
        request.source === source &&
        request.sourceBranch === sourceBranch &&
        request.targetBranch === text('base'),
    );
    if (open) {
      const message = `A pull request already exists for ${owner}:${sourceBranch}.`;
      return refused(422, 'Validation Failed', [{ resource: 'PullRequest', code: 'custom', message }]);
    }
    if (fields.maintainer_can_modify === true && !mayPush(source, call.user?.name ?? '')) {
      const message = "Fork collab can't be granted by someone without permission";
      return refused(422, 'Validation Failed', [
        { resource: 'PullRequest', code: 'custom', field: 'fork_collab', message },
      ]);
    }
    const request: TestPullRequest = {
      number: project.nextNumber++,
      title: text('title'),
      description: text('body'),
      state: 'open',
      author: call.user?.name ?? '',
      source,
      sourceBranch,
      targetBranch: text('base'),
      maintainersMayEdit: fields.maintainer_can_modify === true,
      labels: [],
    };
    project.pullRequests.push(request);
    return ok(describeRequest(project, request), 201);
  }

  function updatePullRequest(call: Call): Reply {
    const project = projectOf(call);
    const fields = call.json({ 'title?': 'string', 'body?': 'string', 'state?': 'string' });
    const request = project.pullRequests.find(({ number }) => String(number) === call.parts.number);
    if (request === undefined) return missing;
    if (typeof fields.title === 'string') request.title = fields.title;
    if (typeof fields.body === 'string') request.description = fields.body;
    return ok(describeRequest(project, request));
  }
}

/** Base64 in lines of 60, as GitHub wraps it. */
function lines(bytes: Uint8Array): string {
  return `${(
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,60}/g) ?? []
  ).join('\n')}\n`;
}
