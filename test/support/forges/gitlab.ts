/** A GitLab (API version 4). */
import { branchesOf, defaultBranchOf, fileOf, tagsOf } from '../bare.ts';
import { gitlabStatuses } from './gitlab-statuses.ts';
import { gitlabThreads } from './gitlab-threads.ts';
import { linkHeader, pageOf } from './paging.ts';
import { Answered } from './server.ts';
import type { Call, Dialect, Reply } from './server.ts';
import { addFork, hasCommit, mayPush } from './state.ts';
import type { ForgeState, TestProject, TestPullRequest, TestRelease } from './state.ts';
import type { Tools } from './tools.ts';

export function gitlabDialect(state: ForgeState, url: string, sshUrl: string): Dialect {
  const at = '/api/v4/projects/:id';
  const answered = (body: unknown, status = 200): Reply => ({ status, body });
  const missing = refused(404, '404 Not found');
  const tools: Tools = { state, url, at, projectOf, list, ok: answered, refused, missing };
  return {
    userOf(headers) {
      const own = headers['private-token'];
      const given = typeof own === 'string' ? own : /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1];
      return given === undefined ? undefined : (state.users.find(({ token }) => token === given) ?? 'bad');
    },
    badToken: refused(401, '401 Unauthorized'),
    tokenNeeded: refused(401, '401 Unauthorized'),
    rightMissing: (right) => ({
      status: 403,
      body: {
        error: 'insufficient_scope',
        error_description: 'The request requires higher privileges than provided by the access token.',
        scope: right,
      },
    }),
    notFound: { status: 404, body: { error: '404 Not Found' } },
    routes: [
      {
        method: 'GET',
        path: '/api/v4/version',
        login: true,
        run: () => ok({ version: '18.3.0', revision: '0123456789a' }),
      },
      {
        method: 'GET',
        path: '/api/v4/user',
        login: true,
        run: ({ user }) => ok({ id: 7, username: user?.name }),
      },
      {
        method: 'GET',
        path: '/api/v4/personal_access_tokens/self',
        login: true,
        run: ({ user }) =>
          ok({ id: 1, scopes: user?.rights ?? ['api'], active: true, expires_at: '2030-01-01' }),
      },
      { method: 'GET', path: at, run: (call) => ok(describe(projectOf(call))) },
      {
        method: 'GET',
        path: `${at}/repository/branches`,
        run: (call) =>
          list(
            call,
            [...branchesOf(projectOf(call).directory)].map(([name, id]) => ({ name, commit: { id } })),
          ),
      },
      {
        method: 'GET',
        path: `${at}/repository/tags`,
        run: (call) =>
          list(
            call,
            [...tagsOf(projectOf(call).directory)].map(([name, id]) => ({ name, commit: { id } })),
          ),
      },
      { method: 'GET', path: `${at}/repository/files/:path`, run: file },
      {
        method: 'GET',
        path: `${at}/forks`,
        run: (call) => {
          const parent = projectOf(call);
          const owned = call.query.get('owned') === 'true';
          const forks = state.projects.filter(
            (project) =>
              project.parent === parent &&
              project.hiddenFor === 0 &&
              (!owned || project.users.owner.includes(call.user?.name ?? '')),
          );
          return list(call, forks.map(describe), ['owned=true|false']);
        },
      },
      { method: 'POST', path: `${at}/fork`, right: 'api', run: fork },
      { method: 'GET', path: `${at}/merge_requests`, run: listRequests },
      {
        method: 'GET',
        path: `${at}/merge_requests/:number`,
        run: (call) => {
          const project = projectOf(call);
          const found = project.pullRequests.find(({ number }) => String(number) === call.parts.number);
          return found === undefined ? refused(404, '404 Not found') : ok(describeRequest(project, found));
        },
      },
      ...gitlabStatuses(tools),
      ...gitlabThreads(tools),
      { method: 'POST', path: `${at}/merge_requests`, right: 'api', run: createRequest },
      { method: 'PUT', path: `${at}/merge_requests/:number`, right: 'api', run: updateRequest },
      {
        method: 'GET',
        path: `${at}/releases`,
        run: (call) => {
          const project = projectOf(call);
          return list(
            call,
            project.releases.map((release) => describeRelease(project, release)),
          );
        },
      },
      {
        method: 'GET',
        path: `${at}/releases/:tag`,
        run: (call) => {
          const project = projectOf(call);
          const release = project.releases.find(({ tag }) => tag === call.parts.tag);
          return release === undefined
            ? refused(404, '404 Not Found')
            : ok(describeRelease(project, release));
        },
      },
    ],
  };

  function byId(id: string): TestProject | undefined {
    return state.projects.find(
      (project) => String(project.id) === id || `${project.namespace}/${project.name}` === id,
    );
  }

  function projectOf(call: Call): TestProject {
    const project = byId(call.parts.id ?? '');
    const hidden =
      project?.private === true && (call.user === undefined || !mayPush(project, call.user.name));
    if (project === undefined || hidden || project.hiddenFor > 0) {
      if (project !== undefined && project.hiddenFor > 0) project.hiddenFor -= 1;
      throw new Answered(refused(404, '404 Project Not Found'));
    }
    return project;
  }

  function list(call: Call, all: unknown[], parameters: string[] = []): Reply {
    call.allow('page', 'per_page', ...parameters);
    const page = pageOf(call, all, 'per_page', 20);
    const self = `${url}${call.path}?${call.query.toString()}`;
    return {
      status: 200,
      body: page.items,
      headers: {
        'x-total': String(page.total),
        'x-page': String(page.number),
        'x-next-page': page.number < page.last ? String(page.number + 1) : '',
        ...linkHeader(self, page),
      },
    };
  }

  function describe(project: TestProject): Record<string, unknown> {
    const path = `${project.namespace}/${project.name}`;
    const defaultBranch = defaultBranchOf(project.directory);
    return {
      id: project.id,
      name: project.name,
      path: project.name,
      path_with_namespace: path,
      namespace: { full_path: project.namespace, kind: 'group' },
      description: project.description,
      visibility: project.private ? 'private' : 'public',
      archived: project.archived,
      issues_access_level: project.issuesOff === true ? 'disabled' : 'enabled',
      merge_requests_access_level: project.requestsOff === true ? 'disabled' : 'enabled',
      empty_repo: defaultBranch === undefined,
      default_branch: defaultBranch ?? null,
      web_url: `${url}/${path}`,
      http_url_to_repo: `${url}/${path}.git`,
      ssh_url_to_repo: `${sshUrl}/${path}.git`,
      ...(project.parent === undefined
        ? {}
        : { forked_from_project: describe(project.parent), import_status: 'finished' }),
    };
  }

  function describeRequest(project: TestProject, request: TestPullRequest): Record<string, unknown> {
    return {
      id: 5000 + request.number,
      iid: request.number,
      project_id: project.id,
      title: request.title,
      description: request.description,
      state: request.state === 'open' ? 'opened' : request.state,
      author: { username: request.author },
      source_branch: request.sourceBranch,
      target_branch: request.targetBranch,
      source_project_id: request.source.id,
      target_project_id: project.id,
      allow_collaboration: request.maintainersMayEdit,
      labels: request.labels,
      sha: branchesOf(request.source.directory).get(request.sourceBranch) ?? null,
      web_url: `${url}/${project.namespace}/${project.name}/-/merge_requests/${request.number}`,
    };
  }

  function describeRelease(project: TestProject, release: TestRelease): Record<string, unknown> {
    return {
      tag_name: release.tag,
      name: release.title,
      description: release.description,
      released_at: '2024-02-29T12:00:00.000Z',
      upcoming_release: release.draft === true,
      _links: { self: `${url}/${project.namespace}/${project.name}/-/releases/${release.tag}` },
    };
  }

  function file(call: Call): Reply {
    call.allow('ref');
    const project = projectOf(call);
    const { directory } = project;
    const ref = call.query.get('ref') ?? '';
    const path = call.parts.path ?? '';
    hasCommit(project, ref);
    const known = branchesOf(directory).has(ref) || tagsOf(directory).has(ref) || /^[0-9a-f]{40}$/.test(ref);
    if (!known) return refused(404, '404 Commit Not Found');
    const bytes = fileOf(directory, ref, path);
    if (bytes === undefined) return refused(404, '404 File Not Found');
    return ok({ file_path: path, ref, encoding: 'base64', content: Buffer.from(bytes).toString('base64') });
  }

  function fork(call: Call): Reply {
    if ((call.headers['content-type'] ?? '') !== '')
      call.json({ 'namespace_path?': 'string', 'name?': 'string', 'path?': 'string' });
    const parent = projectOf(call);
    const owner = call.user?.name ?? '';
    if (byId(`${owner}/${parent.name}`) !== undefined) {
      const taken = ['has already been taken'];
      return { status: 409, body: { message: { project_namespace: taken, name: taken, path: taken } } };
    }
    const made = addFork(state, parent, { namespace: owner, name: parent.name }, owner);
    return { status: 201, body: { ...describe(made), import_status: 'scheduled' } };
  }

  function listRequests(call: Call): Reply {
    const project = projectOf(call);
    const { query } = call;
    const wanted = query.get('state') ?? 'all';
    const matching = project.pullRequests.filter(
      (request) =>
        (wanted === 'all' || (request.state === 'open' ? 'opened' : request.state) === wanted) &&
        (query.get('source_branch') ?? request.sourceBranch) === request.sourceBranch &&
        (query.get('target_branch') ?? request.targetBranch) === request.targetBranch,
    );
    return list(
      call,
      matching.toReversed().map((request) => describeRequest(project, request)),
      ['state=opened|closed|merged|locked|all', 'source_branch', 'target_branch', 'order_by', 'sort'],
    );
  }

  /** Sent to the project the branch is in. */
  function createRequest(call: Call): Reply {
    const source = projectOf(call);
    const fields = call.json({
      source_branch: 'string',
      target_branch: 'string',
      title: 'string',
      'description?': 'string',
      'target_project_id?': 'number',
      'allow_collaboration?': 'boolean',
    });
    const text = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');
    const author = call.user?.name ?? '';
    if (!mayPush(source, author)) return refused(403, '403 Forbidden');
    const target =
      typeof fields.target_project_id === 'number' ? byId(String(fields.target_project_id)) : source;
    if (target === undefined) return refused(404, '404 Project Not Found');
    const [sourceBranch, targetBranch] = [text('source_branch'), text('target_branch')];
    for (const [branch, { directory }, word] of [
      [sourceBranch, source, 'Source'],
      [targetBranch, target, 'Target'],
    ] as const) {
      if (!branchesOf(directory).has(branch)) {
        return { status: 422, body: { message: [`${word} branch "${branch}" does not exist`] } };
      }
    }
    const open = target.pullRequests.find(
      (request) =>
        request.state === 'open' &&
        request.source === source &&
        request.sourceBranch === sourceBranch &&
        request.targetBranch === targetBranch,
    );
    if (open !== undefined) {
      return {
        status: 409,
        body: {
          message: [`Another open merge request already exists for this source branch: !${open.number}`],
        },
      };
    }
    const request: TestPullRequest = {
      number: target.nextNumber++,
      title: text('title'),
      description: text('description'),
      state: 'open',
      author,
      source,
      sourceBranch,
      targetBranch,
      maintainersMayEdit: fields.allow_collaboration === true,
      labels: [],
    };
    target.pullRequests.push(request);
    return { status: 201, body: describeRequest(target, request) };
  }

  function updateRequest(call: Call): Reply {
    const project = projectOf(call);
    const fields = call.json({ 'title?': 'string', 'description?': 'string', 'wantedevent?': 'string' });
    const request = project.pullRequests.find(({ number }) => String(number) === call.parts.number);
    if (request === undefined) return refused(404, '404 Merge Request Not Found');
    const user = call.user?.name ?? '';
    if (request.author !== user && !mayPush(project, user)) return refused(403, '403 Forbidden');
    if (typeof fields.title === 'string') request.title = fields.title;
    if (typeof fields.description === 'string') request.description = fields.description;
    return ok(describeRequest(project, request));
  }
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function refused(status: number, message: string): Reply {
  return { status, body: { message } };
}
