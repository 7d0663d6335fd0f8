/**
 * What packit asks of a forge, as small capabilities that GitHub, GitLab, Pagure and Forgejo each
 * provide as far as they can. Everything that goes in and comes out is plain data.
 */

import type { Project, ProjectRef, Tag } from './project.ts';
import type { Statuses } from './statuses.ts';
import type { Comments, Issues, People } from './threads.ts';

export type * from './project.ts';
export type * from './statuses.ts';
export type * from './threads.ts';

export const FORGE_KINDS = ['github', 'gitlab', 'pagure', 'forgejo'] as const;

/** `forgejo` includes Gitea: the calls packit makes are the same. */
export type ForgeKind = (typeof FORGE_KINDS)[number];

/** Undefined for what names no forge. */
export function forgeKindIn(value: unknown): ForgeKind | undefined {
  return FORGE_KINDS.find((kind) => kind === value);
}

export interface Release {
  /** As written on the forge; the tag's name where it has no title. */
  title: string;
  tag: string;
  /** The release notes, in the forge's markup. */
  description: string;
  prerelease: boolean;
  draft: boolean;
  /** ISO 8601, if the forge says. */
  publishedAt: string | undefined;
  webUrl: string;
}

export type PullRequestState = 'open' | 'closed' | 'merged';

export interface PullRequest {
  /** The number people see: GitLab's iid, not its id. */
  number: number;
  webUrl: string;
  title: string;
  description: string;
  state: PullRequestState;
  author: string;
  /** Undefined if the fork is gone. */
  source: ProjectRef | undefined;
  sourceBranch: string;
  target: ProjectRef;
  targetBranch: string;
  /** The commit at its head, if the forge says. */
  headCommit: string | undefined;
  /** The commit its target branch is at, where the forge says (GitHub, Forgejo). */
  targetCommit?: string | undefined;
  /** Names; Pagure calls them tags. */
  labels: string[];
  /** Set where it takes a second request to let them (Forgejo), which may not have come to pass. */
  maintainersMayEdit?: boolean;
}

/** Where a pull request comes from and goes to. `source` equals `target` where there is no fork. */
export interface PullRequestBranches {
  target: ProjectRef;
  targetBranch: string;
  source: ProjectRef;
  sourceBranch: string;
}

export interface NewPullRequest extends PullRequestBranches {
  title: string;
  description: string;
  /** Lets those who may push to the target push to the source branch too. Default true; Pagure has no such switch (see `syncAccess`). */
  maintainersMayEdit?: boolean;
}

export interface PullRequestText {
  title: string;
  description: string;
  /** Left as it is if not given. */
  maintainersMayEdit?: boolean;
}

/** Who may push. Pagure only. */
export interface AccessList {
  owners: string[];
  /** Users with commit or admin rights, owners included. */
  committers: string[];
  /** Groups with commit or admin rights. */
  groups: string[];
}

export interface AccessChange {
  who: 'user' | 'group';
  name: string;
  /** `none` takes all rights away. */
  access: 'commit' | 'none';
}

/** What a token has to be good for. */
export type TokenNeed = 'read' | 'fork' | 'push' | 'pull-request';

export interface TokenReport {
  user: string;
  /** The token's scopes where the forge tells them (GitHub classic tokens, GitLab); undefined = it does not say. */
  scopes: string[] | undefined;
  /** Needs the scopes certainly do not cover. Empty if all are covered or the forge does not say. */
  missing: TokenNeed[];
  /** ISO date, where the forge tells it. */
  expiresAt: string | undefined;
}

export interface Identity {
  /** The user the token belongs to. @throws ServiceError FORGE_TOKEN_MISSING, FORGE_TOKEN_INVALID */
  whoami(): Promise<string>;
  /** Asks what the token may do, as far as the forge tells. @throws like `whoami` */
  checkToken(needs: readonly TokenNeed[]): Promise<TokenReport>;
}

export interface Projects {
  /** Undefined if there is none, or if it is hidden from this user. */
  getProject(project: ProjectRef): Promise<Project | undefined>;
  /** Undefined while the repository is empty. @throws ServiceError FORGE_NOT_FOUND */
  getDefaultBranch(project: ProjectRef): Promise<string | undefined>;
  /** Names of all branches. @throws ServiceError FORGE_NOT_FOUND */
  listBranches(project: ProjectRef): Promise<string[]>;
  /** @throws ServiceError FORGE_NOT_FOUND */
  listTags(project: ProjectRef): Promise<Tag[]>;
  /** The file's bytes at a branch, tag or commit; undefined if it is not there. */
  readFile(project: ProjectRef, path: string, ref: string): Promise<Uint8Array | undefined>;
}

export interface Forks {
  /** The user's own fork, also under another name. Undefined if there is none. */
  findFork(project: ProjectRef): Promise<Project | undefined>;
  /** Asks for a fork; it may not be usable yet when this returns (see `ensureFork`). Returns the existing one if there is one. */
  createFork(project: ProjectRef): Promise<ProjectRef>;
}

export interface PullRequests {
  /** The open one from the same source branch of the same project to the same target branch, whatever its title. */
  findPullRequest(branches: PullRequestBranches): Promise<PullRequest | undefined>;
  /** Open ones, newest first, at most `limit` (default and most: 100). @throws ServiceError FORGE_NOT_FOUND */
  listPullRequests(project: ProjectRef, limit?: number): Promise<PullRequest[]>;
  /** Whatever its state. Undefined if there is none of this number. */
  getPullRequest(project: ProjectRef, number: number): Promise<PullRequest | undefined>;
  createPullRequest(request: NewPullRequest): Promise<PullRequest>;
  updatePullRequest(target: ProjectRef, number: number, text: PullRequestText): Promise<PullRequest>;
}

export interface Releases {
  /** Published releases that are no drafts, newest first, at most `limit` (default 30). Empty where the forge has no releases (Pagure). */
  listReleases(project: ProjectRef, limit?: number): Promise<Release[]>;
  /** Undefined if the tag has no release. */
  getRelease(project: ProjectRef, tag: string): Promise<Release | undefined>;
}

/** Pagure's access lists; other forges leave it out and use `maintainersMayEdit`. */
export interface AccessControl {
  getAccess(project: ProjectRef): Promise<AccessList>;
  changeAccess(project: ProjectRef, change: AccessChange): Promise<void>;
}

export type ForgeOperations = Identity &
  Projects &
  Forks &
  PullRequests &
  Releases &
  Statuses &
  Comments &
  People &
  Issues;

export interface Forge extends ForgeOperations {
  readonly kind: ForgeKind;
  /** `https://gitlab.com`, without a slash at the end: where people go, not where the API is. */
  readonly instanceUrl: string;
  /** `gitlab.com`, with the port if it is not the usual one. */
  readonly host: string;
  /** What it calls a pull request: `pull request` or `merge request`. */
  readonly requestName: string;
  readonly access: AccessControl | undefined;
}

/**
 * Which operations change something on the forge. A dry run refuses these in one place
 * (`refuseWrites`); a new operation does not compile until it is listed.
 */
export const OPERATION_EFFECT: Readonly<
  Record<keyof ForgeOperations | keyof AccessControl, 'read' | 'write'>
> = {
  whoami: 'read',
  checkToken: 'read',
  getProject: 'read',
  getDefaultBranch: 'read',
  listBranches: 'read',
  listTags: 'read',
  readFile: 'read',
  findFork: 'read',
  createFork: 'write',
  findPullRequest: 'read',
  listPullRequests: 'read',
  getPullRequest: 'read',
  createPullRequest: 'write',
  updatePullRequest: 'write',
  listReleases: 'read',
  getRelease: 'read',
  listStatuses: 'read',
  setStatus: 'write',
  listComments: 'read',
  addComment: 'write',
  editComment: 'write',
  acknowledge: 'write',
  permissionOf: 'read',
  listIssues: 'read',
  createIssue: 'write',
  closeIssue: 'write',
  getAccess: 'read',
  changeAccess: 'write',
};

/** The token for a host, from the user configuration, the environment or a git credential helper. */
export type TokenFor = (host: string, kind: ForgeKind) => Promise<string | undefined> | string | undefined;
