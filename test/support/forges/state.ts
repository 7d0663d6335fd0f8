/** What a forge of the tests remembers. */
import { join } from 'node:path';
import { createBare, branchesOf, defaultBranchOf, gitIn, tagsOf } from '../bare.ts';
import type { BareOptions } from '../bare.ts';
import { conversationSnapshot, emptyConversation } from './conversation.ts';
import type { Conversation, Counter } from './conversation.ts';

export interface TestUser {
  name: string;
  token: string;
  /** Pagure's ACLs, the scopes of the others. Undefined: all there are. */
  rights?: readonly string[];
}

export interface TestRelease {
  tag: string;
  title: string;
  description: string;
  prerelease?: boolean;
  draft?: boolean;
}

export interface TestPullRequest {
  number: number;
  title: string;
  description: string;
  state: 'open' | 'closed' | 'merged';
  author: string;
  source: TestProject;
  sourceBranch: string;
  targetBranch: string;
  maintainersMayEdit: boolean;
  labels: string[];
}

export interface TestProject extends Conversation {
  id: number;
  namespace: string;
  name: string;
  /** Pagure: the user a fork belongs to. */
  forkOwner?: string;
  description: string;
  private: boolean;
  archived: boolean;
  /** Pull requests are switched off. */
  requestsOff?: boolean;
  issuesOff?: boolean;
  /** GitHub's roles between the levels: `maintain`, `triage`. */
  roles: Record<string, string>;
  parent?: TestProject;
  /** The bare repository. */
  directory: string;
  pullRequests: TestPullRequest[];
  nextNumber: number;
  releases: TestRelease[];
  /** Pagure's access lists; elsewhere `commit` are the users who may push. */
  users: { owner: string[]; admin: string[]; commit: string[]; collaborator: string[]; ticket: string[] };
  groups: { admin: string[]; commit: string[]; collaborator: string[]; ticket: string[] };
  /** A new fork is not there for this many questions about it. */
  hiddenFor: number;
}

export interface ProjectOptions extends BareOptions {
  namespace: string;
  name: string;
  forkOwner?: string;
  parent?: TestProject;
  /** Default: the namespace where that is a user, else `admin`. */
  owner?: string;
  committers?: readonly string[];
  groups?: readonly string[];
  description?: string;
  private?: boolean;
  archived?: boolean;
  releases?: readonly TestRelease[];
}

export interface ForgeState extends Counter {
  /** Below which the repositories are, as in the git URLs. */
  readonly root: string;
  users: TestUser[];
  projects: TestProject[];
  /** Pagure: members of groups. */
  groups: Record<string, string[]>;
  /** Requests about a new fork that are answered as if it was not there yet. */
  forkDelay: number;
}

/** `rpms/hello`, `forks/jdoe/rpms/hello`: the path in git URLs. */
export function gitPath(project: Pick<TestProject, 'namespace' | 'name' | 'forkOwner'>): string {
  const fork = project.forkOwner === undefined ? [] : ['forks', project.forkOwner];
  return [...fork, project.namespace, project.name].filter((part) => part !== '').join('/');
}

export function addProject(state: ForgeState, options: ProjectOptions): TestProject {
  const { namespace, name, parent } = options;
  const place =
    options.forkOwner === undefined ? { namespace, name } : { namespace, name, forkOwner: options.forkOwner };
  const directory = join(state.root, `${gitPath(place)}.git`);
  createBare(directory, options);
  const isUser = state.users.some((user) => user.name === namespace);
  const owner = options.owner ?? options.forkOwner ?? (isUser ? namespace : 'admin');
  const project: TestProject = {
    id: 1000 + state.projects.length,
    ...place,
    description: options.description ?? '',
    private: options.private ?? false,
    archived: options.archived ?? false,
    ...(parent === undefined ? {} : { parent }),
    directory,
    pullRequests: [],
    nextNumber: 1,
    releases: [...(options.releases ?? [])],
    users: {
      owner: [owner],
      admin: [],
      commit: [...(options.committers ?? [])],
      collaborator: [],
      ticket: [],
    },
    groups: { admin: [], commit: [...(options.groups ?? [])], collaborator: [], ticket: [] },
    hiddenFor: 0,
    roles: {},
    ...emptyConversation(),
  };
  state.projects.push(project);
  return project;
}

/** Copies everything of the parent, as the real forges do. */
export function addFork(
  state: ForgeState,
  parent: TestProject,
  place: { namespace: string; name: string; forkOwner?: string },
  owner: string,
): TestProject {
  const fork = addProject(state, { ...place, parent, owner, from: parent.directory });
  fork.description = parent.description;
  fork.hiddenFor = state.forkDelay;
  return fork;
}

export function findProject(
  state: ForgeState,
  place: { namespace: string; name: string; forkOwner?: string | undefined },
): TestProject | undefined {
  return state.projects.find(
    (project) =>
      project.name === place.name &&
      project.namespace === place.namespace &&
      project.forkOwner === place.forkOwner,
  );
}

export function mayPush(project: TestProject, user: string): boolean {
  const { owner, admin, commit } = project.users;
  return owner.includes(user) || admin.includes(user) || commit.includes(user);
}

/** What somebody may do: the forges' common words. */
export function levelOf(project: TestProject, user: string): 'admin' | 'write' | 'read' | 'none' {
  const { owner, admin, commit, collaborator, ticket } = project.users;
  if (owner.includes(user) || admin.includes(user)) return 'admin';
  if (commit.includes(user)) return 'write';
  return collaborator.includes(user) || ticket.includes(user) ? 'read' : 'none';
}

/** Whether a project has a commit: forges fetch the branches of its pull requests from their forks. */
export function hasCommit(project: TestProject, sha: string): boolean {
  if (!/^[0-9a-f]{40}$/.test(sha)) return false;
  if (holds(project.directory, sha)) return true;
  for (const { number, source, sourceBranch } of project.pullRequests) {
    if (source === project || !holds(source.directory, sha)) continue;
    if (!branchesOf(source.directory).has(sourceBranch)) continue;
    const refs = `+refs/heads/${sourceBranch}:refs/pull/${number}/head`;
    gitIn(project.directory, ['fetch', '--quiet', '--no-tags', source.directory, refs]);
    if (holds(project.directory, sha)) return true;
  }
  return false;
}

/** Commits that were found, by repository: they do not go away, and a forge is asked often. */
const found = new Set<string>();

function holds(directory: string, sha: string): boolean {
  const key = `${directory} ${sha}`;
  if (found.has(key)) return true;
  try {
    gitIn(directory, ['cat-file', '-e', `${sha}^{commit}`]);
    found.add(key);
    return true;
  } catch {
    return false;
  }
}

/** The state without what differs between two runs with the same outcome: for comparisons. */
export function snapshot(state: ForgeState): unknown {
  return state.projects
    .map((project) => ({
      project: gitPath(project),
      parent: project.parent === undefined ? undefined : gitPath(project.parent),
      defaultBranch: defaultBranchOf(project.directory),
      branches: Object.fromEntries(branchesOf(project.directory)),
      tags: Object.fromEntries(tagsOf(project.directory)),
      conversation: conversationSnapshot(project),
      users: project.users,
      groups: project.groups,
      releases: project.releases,
      pullRequests: project.pullRequests.map(({ source, ...request }) => ({
        ...request,
        source: gitPath(source),
      })),
    }))
    .sort((a, b) => (a.project < b.project ? -1 : 1));
}
