/** What happened on a forge, in one shape for all of them. Plain data, made from an environment and a payload. */
import type { ForgeKind, ProjectRef, Thread } from '../../../remote/forge/index.ts';
import type { RunState } from '../../../run-state.ts';
import type { CommentCommand } from './command.ts';

/** What jobs are triggered by; `comment` and `rerun` choose among them. `message`: a service announced something. */
export type EventKind = 'pull_request' | 'commit' | 'release' | 'comment' | 'rerun' | 'message';

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
  /** Of the target branch, where the forge says. */
  targetSha?: string;
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

/** What Koji or release monitoring announced; the event's project is the package's dist-git repository. */
export type EventMessage =
  | {
      of: 'koji-build';
      buildId: number;
      taskId: number | undefined;
      /** `hello-1.0-1.fc42` */
      nvr: string;
      /** Account that built it. */
      owner: string;
      /** Build target it was made for: `f42-candidate`, `rawhide`. */
      target: string | undefined;
    }
  | {
      /** A build came into a side tag. */
      of: 'koji-tag';
      /** `f42-build-side-12345` */
      tag: string;
      nvr: string;
      /** Account that tagged it. */
      user: string;
    }
  | {
      of: 'new-release';
      /** As release monitoring spells them, in its order. */
      versions: string[];
      /** Number of the bug that was filed for it. */
      bug: number | undefined;
    };

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
  /** Number of the pull request that a push merged, where the payload says. */
  merged?: number;
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
  message?: EventMessage;
}

/** What somebody who wrote a command is to be told. The text is safe to post as it is. */
export interface Reply extends Pick<CiEvent, 'forge' | 'instanceUrl' | 'project'> {
  thread: Thread;
  /** The forge's id of the comment it answers. */
  comment: string;
  author: string;
  /** Markdown. */
  body: string;
}

/** News of something that was begun elsewhere: whoever waits for it looks at it again. A hint only, for messages can be forged or lost. */
export interface ServiceNews {
  service: 'copr' | 'koji';
  /** Number of the Copr build or Koji task. */
  id: string;
  state: RunState;
  /** Of Copr; undefined for the SRPM. */
  chroot?: string | undefined;
  /** `owner/name` of the Copr project. */
  project?: string;
}

/** Why there is nothing to do, in one sentence. */
export interface Ignored {
  event?: never;
  ignored: string;
  reply?: Reply;
  news?: ServiceNews;
}

/** The event, or why there is nothing to do. */
export type Normalised = { event: CiEvent; ignored?: never; news?: ServiceNews } | Ignored;

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
