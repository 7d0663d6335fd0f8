/** GitHub and GitHub Enterprise Server, through Octokit. */
import type { Octokit } from '@octokit/rest';
import { instanceOf } from '../api.ts';
import type { ClientOptions } from '../api.ts';
import { textAt, valueAt } from '../fields.ts';
import { projectPath, sameProject } from '../repository-url.ts';
import type { Forge, NewPullRequest, ProjectRef } from '../types.ts';
import { isFrom, readRelease } from '../github-shape.ts';
import { readProject, readPullRequest } from './answers.ts';
import { attempts, listed, PAGE, repo, unlessMissing } from './attempt.ts';
import { githubComments } from './comments.ts';
import { githubIssues } from './issues.ts';
import { githubPeople } from './people.ts';
import { githubStatuses } from './statuses.ts';
import { askUser, readToken } from './token.ts';

const MOST_PAGES = 10;

export function createGitHub(options: ClientOptions): Forge {
  const instance = instanceOf('github', options);
  const attempt = attempts(instance, options);
  let user: Promise<string> | undefined;

  async function whoami(): Promise<string> {
    user ??= askUser(attempt, options);
    user.catch(() => (user = undefined));
    return user;
  }

  async function getProject(project: ProjectRef) {
    const action = `read ${projectPath(project)}`;
    const found = await unlessMissing(attempt(action, (octokit) => octokit.repos.get(repo(project))));
    return found === undefined ? undefined : readProject({ ...instance, action }, found.data);
  }

  return {
    kind: 'github',
    instanceUrl: instance.instanceUrl,
    host: instance.host,
    requestName: 'pull request',
    access: undefined,
    whoami,
    checkToken: (needs) => readToken(attempt, needs, whoami),
    getProject,
    async getDefaultBranch(project) {
      const action = `read ${projectPath(project)}`;
      const { data } = await attempt(action, (octokit) => octokit.repos.get(repo(project)));
      return readProject({ ...instance, action }, data).defaultBranch;
    },
    async listBranches(project) {
      const action = `list the branches of ${projectPath(project)}`;
      const branches = await attempt(action, async (octokit) =>
        listed(await octokit.paginate(octokit.repos.listBranches, { ...repo(project), ...PAGE })),
      );
      return branches.items.map((branch) => branch.name);
    },
    async listTags(project) {
      const action = `list the tags of ${projectPath(project)}`;
      const tags = await attempt(action, async (octokit) =>
        listed(await octokit.paginate(octokit.repos.listTags, { ...repo(project), ...PAGE })),
      );
      return tags.items.map((tag) => ({ name: tag.name, commit: tag.commit.sha }));
    },
    async readFile(project, path, ref) {
      const action = `read ${path} of ${projectPath(project)} at ${ref}`;
      const found = await unlessMissing(
        attempt(action, (octokit) => octokit.repos.getContent({ ...repo(project), path, ref })),
      );
      if (found === undefined || textAt(found.data, 'type') !== 'file') return undefined;
      const content = textAt(found.data, 'content');
      if (textAt(found.data, 'encoding') === 'base64' && content !== undefined) return fromBase64(content);
      // Files above 1 MB come without their content.
      const file_sha = textAt(found.data, 'sha') ?? '';
      const blob = await attempt(action, (octokit) => octokit.git.getBlob({ ...repo(project), file_sha }));
      return fromBase64(blob.data.content);
    },
    async findFork(project) {
      const owner = await whoami();
      const likely = await getProject({ namespace: owner, name: project.name });
      if (sameProject(likely?.parent, project)) return likely;
      const action = `list the forks of ${projectPath(project)}`;
      // A popular project has thousands; the user's own is found by name, or is a renamed recent one.
      let pages = 0;
      const forks = await attempt(action, async (octokit) =>
        listed(
          await octokit.paginate(
            octokit.repos.listForks,
            { ...repo(project), ...PAGE, sort: 'newest' },
            ({ data }, done) => {
              pages += 1;
              if (pages >= MOST_PAGES) done();
              return data;
            },
          ),
        ),
      );
      const own = forks.items.find((fork) => fork.owner.login.toLowerCase() === owner.toLowerCase());
      return own === undefined ? undefined : getProject({ namespace: own.owner.login, name: own.name });
    },
    async createFork(project) {
      const action = `create a fork of ${projectPath(project)}`;
      const { data } = await attempt(action, (octokit) => octokit.repos.createFork(repo(project)));
      const { namespace, name } = readProject({ ...instance, action }, data);
      return { namespace, name };
    },
    async findPullRequest(branches) {
      const { target, targetBranch, source, sourceBranch } = branches;
      const action = `list the pull requests of ${projectPath(target)}`;
      const found = await attempt(action, async (octokit) =>
        listed(
          await octokit.paginate(octokit.pulls.list, {
            ...repo(target),
            ...PAGE,
            state: 'open',
            base: targetBranch,
            head: `${source.namespace}:${sourceBranch}`,
          }),
        ),
      );
      const match = found.items.find((item) => isFrom(item, branches));
      return match === undefined ? undefined : readPullRequest({ ...instance, action }, match);
    },
    async listPullRequests(project, limit = 100) {
      const action = `list the pull requests of ${projectPath(project)}`;
      const { data } = await attempt(action, (octokit) =>
        octokit.pulls.list({ ...repo(project), state: 'open', per_page: limit }),
      );
      return data.map((item) => readPullRequest({ ...instance, action }, item));
    },
    async getPullRequest(project, number) {
      const action = `read pull request ${number} of ${projectPath(project)}`;
      const found = await unlessMissing(
        attempt(action, (octokit) => octokit.pulls.get({ ...repo(project), pull_number: number })),
      );
      return found === undefined ? undefined : readPullRequest({ ...instance, action }, found.data);
    },
    async createPullRequest(request) {
      const action = `create a pull request on ${projectPath(request.target)}`;
      const { data } = await attempt(action, (octokit) => createPull(octokit, request));
      return readPullRequest({ ...instance, action }, data);
    },
    async updatePullRequest(target, number, { title, description }) {
      const action = `update pull request ${number} of ${projectPath(target)}`;
      const { data } = await attempt(action, (octokit) =>
        octokit.pulls.update({ ...repo(target), pull_number: number, title, body: description }),
      );
      return readPullRequest({ ...instance, action }, data);
    },
    async listReleases(project, limit = 30) {
      const action = `list the releases of ${projectPath(project)}`;
      const per_page = Math.min(100, limit);
      const { data } = await attempt(action, (octokit) =>
        octokit.repos.listReleases({ ...repo(project), per_page }),
      );
      return data.map(readRelease).filter((release) => !release.draft);
    },
    async getRelease(project, tag) {
      const action = `read the release ${tag} of ${projectPath(project)}`;
      const found = await unlessMissing(
        attempt(action, (octokit) => octokit.repos.getReleaseByTag({ ...repo(project), tag })),
      );
      return found === undefined ? undefined : readRelease(found.data);
    },
    ...githubStatuses(attempt, options),
    ...githubComments(attempt, options, instance),
    ...githubPeople(attempt),
    ...githubIssues(attempt, options, instance),
  };
}

/** Nobody may give away push rights to a fork that belongs to an organisation: then the request goes without. */
async function createPull(octokit: Octokit, request: NewPullRequest) {
  const { target, source, sourceBranch, title, description } = request;
  const fields = {
    owner: target.namespace,
    repo: target.name,
    title,
    body: description,
    base: request.targetBranch,
    head: `${source.namespace}:${sourceBranch}`,
  };
  if (sameProject(source, target)) return octokit.pulls.create(fields);
  const maintainer_can_modify = request.maintainersMayEdit !== false;
  try {
    return await octokit.pulls.create({ ...fields, maintainer_can_modify });
  } catch (error) {
    const said = JSON.stringify(valueAt(error, 'response', 'data') ?? '');
    if (!maintainer_can_modify || !/fork[_ ]collab/i.test(said)) throw error;
    return octokit.pulls.create({ ...fields, maintainer_can_modify: false });
  }
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
