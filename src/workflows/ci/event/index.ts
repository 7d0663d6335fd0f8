/** From what a CI system says to one event. */
import type { ForgeKind } from '../../../remote/forge/index.ts';
import { fromGitHub } from './github.ts';
import { fromGitLab } from './gitlab.ts';
import { fromMessage, isMessage } from './messages.ts';
import { fromPagure } from './pagure.ts';
import type { EventSource, Normalised } from './types.ts';

export type {
  CiEvent,
  EventComment,
  EventKind,
  EventMessage,
  EventPullRequest,
  EventSource,
  Normalised,
  Reply,
  ServiceNews,
} from './types.ts';
export { COMMAND_NAMES, parseComment } from './command.ts';
export type { CommandName, CommentCommand } from './command.ts';

/** Which system this is, by its variables; undefined on a machine that is none. */
export function detectForge(env: EventSource['env']): ForgeKind | undefined {
  if (env.GITLAB_CI === 'true') return 'gitlab';
  // Forgejo and Gitea set GitHub's variables as well.
  if (env.FORGEJO_ACTIONS === 'true' || env.GITEA_ACTIONS === 'true') return 'forgejo';
  return env.GITHUB_ACTIONS === 'true' ? 'github' : undefined;
}

/** Where the payload is, and what the event is called, by the system's variables. */
export function eventFromEnvironment(env: EventSource['env']): {
  name: string | undefined;
  file: string | undefined;
} {
  return {
    name: env.FORGEJO_EVENT_NAME ?? env.GITHUB_EVENT_NAME,
    file: env.FORGEJO_EVENT_PATH ?? env.GITHUB_EVENT_PATH ?? env.TRIGGER_PAYLOAD,
  };
}

/** The event, or why there is nothing to do. Never throws for a payload, whatever it holds. */
export function normalise(source: EventSource): Normalised {
  if (isMessage(source.name)) return fromMessage(source);
  const forge = source.forge ?? forgeOfPayload(source);
  if (forge === undefined) {
    return { ignored: 'this is no CI job of GitHub, GitLab or Forgejo, and no event was given' };
  }
  if (forge === 'gitlab') return fromGitLab(source);
  return forge === 'pagure' ? fromPagure(source) : fromGitHub(source, forge);
}

function forgeOfPayload({ env, name = '', payload }: EventSource): ForgeKind | undefined {
  if (name.includes('pagure.')) return 'pagure';
  if (typeof payload === 'object' && payload !== null && 'object_kind' in payload) return 'gitlab';
  return detectForge(env) ?? (payload === undefined ? undefined : 'github');
}

export { blankRequest } from './github.ts';
