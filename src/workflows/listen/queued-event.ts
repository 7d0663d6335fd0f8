/** An event on its way through the queue: its form there, the lane it goes by, and what must not be worked on at the same time. */
import { PackitError } from '../../errors.ts';
import { forgeKindIn } from '../../remote/forge/index.ts';
import type { ForgeKind, ProjectRef } from '../../remote/forge/index.ts';
import type { Lane, WorkMessage } from '../../remote/queue/index.ts';
import { normalise } from '../ci/event/index.ts';
import type { HandledEvent } from './types.ts';

const VERSION = 1;
const SOURCES: readonly HandledEvent['source'][] = ['webhook', 'message', 'sweep'];

/** A project that events came from. */
export interface SeenProject {
  /** Undefined: asked of the forge. */
  forge: ForgeKind | undefined;
  instanceUrl: string;
  project: ProjectRef;
}

/** The message, with the number of its round in the headers. */
export function toMessage(event: HandledEvent, since: Date): WorkMessage {
  return {
    id: event.id,
    body: JSON.stringify({ version: VERSION, ...event }),
    headers: { 'packit-since': since.toISOString() },
  };
}

/** @throws PackitError `EVENT_UNREADABLE` */
export function fromMessage(body: string): HandledEvent {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw unreadable('it is no JSON', cause);
  }
  if (typeof value !== 'object' || value === null) throw unreadable('it is no JSON object');
  const { version, source, forge, name, payload, id } = value as Record<string, unknown>;
  if (version !== VERSION) throw unreadable(`its version is ${JSON.stringify(version)}, not ${VERSION}`);
  const known = SOURCES.find((one) => one === source);
  if (known === undefined) throw unreadable(`its source is none of ${SOURCES.join(', ')}`);
  if (typeof name !== 'string' || typeof id !== 'string' || id === '')
    throw unreadable('it has no name or no id');
  const kind = forgeKindIn(forge);
  return { source: known, ...(kind === undefined ? {} : { forge: kind }), name, payload, id };
}

function unreadable(why: string, cause?: unknown): PackitError {
  return new PackitError('EVENT_UNREADABLE', `The event cannot be read: ${why}`, {
    hint: 'An event is a JSON object with version, source, name, payload and id, as packit listen dead show prints it.',
    cause,
  });
}

/** How something that was begun goes on: before new things. */
const RESULTS = /^(?:copr|buildsys|openscanhub|logdetective)\.|^testing-farm$/;
/** Work in git repositories of dist-git, which takes minutes. */
const LONG = /^(?:hotness|anitya|pagure\.git\.receive)/;

export function laneOf({ name, source }: Pick<HandledEvent, 'name' | 'source'>): Lane {
  if (source === 'sweep') return 'long';
  if (RESULTS.test(name)) return 'results';
  return LONG.test(name) ? 'long' : 'events';
}

/**
 * Two events with the same group are not handled at the same time: those of one pull request or branch, of one build, of one
 * package. Undefined: nothing is known that could get into its way.
 */
export function groupOf(event: HandledEvent): string | undefined {
  const { name, payload } = event;
  if (name.startsWith('copr.')) return joined('copr', payload, 'owner', 'copr', 'build');
  if (name.startsWith('buildsys.task.')) return joined('koji-task', payload, 'id');
  if (name.startsWith('buildsys.')) return joined('koji', payload, 'name');
  if (name.startsWith('hotness.')) return joined('package', payload, 'package');
  if (name === 'testing-farm') return joined('testing-farm', payload, 'request_id');
  const normalised = event.forge === undefined ? undefined : eventIn(event);
  if (normalised === undefined) return undefined;
  const { forge, instanceUrl, project, pullRequest, issue, branch, tag } = normalised;
  const what = pullRequest?.number ?? issue ?? branch ?? tag ?? '';
  return [forge, instanceUrl, project.namespace, project.name, what].join(' ');
}

/** The project of an event of a forge. */
export function projectOf(event: HandledEvent): SeenProject | undefined {
  if (event.source === 'sweep' || event.forge === undefined) return undefined;
  const found = eventIn(event);
  return found === undefined
    ? undefined
    : { forge: found.forge, instanceUrl: found.instanceUrl, project: found.project };
}

/** The prefix does not matter here: a comment without a command starts nothing, and gets into nobody's way. */
function eventIn({ forge, name, payload }: HandledEvent) {
  return normalise({ env: {}, forge, name, payload, prefix: '/packit' }).event;
}

function joined(kind: string, payload: unknown, ...fields: readonly string[]): string | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const values = fields.map((field) => (payload as Record<string, unknown>)[field]);
  return values.every((value) => typeof value === 'string' || typeof value === 'number')
    ? [kind, ...values].join(' ')
    : undefined;
}
