import { PackitError } from '../../../errors.ts';
import { listAt, numberAt, textAt } from '../fields.ts';
import type { ProjectRef } from '../project.ts';
import { projectPath } from '../repository-url.ts';
import { GITLAB_STATES, oldestFirst, readState, statusDescription } from '../statuses.ts';
import type { CommitStatus, NewStatus, Statuses } from '../statuses.ts';
import type { Attempt } from './attempt.ts';

/**
 * https://docs.gitlab.com/api/commits/#set-commit-pipeline-status, for Developers of the project that has the commit. The statuses
 * of a commit make a pipeline of their own beside that of GitLab's CI.
 *
 * A status that has not ended takes no change but a step ahead: pending, running, an end. The same state again or one before it
 * is refused (400 "Cannot transition status"), text and address with it. After an end any state begins a new record.
 */
export function gitlabStatuses(attempt: Attempt): Statuses {
  return {
    async listStatuses(project, sha) {
      const action = `list the statuses of ${sha} of ${projectPath(project)}`;
      const all = await attempt(action, ({ commits }) =>
        commits.allStatuses(projectPath(project), sha, { ...EACH_PAGE }),
      );
      return latest(listAt({ all }, 'all').map(readStatus));
    },
    async setStatus(project, sha, status) {
      const wanted = GITLAB_STATES.write[status.state];
      try {
        await post(project, sha, status, wanted);
      } catch (error) {
        const standing = refusedFrom(error);
        if (standing === undefined) throw error;
        if (standing !== wanted && !(isUnfinished(standing) && isUnfinished(wanted))) throw error;
        // The next step is the one way to show a new text and address; to people both are unfinished.
        if (standing === 'pending' && !(await isShown(project, sha, status)))
          await ahead(project, sha, status);
      }
    },
  };

  /** An answer may have been lost, and this be the second time. */
  async function isShown(project: ProjectRef, sha: string, status: NewStatus): Promise<boolean> {
    const action = `read the status ${status.name} of ${sha} of ${projectPath(project)}`;
    const all = await attempt(action, ({ commits }) =>
      commits.allStatuses(projectPath(project), sha, { name: status.name, ...EACH_PAGE }),
    );
    const text = statusDescription(status.description);
    return listAt({ all }, 'all').some(
      (item) =>
        textAt(item, 'name') === status.name &&
        textAt(item, 'status') === 'pending' &&
        textAt(item, 'description') === text &&
        textAt(item, 'target_url') === status.url,
    );
  }

  /** GitLab takes one change of a commit at a time, and after ten seconds of waiting for another says 409. */
  async function post(project: ProjectRef, sha: string, status: NewStatus, state: string): Promise<void> {
    try {
      await send(project, sha, status, state);
    } catch (error) {
      if (!(error instanceof PackitError) || error.code !== 'FORGE_CONFLICT') throw error;
      await send(project, sha, status, state);
    }
  }

  function send(project: ProjectRef, sha: string, status: NewStatus, state: string): Promise<unknown> {
    const action = `set the status ${status.name} of ${sha} of ${projectPath(project)}`;
    return attempt(action, ({ commits }) =>
      commits.editStatus(projectPath(project), sha, state as 'pending', {
        name: status.name,
        targetUrl: status.url,
        description: statusDescription(status.description),
      }),
    );
  }

  /** Refused where something else has taken the step meanwhile. */
  async function ahead(project: ProjectRef, sha: string, status: NewStatus): Promise<void> {
    try {
      await post(project, sha, status, 'running');
    } catch (error) {
      if (refusedFrom(error) === undefined) throw error;
    }
  }
}

/** Gitbeaker's types know of no pages here. */
const EACH_PAGE = { perPage: 100 } as object;

function isUnfinished(state: string): boolean {
  return state === 'pending' || state === 'running';
}

/** The state that a change was refused from: `Cannot transition status via :run from :running`. */
function refusedFrom(error: unknown): string | undefined {
  if (!(error instanceof PackitError) || error.code !== 'FORGE_REFUSED') return undefined;
  return /Cannot transition status via :\w+ from :(\w+)/.exec(error.message)?.[1];
}

/** One of a name for each who set it: several pipelines of a commit may each have one. */
function latest(statuses: readonly CommitStatus[]): CommitStatus[] {
  const found = new Map<string, CommitStatus>();
  for (const status of oldestFirst(statuses))
    found.set(JSON.stringify([status.name, status.creator]), status);
  return oldestFirst([...found.values()]);
}

function readStatus(body: unknown): CommitStatus {
  const times = ['created_at', 'started_at', 'finished_at'].flatMap((key) => textAt(body, key) ?? []);
  return {
    id: String(numberAt(body, 'id') ?? ''),
    name: textAt(body, 'name') ?? '',
    state: readState(GITLAB_STATES, textAt(body, 'status')),
    description: textAt(body, 'description') ?? '',
    url: textAt(body, 'target_url') ?? '',
    creator: textAt(body, 'author', 'username'),
    updatedAt: times.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1),
  };
}
