/** A Forgejo (API version 1). */
import { branchesOf, defaultBranchOf, fileOf, tagsOf } from '../bare.ts';
import { forgejoStatuses } from './forgejo-statuses.ts';
import { forgejoThreads } from './forgejo-threads.ts';
import { linkHeader, pageOf } from './paging.ts';
import { Answered } from './server.ts';
import type { Call, Dialect, Reply } from './server.ts';
import { addFork, findProject, hasCommit, mayPush } from './state.ts';
import type { ForgeState, TestProject, TestPullRequest, TestRelease } from './state.ts';
import type { Tools } from './tools.ts';

export function forgejoDialect(state: ForgeState, url: string, sshUrl: string): Dialect {
  const refused = (status: number, message: string): Reply => ({
    status,
    body: { message, url: `${url}/api/swagger` },
  });
  const missing: Reply = {
    status: 404,
    body: { errors: null, message: "The target couldn't be found.", url: `${url}/api/swagger` },
  };
  const at = '/api/v1/repos/:owner/:name';
  const answered = (body: unknown, status = 200): Reply => ({ status, body });
  const tools: Tools = { state, url, at, projectOf, list, ok: answered, refused, missing };
  return {
    userOf: ({ authorization }) =>
      authorization === undefined
        ? undefined
        : (state.users.find(({ token }) => authorization === `token ${token}`) ?? 'bad'),
    badToken: refused(401, 'invalid username, password or token'),
    tokenNeeded: refused(401, 'token is required'),
    rightMissing: (right, { rights = [] }) =>
      refused(
        403,
        `token does not have at least one of required scope(s), required=[${right}], token scope=${rights.join(',')}`,
      ),
    notFound: { status: 404, type: 'text/plain', body: 'Not found.\n' },
    routes: [
      { method: 'GET', path: '/api/v1/version', run: () => ok({ version: '11.0.1+gitea-1.22.0' }) },
      {
        method: 'GET',
        path: '/api/v1/user',
        right: 'read:user',
        run: ({ user }) => ok({ id: 1, login: user?.name, username: user?.name }),
      },
      { method: 'GET', path: at, run: (call) => ok(describe(projectOf(call))) },
      {
        method: 'GET',
        path: `${at}/branches`,
        run: (call) =>
          list(
            call,
            [...branchesOf(projectOf(call).directory)].map(([name, id]) => ({ name, commit: { id } })),
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
      {
        method: 'GET',
        path: `${at}/forks`,
        run: (call) => {
          const parent = projectOf(call);
          return list(
            call,
            state.projects
              .filter((project) => project.parent === parent && project.hiddenFor === 0)
              .map(describe),
          );
        },
      },
      { method: 'POST', path: `${at}/forks`, right: 'write:repository', run: fork },
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
      ...forgejoStatuses(tools),
      ...forgejoThreads(tools),
      { method: 'POST', path: `${at}/pulls`, right: 'write:repository', run: createPullRequest },
      { method: 'PATCH', path: `${at}/pulls/:number`, right: 'write:repository', run: updatePullRequest },
      {
        method: 'GET',
        path: `${at}/releases`,
        run: (call) => {
          call.allow('draft=true|false', 'pre-release', 'limit', 'page');
          const project = projectOf(call);
          const releases = project.releases.filter(({ draft }) => draft !== true);
          return list(
            call,
            releases.map((release) => describeRelease(project, release)),
            ['draft'],
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
    call.allow('page', 'limit', ...parameters);
    const page = pageOf(call, all, 'limit', 30, 50);
    const link = linkHeader(`${url}/api/v1/repos`, page);
    return { status: 200, body: page.items, headers: { 'x-total-count': String(page.total), ...link } };
  }

  function describe(project: TestProject): Record<string, unknown> {
    const path = `${project.namespace}/${project.name}`;
    const defaultBranch = defaultBranchOf(project.directory);
    return {
      id: project.id,
      owner: { login: project.namespace, username: project.namespace },
      name: project.name,
      full_name: path,
      description: project.description,
      empty: defaultBranch === undefined,
      private: project.private,
      archived: project.archived,
      has_issues: project.issuesOff !== true,
      has_pull_requests: project.requestsOff !== true,
      fork: project.parent !== undefined,
      // Gitea says nothing of what is not there.
      ...(project.parent === undefined ? {} : { parent: describe(project.parent) }),
      default_branch: defaultBranch ?? 'main',
      html_url: `${url}/${path}`,
      clone_url: `${url}/${path}.git`,
      ssh_url: `${sshUrl}/${path}.git`,
    };
  }

  function describeRequest(project: TestProject, request: TestPullRequest): Record<string, unknown> {
    const side = (repository: TestProject, ref: string) => ({
      label: ref,
      ref,
      sha: branchesOf(repository.directory).get(ref) ?? '',
      repo_id: repository.id,
      repo: describe(repository),
    });
    return {
      id: request.number,
      number: request.number,
      title: request.title,
      body: request.description,
      state: request.state === 'open' ? 'open' : 'closed',
      merged: request.state === 'merged',
      user: { login: request.author },
      html_url: `${url}/${project.namespace}/${project.name}/pulls/${request.number}`,
      allow_maintainer_edit: request.maintainersMayEdit,
      labels: request.labels.map((name, id) => ({ id, name })),
      base: side(project, request.targetBranch),
      head: side(request.source, request.sourceBranch),
    };
  }

  function describeRelease(project: TestProject, release: TestRelease): Record<string, unknown> {
    return {
      tag_name: release.tag,
      name: release.title,
      body: release.description,
      draft: release.draft === true,
      prerelease: release.prerelease === true,
      published_at: '2024-02-29T12:00:00Z',
      html_url: `${url}/${project.namespace}/${project.name}/releases/tag/${release.tag}`,
    };
  }

  function contents(call: Call): Reply {
    call.allow('ref');
    const project = projectOf(call);
    const path = call.parts.path ?? '';
    const ref = call.query.get('ref') ?? 'HEAD';
    hasCommit(project, ref);
    const bytes = fileOf(project.directory, ref, path);
    if (bytes === undefined) {
      const errors = [`object does not exist [id: , rel_path: ${path}]`];
      return { status: 404, body: { errors, message: 'GetContentsOrList', url: `${url}/api/swagger` } };
    }
    return ok({ type: 'file', path, encoding: 'base64', content: Buffer.from(bytes).toString('base64') });
  }

  function fork(call: Call): Reply {
    call.json({ 'organization?': 'string', 'name?': 'string' });
    const parent = projectOf(call);
    const owner = call.user?.name ?? '';
    const existing = state.projects.find(
      (project) => project.parent === parent && project.namespace === owner,
    );
    if (existing !== undefined) {
      return refused(
        409,
        `repository is already forked by user [uname: ${owner}, repo path: ${parent.namespace}/${parent.name}, fork path: ${owner}/${existing.name}]`,
      );
    }
    if (findProject(state, { namespace: owner, name: parent.name }) !== undefined) {
      return refused(409, `repository already exists [uname: ${owner}, name: ${parent.name}]`);
    }
    return {
      status: 202,
      body: describe(addFork(state, parent, { namespace: owner, name: parent.name }, owner)),
    };
  }

  function listPullRequests(call: Call): Reply {
    call.allow('state=open|closed|all', 'sort', 'limit', 'page');
    const project = projectOf(call);
    const wanted = call.query.get('state') ?? 'open';
    const matching = project.pullRequests.filter(
      (request) => wanted === 'all' || (request.state === 'open') === (wanted === 'open'),
    );
    return list(
      call,
      matching.toReversed().map((request) => describeRequest(project, request)),
      ['state', 'sort'],
    );
  }

  function createPullRequest(call: Call): Reply {
    const project = projectOf(call);
    const fields = call.json({ title: 'string', 'body?': 'string', base: 'string', head: 'string' });
    const text = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');
    const head = text('head');
    const [owner, sourceBranch = ''] = head.includes(':') ? head.split(':') : [undefined, head];
    const source =
      owner === undefined || owner === project.namespace
        ? project
        : state.projects.find((candidate) => candidate.namespace === owner && candidate.parent === project);
    if (source === undefined || !branchesOf(source.directory).has(sourceBranch)) return missing;
    const targetBranch = text('base');
    if (!branchesOf(project.directory).has(targetBranch)) return missing;
    const open = project.pullRequests.find(
      (request) =>
        request.state === 'open' &&
        request.source === source &&
        request.sourceBranch === sourceBranch &&
        request.targetBranch === targetBranch,
    );
    if (open !== undefined) {
      return refused(
        409,
        `pull request already exists for these targets [id: ${open.number}, issue_id: ${open.number}, head_repo_id: ${source.id}, base_repo_id: ${project.id}, head_branch: ${sourceBranch}, base_branch: ${targetBranch}]`,
      );
    }
    if (text('title') === '') return refused(422, '[Title]: Required');
    const request: TestPullRequest = {
      number: project.nextNumber++,
      title: text('title'),
      description: text('body'),
      state: 'open',
      author: call.user?.name ?? '',
      source,
      sourceBranch,
      targetBranch,
      maintainersMayEdit: false,
      labels: [],
    };
    project.pullRequests.push(request);
    return { status: 201, body: describeRequest(project, request) };
  }

  function updatePullRequest(call: Call): Reply {
    const project = projectOf(call);
    const fields = call.json({
      'title?': 'string',
      'body?': 'string',
      'state?': 'string',
      'allow_maintainer_edit?': 'boolean',
    });
    const request = project.pullRequests.find(({ number }) => String(number) === call.parts.number);
    if (request === undefined) return missing;
    const user = call.user?.name ?? '';
    if (request.author !== user && !mayPush(project, user))
      return refused(403, 'user should have permission to edit');
    if (typeof fields.title === 'string') request.title = fields.title;
    if (typeof fields.body === 'string') request.description = fields.body;
    if (typeof fields.allow_maintainer_edit === 'boolean')
      request.maintainersMayEdit = fields.allow_maintainer_edit;
    return { status: 201, body: describeRequest(project, request) };
  }
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}
