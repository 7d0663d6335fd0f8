/** Pagure, API version 0: Fedora's dist-git until it moves, pagure.io, CentOS's old git server. */
import { createApi, exchange, instanceOf, textOf } from '../api.ts';
import type { Api, ClientOptions, Instance } from '../api.ts';
import { notAForgeError, refusalError } from '../failure.ts';
import { textAt, textsAt, valueAt } from '../fields.ts';
import { projectPath } from '../repository-url.ts';
import type { Forge, Project, ProjectRef, Tag } from '../types.ts';
import { pagureAccess } from './access.ts';
import { pagureComments } from './comments.ts';
import { pagureIssues } from './issues.ts';
import { pagurePeople } from './people.ts';
import { apiPath, projectRef } from './project-ref.ts';
import { pagurePullRequests } from './pull-requests.ts';
import { pagureStatuses } from './statuses.ts';

export function createPagure(options: ClientOptions): Forge {
  const instance = instanceOf('pagure', options);
  const api = createApi(instance, {
    ...options,
    base: `${options.instanceUrl}/api/0`,
    isErrorBody: (body) => typeof body.error_code === 'string',
  });
  let user: Promise<string> | undefined;

  async function whoami(): Promise<string> {
    user ??= askUser(api, instance);
    user.catch(() => (user = undefined));
    return user;
  }

  const forge: Forge = {
    kind: 'pagure',
    instanceUrl: instance.instanceUrl,
    host: instance.host,
    requestName: 'pull request',
    whoami,
    async checkToken() {
      // Pagure tells nobody what a token may do: a missing right shows in the request that needs it.
      return { user: await whoami(), scopes: undefined, missing: [], expiresAt: undefined };
    },
    getProject: (project) => readProject(api, instance, project),
    async getDefaultBranch(project) {
      return (await readBranches(api, project)).default;
    },
    async listBranches(project) {
      return (await readBranches(api, project)).names;
    },
    listTags: (project) => readTags(api, project),
    readFile: (project, path, ref) => readFile(options, instance, { project, path, ref }),
    async findFork(project) {
      // A fork keeps its parent's namespace and name, so there is one place where it can be.
      const fork = await readProject(api, instance, { ...plain(project), forkOwner: await whoami() });
      return fork?.parent === undefined ? undefined : fork;
    },
    async createFork(project) {
      const forkOwner = await whoami();
      const { name, namespace } = project;
      const { status, body } = await api({
        action: `create a fork of ${projectPath(project)}`,
        method: 'POST',
        path: '/fork',
        form: { repo: name, namespace: namespace === '' ? undefined : namespace, wait: 'True' },
        accept: [400],
      });
      if (status === 400 && !/already exists/i.test(textAt(body, 'error') ?? '')) {
        const errand = { ...instance, action: `create a fork of ${projectPath(project)}` };
        throw refusalError(errand, { status, headers: new Headers(), body });
      }
      return { ...plain(project), forkOwner };
    },
    // Pagure has tags, and archives beside it, but no release notes.
    listReleases: () => Promise.resolve([]),
    getRelease: () => Promise.resolve(undefined),
    ...pagurePullRequests(api, instance),
    ...pagureStatuses(api),
    ...pagureComments(api, instance, whoami),
    ...pagurePeople(api),
    ...pagureIssues(api, instance),
    access: pagureAccess(api),
  };
  return forge;
}

async function askUser(api: Api, instance: Instance): Promise<string> {
  const action = 'ask whose token this is';
  const { body } = await api({ action, method: 'POST', path: '/-/whoami', readOnly: true });
  const name = textAt(body, 'username');
  if (name === undefined) throw notAForgeError({ ...instance, action }, 'no user name');
  return name;
}

function plain({ namespace, name }: ProjectRef): ProjectRef {
  return { namespace, name };
}

async function readProject(api: Api, instance: Instance, project: ProjectRef): Promise<Project | undefined> {
  const action = `read ${projectPath(project)}`;
  const { status, body } = await api({ action, path: apiPath(project), accept: [404] });
  if (status === 404) return undefined;
  const ref = projectRef(body);
  if (ref === undefined) throw notAForgeError({ ...instance, action }, 'no project');
  const [urls, branches] = await Promise.all([
    api({ action: `ask for the git URLs of ${projectPath(project)}`, path: apiPath(project, 'git', 'urls') }),
    readBranches(api, project),
  ]);
  const webUrl = `${instance.instanceUrl}/${textAt(body, 'url_path') ?? projectPath(project)}`;
  return {
    ...ref,
    fullName: projectPath(ref),
    webUrl,
    gitUrls: {
      https: textAt(urls.body, 'urls', 'git') ?? `${webUrl.replace('/fork/', '/forks/')}.git`,
      ssh: sshUrl(textAt(urls.body, 'urls', 'ssh')),
    },
    defaultBranch: branches.default,
    description: textAt(body, 'description') ?? '',
    private: valueAt(body, 'private') === true,
    archived: false,
    parent: projectRef(valueAt(body, 'parent')),
  };
}

/** To visitors Fedora's dist-git shows `ssh://{username}@...`, to be filled in. */
function sshUrl(url: string | undefined): string | undefined {
  return url?.includes('{username}') === true ? undefined : url;
}

async function readBranches(
  api: Api,
  project: ProjectRef,
): Promise<{ names: string[]; default: string | undefined }> {
  const action = `list the branches of ${projectPath(project)}`;
  const { body } = await api({ action, path: apiPath(project, 'git', 'branches') });
  const names = textsAt(body, 'branches');
  const preferred = textAt(body, 'default');
  return { names, default: preferred !== undefined && names.includes(preferred) ? preferred : undefined };
}

async function readTags(api: Api, project: ProjectRef): Promise<Tag[]> {
  const { body } = await api({
    action: `list the tags of ${projectPath(project)}`,
    path: apiPath(project, 'git', 'tags'),
    query: { with_commits: 'True' },
  });
  const tags = valueAt(body, 'tags');
  if (typeof tags !== 'object' || tags === null) return [];
  return Object.entries(tags).flatMap(([name, commit]) =>
    typeof commit === 'string' ? [{ name, commit }] : [],
  );
}

/** The raw page of the web interface: the API has none. */
async function readFile(
  options: ClientOptions,
  instance: Instance,
  file: { project: ProjectRef; path: string; ref: string },
): Promise<Uint8Array | undefined> {
  const errand = { ...instance, action: `read ${file.path} of ${projectPath(file.project)} at ${file.ref}` };
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  const url = `${options.instanceUrl}${apiPath(file.project, 'raw')}/${encodeURIComponent(file.ref)}/f/${path}`;
  const headers: Record<string, string> = { accept: 'text/plain' };
  if (options.token !== undefined) headers.authorization = `token ${options.token}`;
  const response = await exchange(options.send, { method: 'GET', url, headers }, errand);
  if (response.status === 404) return undefined;
  if (response.status !== 200) {
    throw refusalError(errand, { ...response, body: textOf(response.bytes) });
  }
  return response.bytes;
}
