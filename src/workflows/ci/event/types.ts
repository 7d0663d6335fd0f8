/** What happened on a forge, in one shape for all of them. Plain data, made from an environment and a payload. */
import type { ForgeKind, ProjectRef } from '../../../remote/forge/index.ts';
import type { CommentCommand } from './command.ts';

/** What jobs are triggered by; `comment` and `rerun` choose among them. */
export type EventKind = 'pull_request' | 'commit' | 'release' | 'comment' | 'rerun';

export interface EventPullRequest {
  number: number;
  author: string;
  title: string;
  url: string;
  /** The project its branch is in; undefined if the fork is gone. */
  source: ProjectRef | undefined;
  sourceBranch: string;
  targetBranch: string;
  /** Undefined where the payload does not say: the forge is asked. */
  headSha: string | undefined;
  labels: string[];
  open: boolean;
}

export interface EventComment {
  /** The forge's id, for a reaction. */
  id: string;
  author: string;
  url: string;
  /** Where it was written. */
  on: 'pull-request' | 'issue' | 'commit';
  command: CommentCommand;
}

export interface CiEvent {
  forge: ForgeKind;
  /** `https://github.com`, no slash at the end. */
  instanceUrl: string;
  project: ProjectRef;
  /** Of the project, where the payload says. */
  defaultBranch: string | undefined;
  kind: EventKind;
  /**
   * The kind of job it starts: a comment on a pull request starts jobs of pull requests. Undefined for comments on
   * issues, whose command decides.
   */
  trigger: 'pull_request' | 'commit' | 'release' | undefined;
  /** Commit that statuses are set on. Undefined where only the forge knows (a comment). */
  sha: string | undefined;
  /** Who did it: author of a pull request's push or of a comment. */
  actor: string;
  pullRequest?: EventPullRequest;
  /** Of a push. */
  branch?: string;
  /** Of a release. */
  tag?: string;
  comment?: EventComment;
  /** Of an issue that was commented on. */
  issue?: number;
  /** Label that was just added; jobs that do not ask for it have run before. */
  label?: string;
  /** The status that is to be run again. */
  rerun?: { status: string | undefined };
  /** Files that a push or request changes, where the payload lists them all. */
  changedFiles?: string[];
}

/** The event, or in one sentence why there is nothing to do. */
export type Normalised = { event: CiEvent; ignored?: never } | { event?: never; ignored: string };

export interface EventSource {
  /** Environment of the CI job. */
  env: Readonly<Record<string, string | undefined>>;
  /** The event's own name for itself: `pull_request`, `Merge Request Hook`. */
  name?: string | undefined;
  /** The payload, parsed. */
  payload?: unknown;
  forge?: ForgeKind | undefined;
  /** What a comment has to begin with: `/packit`. */
  prefix: string;
}
