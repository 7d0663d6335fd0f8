/**
 * Statuses of commits: one line each beside a commit or a pull request, which required checks look at. The states are those of the
 * hosted service, as far as each forge has them.
 */
import type { ProjectRef } from './project.ts';

export type StatusState = 'pending' | 'running' | 'success' | 'failure' | 'error' | 'neutral' | 'cancelled';

export interface NewStatus {
  /** `rpm-build:fedora-42-x86_64`. One commit has one current status of a name; GitHub takes no notice of case. */
  name: string;
  state: StatusState;
  /** One line for people; cut to what the forge takes (`statusDescription`). */
  description: string;
  /** The page for people. Pagure refuses what is no address on the web. */
  url: string;
}

export interface CommitStatus extends NewStatus {
  id: string;
  /**
   * Login of who set it; undefined where the forge does not say. On Pagure it is who set it first: others may have
   * changed it since.
   */
  creator: string | undefined;
  /** ISO 8601. */
  updatedAt: string | undefined;
}

export interface Statuses {
  /**
   * Every record, oldest first, where the forge keeps a history (GitHub, Forgejo); elsewhere (GitLab, Pagure) the latest of
   * each name and creator, oldest change first. A state reads as far as the forge can tell it: see `readState`.
   *
   * @throws ServiceError FORGE_NOT_FOUND, FORGE_REFUSED (GitHub) where there is no such commit
   */
  listStatuses(project: ProjectRef, sha: string): Promise<CommitStatus[]>;
  /**
   * May be repeated. GitLab takes a new text or address for `pending` only as `running`, and for `running` none until it ends:
   * then this does nothing.
   *
   * @throws ServiceError FORGE_FORBIDDEN or FORGE_NOT_FOUND where the account may not set one
   */
  setStatus(project: ProjectRef, sha: string, status: NewStatus): Promise<void>;
}

/** GitHub refuses more (422); the others would show more, but one text is shown everywhere. */
const LONGEST_DESCRIPTION = 140;

/** What is written for a state where nothing near it is known, and what is read. */
interface Words {
  write: Readonly<Record<StatusState, string>>;
  read: Readonly<Record<string, StatusState>>;
}

/**
 * GitHub: https://docs.github.com/en/rest/commits/statuses. Forgejo has `warning` and newer versions `skipped` besides, which only
 * others write. Neither has a state for what was left out or called off: required checks must not pass then.
 */
export const GITHUB_STATES: Words = {
  write: {
    pending: 'pending',
    running: 'pending',
    success: 'success',
    failure: 'failure',
    error: 'error',
    neutral: 'error',
    cancelled: 'error',
  },
  read: {
    pending: 'pending',
    success: 'success',
    failure: 'failure',
    error: 'error',
    warning: 'failure',
    skipped: 'neutral',
  },
};

/** https://docs.gitlab.com/api/commits/#set-commit-pipeline-status; jobs of GitLab's own CI have more. */
export const GITLAB_STATES: Words = {
  write: {
    pending: 'pending',
    running: 'running',
    success: 'success',
    failure: 'failed',
    error: 'failed',
    neutral: 'failed',
    cancelled: 'canceled',
  },
  read: {
    running: 'running',
    canceling: 'running',
    success: 'success',
    failed: 'failure',
    canceled: 'cancelled',
    skipped: 'neutral',
  },
};

/** `FLAG_STATUSES_LABELS` in Pagure's default configuration. */
export const PAGURE_STATES: Words = {
  write: {
    pending: 'pending',
    running: 'pending',
    success: 'success',
    failure: 'failure',
    error: 'error',
    neutral: 'error',
    cancelled: 'canceled',
  },
  read: {
    success: 'success',
    failure: 'failure',
    error: 'error',
    canceled: 'cancelled',
  },
};

const STATES_OF = {
  github: GITHUB_STATES,
  gitlab: GITLAB_STATES,
  pagure: PAGURE_STATES,
  forgejo: GITHUB_STATES,
} as const;

/**
 * How a state reads once a forge has it: GitHub, Forgejo and Pagure do not tell `running` from `pending`. On GitLab an unfinished
 * one may read as `running` for being `pending`, see `setStatus`.
 */
export function shownState(kind: keyof typeof STATES_OF, state: StatusState): StatusState {
  const words = STATES_OF[kind];
  return readState(words, words.write[state]);
}

/** What a forge's word means; one that is not known has not ended. */
export function readState({ read }: Words, word: string | undefined): StatusState {
  return (word !== undefined && Object.hasOwn(read, word) ? read[word] : undefined) ?? 'pending';
}

/**
 * A description as it is sent: one line of at most 140 code points. What is too long ends in an ellipsis, which never comes in the
 * middle of what people see as one character.
 */
export function statusDescription(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (codePoints(line) <= LONGEST_DESCRIPTION) return line;
  let kept = '';
  let length = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(line)) {
    length += codePoints(segment);
    if (length >= LONGEST_DESCRIPTION) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

function codePoints(text: string): number {
  return Array.from(text).length;
}

/** Oldest change first; ids grow, and decide where the forge's clock does not tell two apart. */
export function oldestFirst(statuses: readonly CommitStatus[]): CommitStatus[] {
  return statuses.toSorted(
    (a, b) => timeOf(a) - timeOf(b) || a.id.localeCompare(b.id, 'en', { numeric: true }),
  );
}

function timeOf({ updatedAt }: CommitStatus): number {
  const time = Date.parse(updatedAt ?? '');
  return Number.isNaN(time) ? 0 : time;
}
