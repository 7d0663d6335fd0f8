/** A Pagure (API version 0) that keeps its word as the real one does. */
import { branchesOf, defaultBranchOf, fileOf, tagsOf } from '../bare.ts';
import { pagureFlags } from './pagure-statuses.ts';
import { describeComments, pagureThreads } from './pagure-threads.ts';
import { pageOf } from './paging.ts';
import { Answered } from './server.ts';
import type { Call, Dialect, Reply, Route } from './server.ts';
import { addFork, findProject, hasCommit } from './state.ts';
import type { ForgeState, TestProject, TestPullRequest } from './state.ts';

/** What Pagure's token page calls them. */
export const PAGURE_RIGHTS = [
  'fork_project',
  'pull_request_create',
  'pull_request_update',
  'modify_project',
  'commit',
  'commit_flag',
  'pull_request_comment',
  'issue_comment',
  'issue_create',
  'issue_change_status',
] as const;

export function pagureDialect(state: ForgeState, url: string, sshUrl: string): Dialect {
  const tools = { state, projectOf, refused };
  const flags = pagureFlags(tools);
  const threads = pagureThreads(tools, url);
  const badToken = refused(
    401,
    'EINVALIDTOK',
    `Invalid or expired token. Please visit ${url}/settings#nav-api-tab to get or renew your API token.`,
  );
  return {
    userOf: ({ authorization }) =>
      authorization === undefined
        ? undefined
        : (state.users.find(({ token }) => authorization === `token ${token}`) ?? 'bad'),
    badToken,
    tokenNeeded: badToken,
    rightMissing: (right) => ({
      ...badToken,
      body: { ...(badToken.body as object), errors: `Missing ACLs: ${right}` },
    }),
    notFound: { status: 404, body: "<html><head><title>Page not found :'( - Pagure</title></head></html>" },
    routes: [
      { method: 'GET', path: '/api/0/version', run: () => ok({ version: '0.31' }) },
      {
        method: 'POST',
        path: '/api/0/-/whoami',
        login: true,
        run: ({ user }) => ok({ username: user?.name }),
      },
      { method: 'POST', path: '/api/0/fork', right: 'fork_project', run: fork },
      ...everywhere('GET', '', (call) => ok(describe(projectOf(call)))),
      ...everywhere('GET', '/git/branches', (call) => {
        const project = projectOf(call);
        const branches = [...branchesOf(project.directory).keys()];
        return ok({
          branches,
          default: defaultBranchOf(project.directory) ?? null,
          total_branches: branches.length,
        });
      }),
      ...everywhere('GET', '/git/urls', (call) => {
        const path = pathOf(projectOf(call)).replace(/^fork\//, 'forks/');
        // The template of Fedora's dist-git, filled in for those who are logged in.
        const base =
          call.user === undefined ? sshUrl.replace(/^ssh:\/\/[^@]*@/, 'ssh://{username}@') : sshUrl;
        return ok({ total_urls: 2, urls: { git: `${url}/${path}.git`, ssh: `${base}/${path}.git` } });
      }),
      ...everywhere('GET', '/git/tags', (call) => {
        call.allow('with_commits=True');
        const tags = tagsOf(projectOf(call).directory);
        return ok({ total_tags: tags.size, tags: Object.fromEntries(tags) });
      }),
      ...everywhere('GET', '/pull-requests', listPullRequests),
      { method: 'GET', path: '/api/0/group/:group', run: flags.group },
      ...everywhere('GET', '/pull-request/:number', (call) => {
        const project = projectOf(call);
        const found = project.pullRequests.find(({ number }) => String(number) === call.parts.number);
        if (found === undefined) return refused(404, 'ENOREQ', 'Pull-Request not found');
        return ok(describeRequest(project, found));
      }),
      ...everywhere(
        'POST',
        '/pull-request/:number/comment',
        threads.commentOnRequest,
        'pull_request_comment',
      ),
      ...everywhere('GET', '/c/:sha/flag', flags.flags),
      ...everywhere('POST', '/c/:sha/flag', flags.setFlag, 'commit_flag'),
      ...everywhere('GET', '/issues', threads.issues),
      ...everywhere('GET', '/issue/:number', threads.issue),
      ...everywhere('POST', '/issue/:number/comment', threads.commentOnIssue, 'issue_comment'),
      ...everywhere('POST', '/new_issue', threads.createIssue, 'issue_create'),
      ...everywhere('POST', '/issue/:number/status', threads.statusOfIssue, 'issue_change_status'),
      ...everywhere('POST', '/pull-request/new', createPullRequest, 'pull_request_create'),
      ...everywhere('POST', '/pull-request/:number', updatePullRequest, 'pull_request_update'),
      ...everywhere('POST', '/git/modifyacls', modifyAccess, 'modify_project'),
      ...everywhere('GET', '/raw/:ref/f/:path*', rawFile).map((route) => ({
        ...route,
        path: route.path.replace('/api/0', ''),
      })),
    ],
  };

  function projectOf(call: Call): TestProject {
    const { namespace = '', name = '', forkOwner } = call.parts;
    const project = findProject(state, { namespace, name, forkOwner });
    if (project === undefined || project.hiddenFor > 0) {
      if (project !== undefined) project.hiddenFor -= 1;
      throw new Answered(refused(404, 'ENOPROJECT', 'Project not found'));
    }
    return project;
  }

  function describe(project: TestProject): Record<string, unknown> {
    const path = pathOf(project);
    return {
      id: project.id,
      name: project.name,
      namespace: project.namespace === '' ? null : project.namespace,
      fullname: path.replace(/^fork\//, 'forks/'),
      url_path: path,
      full_url: `${url}/${path}`,
      description: project.description,
      // Pagure says it only of private projects.
      ...(project.private ? { private: true } : {}),
      user: {
        name: project.users.owner[0],
        fullname: project.users.owner[0],
        url_path: `user/${project.users.owner[0]}`,
      },
      parent: project.parent === undefined ? null : describe(project.parent),
      access_users: project.users,
      access_groups: project.groups,
      tags: [],
      milestones: {},
      date_created: '1700000000',
      date_modified: '1700000000',
    };
  }

  function describeRequest(project: TestProject, request: TestPullRequest): Record<string, unknown> {
    return {
      id: request.number,
      title: request.title,
      initial_comment: request.description,
      status: { open: 'Open', closed: 'Closed', merged: 'Merged' }[request.state],
      user: { name: request.author },
      branch: request.targetBranch,
      branch_from: request.sourceBranch,
      repo_from: describe(request.source),
      project: describe(project),
      // The first commit of the request; the tests' have one.
      commit_start: branchesOf(request.source.directory).get(request.sourceBranch) ?? null,
      commit_stop: branchesOf(request.source.directory).get(request.sourceBranch) ?? null,
      date_created: '1700000000.123456',
      closed_by: null,
      comments: describeComments(project, { on: 'pull-request', number: request.number }),
      tags: request.labels,
      full_url: `${url}/${pathOf(project)}/pull-request/${request.number}`,
    };
  }

  function fork(call: Call): Reply {
    const { repo = '', namespace = '', wait } = call.form('repo', 'namespace?', 'wait?');
    const forkOwner = call.user?.name ?? '';
    const parent = findProject(state, { namespace, name: repo });
    if (parent === undefined) return refused(404, 'ENOPROJECT', 'Project not found');
    if (findProject(state, { namespace, name: repo, forkOwner }) !== undefined) {
      return refused(400, 'ENOCODE', `Repo "forks/${forkOwner}/${pathOf(parent)}" already exists`);
    }
    const made = addFork(state, parent, { namespace, name: repo, forkOwner }, forkOwner);
    return ok({
      message: `Repo "${pathOf(parent)}" cloned to "${forkOwner}/${pathOf(made)}"`,
      ...(wait === 'True' ? {} : { pending: true }),
    });
  }

  function listPullRequests(call: Call): Reply {
    call.allow('status=Open|Closed|Merged|All', 'author', 'assignee', 'page', 'per_page');
    const project = projectOf(call);
    const status = (call.query.get('status') ?? 'Open').toLowerCase();
    const author = call.query.get('author');
    const matching = project.pullRequests
      .filter(
        (request) =>
          (status === 'all' || request.state === status) && (author === null || request.author === author),
      )
      .toReversed();
    const page = pageOf(call, matching, 'per_page', 20);
    const next =
      page.number < page.last
        ? `${url}/api/0/${pathOf(project)}/pull-requests?page=${page.number + 1}`
        : null;
    return ok({
      args: { author, status, page: page.number },
      total_requests: page.total,
      pagination: { next, page: page.number, pages: page.last, per_page: page.size },
      requests: page.items.map((request) => describeRequest(project, request)),
    });
  }

  function createPullRequest(call: Call): Reply {
    const project = projectOf(call);
    const form = call.form(
      'title',
      'branch_to',
      'branch_from',
      'initial_comment?',
      'repo_from?',
      'repo_from_username?',
      'repo_from_namespace?',
    );
    const invalid = (errors: unknown): Reply =>
      refused(400, 'EINVALIDREQ', 'Invalid or incomplete input submitted', errors);
    if ((form.title ?? '') === '') return invalid({ title: ['This field is required.'] });
    const source =
      form.repo_from === undefined
        ? project
        : findProject(state, {
            name: form.repo_from,
            namespace: form.repo_from_namespace ?? '',
            forkOwner: form.repo_from_username,
          });
    if (source === undefined) return invalid('The repository the pull-request comes from does not exist');
    for (const [branch = '', repository, word] of [
      [form.branch_to, project, 'target'],
      [form.branch_from, source, 'source'],
    ] as const) {
      if (!branchesOf(repository.directory).has(branch)) {
        return invalid(`Branch ${branch} could not be found in the ${word} repo`);
      }
    }
    const request: TestPullRequest = {
      number: project.nextNumber++,
      title: form.title ?? '',
      description: form.initial_comment ?? '',
      state: 'open',
      author: call.user?.name ?? '',
      source,
      sourceBranch: form.branch_from ?? '',
      targetBranch: form.branch_to ?? '',
      maintainersMayEdit: false,
      labels: [],
    };
    project.pullRequests.push(request);
    return ok(describeRequest(project, request));
  }

  function updatePullRequest(call: Call): Reply {
    const project = projectOf(call);
    const { title = '', initial_comment = '' } = call.form('title', 'initial_comment?');
    const request = project.pullRequests.find(({ number }) => String(number) === call.parts.number);
    if (request === undefined) return refused(404, 'ENOREQ', 'Pull-Request not found');
    if (title === '')
      return refused(400, 'EINVALIDREQ', 'Invalid or incomplete input submitted', {
        title: ['This field is required.'],
      });
    request.title = title;
    request.description = initial_comment;
    return ok(describeRequest(project, request));
  }

  function modifyAccess(call: Call): Reply {
    const project = projectOf(call);
    const { user_type = '', name = '', acl = '' } = call.form('user_type', 'name', 'acl');
    const caller = call.user?.name ?? '';
    if (![...project.users.owner, ...project.users.admin].includes(caller)) {
      return refused(401, 'EMODIFYPROJECTNOTALLOWED', 'You are not allowed to modify this project');
    }
    if (!['', 'ticket', 'collaborator', 'commit', 'admin'].includes(acl)) {
      return refused(400, 'EINVALIDREQ', 'Invalid or incomplete input submitted', {
        acl: ['Not a valid choice'],
      });
    }
    if (user_type === 'user' && !state.users.some((user) => user.name === name)) {
      return refused(404, 'ENOUSER', 'No such user found');
    }
    const lists: Record<string, string[]> =
      user_type === 'group' ? { ...project.groups } : { ...project.users };
    for (const [level, names] of Object.entries(lists)) {
      const at = level === 'owner' ? -1 : names.indexOf(name);
      if (at >= 0) names.splice(at, 1);
    }
    if (acl !== '') lists[acl]?.push(name);
    return ok(describe(project));
  }

  function rawFile(call: Call): Reply {
    const project = projectOf(call);
    const { ref = '', path = '' } = call.parts;
    hasCommit(project, ref);
    const bytes = fileOf(project.directory, ref, path);
    return bytes === undefined
      ? { status: 404, body: '<html><head><title>Page not found</title></head></html>' }
      : { status: 200, type: 'text/plain', body: bytes };
  }
}

/** A project's route for projects with and without namespace, and for forks of both. */
function everywhere(method: string, suffix: string, run: Route['run'], right?: string): Route[] {
  return ['/fork/:forkOwner/:namespace/:name', '/fork/:forkOwner/:name', '/:namespace/:name', '/:name'].map(
    (place) => ({
      method,
      path: `/api/0${place}${suffix}`,
      run,
      ...(right === undefined ? {} : { right }),
    }),
  );
}

function pathOf(project: TestProject): string {
  const fork = project.forkOwner === undefined ? [] : ['fork', project.forkOwner];
  return [...fork, project.namespace, project.name].filter((part) => part !== '').join('/');
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function refused(status: number, error_code: string, error: string, errors?: unknown): Reply {
  return { status, body: { error, error_code, ...(errors === undefined ? {} : { errors }) } };
}
