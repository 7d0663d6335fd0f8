/** What an event does not say of itself, the forge is asked for: head, author, labels, branches; the commit of a tag. */
import type { Forge } from '../../../remote/forge/index.ts';
import { blankRequest } from '../event/index.ts';
import type { CiEvent, EventPullRequest, Normalised } from '../event/index.ts';

/**
 * The event with everything that jobs are chosen by. Payloads may be old, and nothing in them about a pull request is believed that the
 * forge can say.
 */
export async function completeEvent(forge: Forge, event: CiEvent): Promise<Normalised> {
  if (event.pullRequest !== undefined) return completeRequest(forge, event, event.pullRequest);
  if (event.trigger === 'release' && event.tag !== undefined) {
    const { tag } = event;
    const commit = (await forge.listTags(event.project)).find(({ name }) => name === tag)?.commit;
    if (commit === undefined)
      return { ignored: `there is no tag ${tag} in ${event.project.namespace}/${event.project.name}` };
    return { event: { ...event, sha: commit } };
  }
  const defaultBranch = event.defaultBranch ?? (await forge.getDefaultBranch(event.project));
  if (defaultBranch === undefined) return { ignored: 'the repository is empty' };
  const branch = event.trigger === 'commit' ? { branch: event.branch ?? defaultBranch } : {};
  return { event: { ...event, defaultBranch, ...branch } };
}

async function completeRequest(forge: Forge, event: CiEvent, request: EventPullRequest): Promise<Normalised> {
  const { project } = event;
  const found = await forge.getPullRequest(project, request.number);
  if (found === undefined) return { ignored: `there is no ${forge.requestName} ${request.number}` };
  if (found.state !== 'open') return { ignored: `${forge.requestName} ${request.number} is ${found.state}` };
  const head = found.headCommit ?? request.headSha;
  // A run for a commit that has been pushed over keeps to that commit.
  const sha = event.kind === 'pull_request' ? (event.sha ?? head) : head;
  if (sha === undefined) return { ignored: `${forge.requestName} ${request.number} has no commits` };
  return {
    event: {
      ...event,
      sha,
      defaultBranch: event.defaultBranch ?? (await forge.getDefaultBranch(project)),
      pullRequest: {
        ...request,
        author: found.author,
        title: found.title,
        url: found.webUrl,
        source: found.source,
        sourceBranch: found.sourceBranch,
        targetBranch: found.targetBranch,
        headSha: sha,
        ...(found.targetCommit === undefined ? {} : { targetSha: found.targetCommit }),
        labels: found.labels,
        open: true,
      },
    },
  };
}

/** Where an event is. */
export type EventBase = Pick<CiEvent, 'forge' | 'instanceUrl' | 'project' | 'defaultBranch'>;

/** A pull request as an event of its own: for looking after what was begun for it. */
export function eventOfRequest(base: EventBase, number: number): CiEvent {
  return {
    ...base,
    kind: 'pull_request',
    trigger: 'pull_request',
    sha: undefined,
    actor: '',
    pullRequest: blankRequest(number),
  };
}
