/** GitLab, API version 4, through Gitbeaker: gitlab.com with CentOS Stream's dist-git, and anybody's own. */
import { instanceOf } from '../api.ts';
import type { ClientOptions } from '../api.ts';
import { notAForgeError } from '../failure.ts';
import { listAt, numberAt, textAt, textsAt, valueAt } from '../fields.ts';
import { projectPath, sameProject } from '../repository-url.ts';
import type { Forge, ProjectRef, TokenNeed, TokenReport } from '../types.ts';
import { readProject, readPullRequest, readRelease, refOf } from './answers.ts';
import { attempts, unlessMissing } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import { gitlabComments } from './comments.ts';
import { gitlabIssues } from './issues.ts';
import { gitlabPeople } from './people.ts';
import { gitlabStatuses } from './statuses.ts';

export function createGitLab(options: ClientOptions): Forge {
  const instance = instanceOf('gitlab', options);
  const attempt = attempts(instance, options);
  /** Merge requests name projects by number. */
  const refs = new Map<number, Promise<ProjectRef | undefined>>();
  let user: Promise<string> | undefined;

  async function whoami(): Promise<string> {
    const action = 'ask whose token this is';
    user ??= attempt(action, ({ users }) => users.showCurrentUser()).then((body) => {
      const name = textAt(body, 'username');
      if (name === undefined) throw notAForgeError({ ...instance, action }, 'no user name');
      return name;
    });
    user.catch(() => (user = undefined));
    return user;
  }

  async function show(project: ProjectRef): Promise<unknown> {
    const action = `read ${projectPath(project)}`;
    return unlessMissing(attempt(action, ({ projects }) => projects.show(projectPath(project))));
  }

  async function getProject(project: ProjectRef) {
    const body = await show(project);
    return body === undefined
      ? undefined
      : readProject({ ...instance, action: `read ${projectPath(project)}` }, body);
  }

  async function idOf(project: ProjectRef): Promise<number> {
    const action = `read ${projectPath(project)}`;
    const id = numberAt(await attempt(action, ({ projects }) => projects.show(projectPath(project))), 'id');
    if (id === undefined) throw notAForgeError({ ...instance, action }, 'no project');
    refs.set(id, Promise.resolve({ namespace: project.namespace, name: project.name }));
    return id;
  }

  async function refById(id: number | undefined): Promise<ProjectRef | undefined> {
    if (id === undefined) return undefined;
    const known =
      refs.get(id) ??
      unlessMissing(attempt(`read the project ${id}`, ({ projects }) => projects.show(id))).then(refOf);
    refs.set(id, known);
    known.catch(() => refs.delete(id));
    return known;
  }

  async function pullRequest(body: unknown, target: ProjectRef, action: string) {
    const source = await refById(numberAt(body, 'source_project_id'));
    return readPullRequest({ ...instance, action }, body, { source, target });
  }

  return {
    kind: 'gitlab',
    instanceUrl: instance.instanceUrl,
    host: instance.host,
    requestName: 'merge request',
    access: undefined,
    whoami,
    checkToken: async (needs) => readToken(await whoami(), needs, attempt),
    getProject,
    async getDefaultBranch(project) {
      const action = `read ${projectPath(project)}`;
      const body = await attempt(action, ({ projects }) => projects.show(projectPath(project)));
      return readProject({ ...instance, action }, body).defaultBranch;
    },
    async listBranches(project) {
      const action = `list the branches of ${projectPath(project)}`;
      const all = await attempt(action, ({ branches }) =>
        branches.all(projectPath(project), { perPage: 100 }),
      );
      return listAt({ all }, 'all').flatMap((branch) => textAt(branch, 'name') ?? []);
    },
    async listTags(project) {
      const action = `list the tags of ${projectPath(project)}`;
      const all = await attempt(action, ({ tags }) => tags.all(projectPath(project), { perPage: 100 }));
      return listAt({ all }, 'all').flatMap((tag) => {
        const name = textAt(tag, 'name');
        const commit = textAt(tag, 'commit', 'id');
        return name === undefined || commit === undefined ? [] : [{ name, commit }];
      });
    },
    async readFile(project, path, ref) {
      const action = `read ${path} of ${projectPath(project)} at ${ref}`;
      const body = await unlessMissing(
        attempt(action, ({ files }) => files.show(projectPath(project), path, ref)),
      );
      const content = textAt(body, 'content');
      return content === undefined ? undefined : new Uint8Array(Buffer.from(content, 'base64'));
    },
    async findFork(project) {
      const owner = await whoami();
      const likely = await getProject({ namespace: owner, name: project.name });
      if (sameProject(likely?.parent, project)) return likely;
      const action = `list the forks of ${projectPath(project)}`;
      const all = await attempt(action, ({ projects }) =>
        projects.allForks(projectPath(project), { owned: true }),
      );
      const own = listAt({ all }, 'all').find((fork) => textAt(fork, 'namespace', 'full_path') === owner);
      return own === undefined ? undefined : readProject({ ...instance, action }, own);
    },
    async createFork(project) {
      const action = `create a fork of ${projectPath(project)}`;
      try {
        const body = await attempt(action, ({ projects }) => projects.fork(projectPath(project)));
        const { namespace, name } = readProject({ ...instance, action }, body);
        return { namespace, name };
      } catch (error) {
        // The name is taken: by the fork, or by another project. `ensureFork` tells them apart.
        if (valueAt(error, 'code') !== 'FORGE_CONFLICT') throw error;
        return { namespace: await whoami(), name: project.name };
      }
    },
    async findPullRequest({ target, targetBranch, source, sourceBranch }) {
      const action = `list the merge requests of ${projectPath(target)}`;
      const sourceId = await idOf(source);
      const all = await attempt(action, ({ mergeRequests }) =>
        mergeRequests.all({
          projectId: projectPath(target),
          state: 'opened',
          sourceBranch,
          targetBranch,
          perPage: 100,
        }),
      );
      const found = listAt({ all }, 'all').find(
        (item) =>
          numberAt(item, 'source_project_id') === sourceId &&
          textAt(item, 'source_branch') === sourceBranch &&
          textAt(item, 'target_branch') === targetBranch,
      );
      return found === undefined ? undefined : pullRequest(found, target, action);
    },
    async listPullRequests(project, limit = 100) {
      const action = `list the merge requests of ${projectPath(project)}`;
      const all = await attempt(action, ({ mergeRequests }) =>
        mergeRequests.all({ projectId: projectPath(project), state: 'opened', perPage: limit, maxPages: 1 }),
      );
      return Promise.all(listAt({ all }, 'all').map((item) => pullRequest(item, project, action)));
    },
    async getPullRequest(project, number) {
      const action = `read merge request ${number} of ${projectPath(project)}`;
      const body = await unlessMissing(
        attempt(action, ({ mergeRequests }) => mergeRequests.show(projectPath(project), number)),
      );
      return body === undefined ? undefined : pullRequest(body, project, action);
    },
    async createPullRequest(request) {
      const { target, source, title, description } = request;
      const action = `create a merge request on ${projectPath(target)}`;
      const fromFork = !sameProject(source, target);
      const fields = fromFork
        ? { targetProjectId: await idOf(target), allowCollaboration: request.maintainersMayEdit !== false }
        : {};
      // Sent to the project the branch is in, whichever project it is for.
      const body = await attempt(action, ({ mergeRequests }) =>
        mergeRequests.create(projectPath(source), request.sourceBranch, request.targetBranch, title, {
          description,
          ...fields,
        }),
      );
      return pullRequest(body, target, action);
    },
    async updatePullRequest(target, number, { title, description }) {
      const action = `update merge request ${number} of ${projectPath(target)}`;
      const body = await attempt(action, ({ mergeRequests }) =>
        mergeRequests.edit(projectPath(target), number, { title, description }),
      );
      return pullRequest(body, target, action);
    },
    async listReleases(project, limit = 30) {
      const action = `list the releases of ${projectPath(project)}`;
      const perPage = Math.min(100, limit);
      const all = await attempt(action, ({ releases }) =>
        releases.all(projectPath(project), { perPage, page: 1 }),
      );
      return listAt({ all }, 'all')
        .map(readRelease)
        .filter((release) => !release.draft);
    },
    async getRelease(project, tag) {
      const action = `read the release ${tag} of ${projectPath(project)}`;
      const body = await unlessMissing(
        attempt(action, ({ releases }) => releases.show(projectPath(project), tag)),
      );
      return body === undefined ? undefined : readRelease(body);
    },
    ...gitlabStatuses(attempt),
    ...gitlabComments(attempt, instance),
    ...gitlabPeople(attempt),
    ...gitlabIssues(attempt, instance),
  };
}

/** A token may ask for its own scopes; those of OAuth applications may not, and then nothing is known. */
async function readToken(user: string, needs: readonly TokenNeed[], attempt: Attempt): Promise<TokenReport> {
  let body: unknown;
  try {
    body = await attempt('ask what the token may do', ({ tokens }) => tokens.show());
  } catch (error) {
    const status = numberAt(error, 'status');
    if (status === undefined || status >= 500) throw error;
    return { user, scopes: undefined, missing: [], expiresAt: undefined };
  }
  const scopes = textsAt(body, 'scopes');
  const covered: Record<TokenNeed, readonly string[]> = {
    read: ['api', 'read_api'],
    fork: ['api'],
    push: ['api', 'write_repository'],
    'pull-request': ['api'],
  };
  const missing = needs.filter((need) => !covered[need].some((scope) => scopes.includes(scope)));
  return { user, scopes, missing, expiresAt: textAt(body, 'expires_at') };
}
