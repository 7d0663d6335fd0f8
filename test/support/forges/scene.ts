/** What people do on a forge without packit: push, open pull requests, comment. */
import type { Thread } from '../../../src/remote/forge/index.ts';
import { branchesOf, commitTo, gitIn } from '../bare.ts';
import type { Change } from '../bare.ts';
import { recordComment } from './conversation.ts';
import type { SetStatus, TestComment } from './conversation.ts';
import { addFork, findProject } from './state.ts';
import type { ForgeState, TestProject, TestPullRequest } from './state.ts';

/** A forge of the tests, as far as is needed here. */
interface Scene {
  readonly kind: string;
  readonly state: ForgeState;
}

export interface SceneRequest {
  /** A user of the forge, added with the token `NAME-token` if there is none. */
  author: string;
  /** The branch it comes from. Default `change`. */
  branch?: string;
  /** Default: the first branch of the project. */
  targetBranch?: string;
  /** What it changes; `null` removes a file. */
  files: Change;
  title?: string;
  description?: string;
  labels?: readonly string[];
  /** False: from a branch of the project itself. Default true: from the author's fork, which is made. */
  fork?: boolean;
}

export interface OpenedRequest {
  request: TestPullRequest;
  /** Where its branch is. */
  source: TestProject;
  /** The commit at its head. */
  sha: string;
}

export function openPullRequest(scene: Scene, project: TestProject, wanted: SceneRequest): OpenedRequest {
  const { author, branch = 'change', files, labels = [] } = wanted;
  addUser(scene.state, author);
  const targetBranch = wanted.targetBranch ?? [...branchesOf(project.directory).keys()][0] ?? '';
  const base = branchesOf(project.directory).get(targetBranch);
  if (base === undefined) throw new Error(`no branch ${targetBranch}`);
  const source = wanted.fork === false ? project : forkOf(scene, project, author);
  if (source !== project) {
    const refs = `+refs/heads/${targetBranch}:refs/upstream/${targetBranch}`;
    gitIn(source.directory, ['fetch', '--quiet', '--no-tags', project.directory, refs]);
  }
  const sha = pushTo(source, branch, files, { from: base });
  const request: TestPullRequest = {
    number: project.nextNumber++,
    title: wanted.title ?? 'A change',
    description: wanted.description ?? '',
    state: 'open',
    author,
    source,
    sourceBranch: branch,
    targetBranch,
    maintainersMayEdit: false,
    labels: [...labels],
  };
  project.pullRequests.push(request);
  return { request, source, sha };
}

/** A commit on a branch, which is made from `from` (a commit of the repository) if it is not there. @returns the commit */
export function pushTo(
  project: TestProject,
  branch: string,
  files: Change,
  options: { from?: string; message?: string } = {},
): string {
  return commitTo(project.directory, branch, { files, ...options });
}

export function commentAs(
  scene: Scene,
  project: TestProject,
  comment: { on: Thread; user: string; body: string; system?: boolean },
): TestComment {
  const { on: thread, user, body, system = false } = comment;
  addUser(scene.state, user);
  return recordComment(scene.state, project, { thread, author: user, body, system });
}

/** Everything that was set for a commit, in this order, in the forge's own words. */
export function statusesOf(project: TestProject, sha: string): SetStatus[] {
  return project.statusLog.flatMap(({ sha: of, ...status }) => (of === sha ? [status] : []));
}

function addUser(state: ForgeState, name: string): void {
  if (!state.users.some((user) => user.name === name)) state.users.push({ name, token: `${name}-token` });
}

function forkOf({ kind, state }: Scene, project: TestProject, user: string): TestProject {
  const { name } = project;
  const place =
    kind === 'pagure' ? { namespace: project.namespace, name, forkOwner: user } : { namespace: user, name };
  const found = findProject(state, place) ?? addFork(state, project, place, user);
  found.hiddenFor = 0;
  return found;
}
