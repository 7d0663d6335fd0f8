/** Forgejo and Gitea, API version 1: Codeberg, Fedora's forge. */
import { createApi, instanceOf, pathOf } from '../api.ts';
import type { Answer, Api, ClientOptions, Instance } from '../api.ts';
import { notAForgeError } from '../failure.ts';
import { numberAt, textAt, valueAt } from '../fields.ts';
import { isFrom, labelsOf, readRelease, refOf } from '../github-shape.ts';
import { projectPath, sameProject } from '../repository-url.ts';
import type { Forge, NewPullRequest, Project, ProjectRef, PullRequest, Tag } from '../types.ts';
import { forgejoComments } from './comments.ts';
import { forgejoIssues } from './issues.ts';
import { collect, repo } from './listing.ts';
import { forgejoPeople } from './people.ts';
import { forgejoStatuses } from './statuses.ts';

export function createForgejo(options: ClientOptions): Forge {
  const instance = instanceOf('forgejo', options);
  const api = createApi(instance, {
    ...options,
    base: `${options.instanceUrl}/api/v1`,
    isErrorBody: (body) => typeof body.message === 'string' && 'url' in body,
  });
  let user: Promise<string> | undefined;

  async function whoami(): Promise<string> {
    user ??= askUser(api, instance);
    user.catch(() => (user = undefined));
    return user;
  }

  async function getProject(project: ProjectRef): Promise<Project | undefined> {
    const action = `read ${projectPath(project)}`;
    const { status, body } = await api({ action, path: repo(project), accept: [404] });
    return status === 404 ? undefined : readProject({ ...instance, action }, body);
  }

  async function pullRequestCall(action: string, call: Promise<Answer>): Promise<PullRequest> {
    return readPullRequest({ ...instance, action }, (await call).body);
  }

  return {
    kind: 'forgejo',
    instanceUrl: instance.instanceUrl,
    host: instance.host,
    requestName: 'pull request',
    access: undefined,
    whoami,
    async checkToken() {
      // A token cannot ask for its own scopes: that takes the password.
      return { user: await whoami(), scopes: undefined, missing: [], expiresAt: undefined };
    },
    getProject,
    async getDefaultBranch(project) {
      const action = `read ${projectPath(project)}`;
      const { body } = await api({ action, path: repo(project) });
      return readProject({ ...instance, action }, body).defaultBranch;
    },
    async listBranches(project) {
      const action = `list the branches of ${projectPath(project)}`;
      const branches = await collect(api, { action, path: `${repo(project)}/branches` });
      return branches.flatMap((branch) => textAt(branch, 'name') ?? []);
    },
    async listTags(project) {
      const action = `list the tags of ${projectPath(project)}`;
      const tags = await collect(api, { action, path: `${repo(project)}/tags` });
      return tags.flatMap(readTag);
    },
    async readFile(project, path, ref) {
      const { status, body } = await api({
        action: `read ${path} of ${projectPath(project)} at ${ref}`,
        path: `${repo(project)}/contents${pathOf(...path.split('/'))}`,
        query: { ref },
        accept: [404],
      });
      const content = textAt(body, 'content');
      return status === 404 || content === undefined
        ? undefined
        : new Uint8Array(Buffer.from(content, 'base64'));
    },
    async findFork(project) {
      const owner = await whoami();
      const likely = await getProject({ namespace: owner, name: project.name });
      if (sameProject(likely?.parent, project)) return likely;
      const action = `list the forks of ${projectPath(project)}`;
      const forks = await collect(api, { action, path: `${repo(project)}/forks`, limit: 1000 });
      const own = forks.find((fork) => textAt(fork, 'owner', 'login') === owner);
      return own === undefined ? undefined : readProject({ ...instance, action }, own);
    },
    async createFork(project) {
      const action = `create a fork of ${projectPath(project)}`;
      const owner = await whoami();
      const { status, body } = await api({
        action,
        method: 'POST',
        path: `${repo(project)}/forks`,
        json: {},
        accept: [409],
      });
      // 409: forked already, maybe under another name, or a project of that name is in the way.
      if (status === 409) return { namespace: owner, name: project.name };
      const { namespace, name } = readProject({ ...instance, action }, body);
      return { namespace, name };
    },
    async findPullRequest(branches) {
      const action = `list the pull requests of ${projectPath(branches.target)}`;
      const query = { state: 'open' };
      const path = `${repo(branches.target)}/pulls`;
      const found = (await collect(api, { action, path, query })).find((item) => isFrom(item, branches));
      return found === undefined ? undefined : readPullRequest({ ...instance, action }, found);
    },
    async listPullRequests(project, limit = 100) {
      const action = `list the pull requests of ${projectPath(project)}`;
      const path = `${repo(project)}/pulls`;
      const found = await collect(api, { action, path, query: { state: 'open' }, limit });
      return found.map((item) => readPullRequest({ ...instance, action }, item));
    },
    async getPullRequest(project, number) {
      const action = `read pull request ${number} of ${projectPath(project)}`;
      const { status, body } = await api({ action, path: `${repo(project)}/pulls/${number}`, accept: [404] });
      return status === 404 ? undefined : readPullRequest({ ...instance, action }, body);
    },
    async createPullRequest(request) {
      const action = `create a pull request on ${projectPath(request.target)}`;
      const { title, description, targetBranch } = request;
      const json = { title, body: description, base: targetBranch, head: headOf(request) };
      const path = `${repo(request.target)}/pulls`;
      const created = await pullRequestCall(action, api({ action, method: 'POST', path, json }));
      if (request.maintainersMayEdit === false || sameProject(request.source, request.target)) return created;
      // Not among the fields of creation.
      const edit = `let maintainers edit pull request ${created.number} of ${projectPath(request.target)}`;
      const call = api({
        action: edit,
        method: 'PATCH',
        path: `${path}/${created.number}`,
        json: { allow_maintainer_edit: true },
      });
      return pullRequestCall(edit, call);
    },
    updatePullRequest(target, number, { title, description, maintainersMayEdit }) {
      const action = `update pull request ${number} of ${projectPath(target)}`;
      const path = `${repo(target)}/pulls/${number}`;
      const edit = maintainersMayEdit === undefined ? {} : { allow_maintainer_edit: maintainersMayEdit };
      const json = { title, body: description, ...edit };
      return pullRequestCall(action, api({ action, method: 'PATCH', path, json }));
    },
    async listReleases(project, limit = 30) {
      const action = `list the releases of ${projectPath(project)}`;
      const path = `${repo(project)}/releases`;
      const releases = await collect(api, { action, path, query: { draft: 'false' }, limit });
      return releases.map(readRelease).filter((release) => !release.draft);
    },
    async getRelease(project, tag) {
      const action = `read the release ${tag} of ${projectPath(project)}`;
      const path = `${repo(project)}/releases/tags${pathOf(tag)}`;
      const { status, body } = await api({ action, path, accept: [404] });
      return status === 404 ? undefined : readRelease(body);
    },
    ...forgejoStatuses(api),
    ...forgejoComments(api, instance),
    ...forgejoPeople(api),
    ...forgejoIssues(api, instance),
  };
}

async function askUser(api: Api, instance: Instance): Promise<string> {
  const action = 'ask whose token this is';
  const { body } = await api({ action, path: '/user' });
  const name = textAt(body, 'login');
  if (name === undefined) throw notAForgeError({ ...instance, action }, 'no user name');
  return name;
}

/** `branch` in the same project, `owner:branch` from a fork. */
function headOf({ source, target, sourceBranch }: NewPullRequest): string {
  return sameProject(source, target) ? sourceBranch : `${source.namespace}:${sourceBranch}`;
}

function readProject(errand: Instance & { action: string }, body: unknown): Project {
  const ref = refOf(body);
  const https = textAt(body, 'clone_url');
  if (ref === undefined || https === undefined) throw notAForgeError(errand, 'no project');
  const branch = textAt(body, 'default_branch') ?? '';
  return {
    ...ref,
    fullName: projectPath(ref),
    webUrl: textAt(body, 'html_url') ?? `${errand.instanceUrl}/${projectPath(ref)}`,
    gitUrls: { https, ssh: textAt(body, 'ssh_url') || undefined },
    defaultBranch: branch === '' || valueAt(body, 'empty') === true ? undefined : branch,
    description: textAt(body, 'description') ?? '',
    private: valueAt(body, 'private') === true,
    archived: valueAt(body, 'archived') === true,
    takesRequests: valueAt(body, 'has_pull_requests') === false ? false : undefined,
    parent: refOf(valueAt(body, 'parent')),
  };
}

function readTag(body: unknown): Tag[] {
  const name = textAt(body, 'name');
  const commit = textAt(body, 'commit', 'sha');
  return name === undefined || commit === undefined ? [] : [{ name, commit }];
}

function readPullRequest(errand: Instance & { action: string }, body: unknown): PullRequest {
  const number = numberAt(body, 'number');
  const target = refOf(valueAt(body, 'base', 'repo'));
  if (number === undefined || target === undefined) throw notAForgeError(errand, 'no pull request');
  const open = textAt(body, 'state') === 'open';
  const source = refOf(valueAt(body, 'head', 'repo'));
  const mayEdit = valueAt(body, 'allow_maintainer_edit');
  return {
    number,
    webUrl: textAt(body, 'html_url') ?? `${errand.instanceUrl}/${projectPath(target)}/pulls/${number}`,
    title: textAt(body, 'title') ?? '',
    description: textAt(body, 'body') ?? '',
    state: valueAt(body, 'merged') === true ? 'merged' : open ? 'open' : 'closed',
    author: textAt(body, 'user', 'login') ?? '',
    source,
    sourceBranch: textAt(body, 'head', 'ref') ?? '',
    target,
    targetBranch: textAt(body, 'base', 'ref') ?? '',
    headCommit: textAt(body, 'head', 'sha'),
    targetCommit: textAt(body, 'base', 'sha'),
    labels: labelsOf(body),
    ...(typeof mayEdit === 'boolean' && !sameProject(source, target) ? { maintainersMayEdit: mayEdit } : {}),
  };
}
