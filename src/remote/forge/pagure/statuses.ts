import { createHash } from 'node:crypto';
import type { Api } from '../api.ts';
import { listAt, textAt } from '../fields.ts';
import { projectPath } from '../repository-url.ts';
import { oldestFirst, PAGURE_STATES, readState, statusDescription } from '../statuses.ts';
import type { CommitStatus, Statuses } from '../statuses.ts';
import { apiPath, isoTime } from './project-ref.ts';

/**
 * Flags of a commit (https://pagure.io/api/0/, "Flag a commit"), with the right `commit_flag`. A flag is found again by its `uid`,
 * which is a function of the name as in the hosted service. Anybody with that right may change anybody's flag, and it goes on
 * bearing the name of who made it.
 */
export function pagureStatuses(api: Api): Statuses {
  return {
    async listStatuses(project, sha) {
      const action = `list the statuses of ${sha} of ${projectPath(project)}`;
      const { body } = await api({ action, path: apiPath(project, 'c', sha, 'flag') });
      return oldestFirst(listAt(body, 'flags').map(readFlag));
    },
    async setStatus(project, sha, { name, state, description, url }) {
      await api({
        action: `set the status ${name} of ${sha} of ${projectPath(project)}`,
        method: 'POST',
        path: apiPath(project, 'c', sha, 'flag'),
        form: {
          username: name,
          // It must not be empty.
          comment: statusDescription(description) || name,
          url,
          status: PAGURE_STATES.write[state],
          uid: flagUid(name),
        },
        repeatable: true,
      });
    },
  };
}

/** First 32 digits of the SHA-256 of the name: what the column holds. */
function flagUid(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

/** The answer holds no number or uid; the name is the same thing. */
function readFlag(body: unknown): CommitStatus {
  const name = textAt(body, 'username') ?? '';
  return {
    id: flagUid(name),
    name,
    state: readState(PAGURE_STATES, textAt(body, 'status')),
    description: textAt(body, 'comment') ?? '',
    url: textAt(body, 'url') ?? '',
    creator: textAt(body, 'user', 'name'),
    updatedAt: isoTime(body, 'date_updated') ?? isoTime(body, 'date_created'),
  };
}
