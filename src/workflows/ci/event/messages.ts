/**
 * Messages of Fedora Messaging that are not Pagure's own: builds and tags of Koji, builds of Copr, releases that release monitoring
 * found, and what a Forgejo says there. Fields as the services publish them; the body is the payload, the topic the event's name.
 */
import type { ProjectRef } from '../../../remote/forge/index.ts';
import type { RunState } from '../../../run-state.ts';
import { fromGitHub } from './github.ts';
import { at, listAt, numberAt, shaAt, textAt } from './payload.ts';
import type { CiEvent, EventMessage, EventSource, Normalised } from './types.ts';

/** `org.fedoraproject.prod.` and the like go before it. */
const TOPIC = /(?:^|\.)((?:copr|buildsys|hotness|anitya|forgejo)\..+)$/;

export function isMessage(name: string | undefined): boolean {
  return name !== undefined && TOPIC.test(name) && !name.includes('pagure.');
}

export function fromMessage(source: EventSource): Normalised {
  const [, topic = ''] = TOPIC.exec(source.name ?? '') ?? [];
  const { payload } = source;
  switch (topic) {
    case 'buildsys.build.state.change':
      return kojiBuild(source);
    case 'buildsys.task.state.change':
      return kojiTask(payload);
    case 'buildsys.tag':
      return kojiTag(source);
    case 'copr.build.start':
    case 'copr.build.end':
      return coprBuild(topic, payload);
    case 'hotness.update.bug.file':
      return newRelease(source);
    default:
      return topic.startsWith('forgejo.')
        ? fromForgejo(source, topic.slice('forgejo.'.length))
        : { ignored: `messages on ${topic} start nothing` };
  }
}

/** Of `bodhi_update` and of builds that wait in a side tag. */
function kojiBuild(source: EventSource): Normalised {
  const { payload } = source;
  const nvr = nvrOf(payload);
  const buildId = numberAt(payload, 'build_id');
  const taskId = numberAt(payload, 'task_id');
  if (nvr === undefined || buildId === undefined) return { ignored: 'the message names no build' };
  const state = BUILD_STATES[Number(at(payload, 'new'))];
  const news =
    state === undefined || taskId === undefined
      ? {}
      : { news: { service: 'koji' as const, id: String(taskId), state } };
  if (state !== 'succeeded') {
    return { ignored: `the build ${nvr} is not complete (${state ?? 'unknown'})`, ...news };
  }
  const method = textAt(payload, 'task', 'method');
  if (method !== undefined && method !== 'build') {
    return { ignored: `${nvr} was made by a task ${method}, which starts nothing`, ...news };
  }
  const [from, target] = listAt(payload, 'request');
  const git = typeof from === 'string' ? sourceOf(from) : undefined;
  const message: EventMessage = {
    of: 'koji-build',
    buildId,
    taskId,
    nvr,
    owner: textAt(payload, 'owner') ?? '',
    target: typeof target === 'string' ? target : undefined,
  };
  const project = git?.project ?? { namespace: 'rpms', name: textAt(payload, 'name') ?? '' };
  return { event: { ...base(source, project, message.owner), sha: git?.commit, message }, ...news };
}

/** By Koji's numbers: building, complete, deleted, failed, cancelled. */
const BUILD_STATES: readonly (RunState | undefined)[] = [
  'running',
  'succeeded',
  'lost',
  'failed',
  'cancelled',
];

const TASK_STATES: Readonly<Record<string, RunState>> = {
  FREE: 'queued',
  ASSIGNED: 'queued',
  OPEN: 'running',
  CLOSED: 'succeeded',
  CANCELED: 'cancelled',
  FAILED: 'failed',
};

function kojiTask(payload: unknown): Normalised {
  const id = numberAt(payload, 'id');
  const state = TASK_STATES[textAt(payload, 'new') ?? ''];
  if (id === undefined || state === undefined) return { ignored: 'the message names no task' };
  return { ignored: `task ${id} of Koji is ${state}`, news: { service: 'koji', id: String(id), state } };
}

function kojiTag(source: EventSource): Normalised {
  const { payload } = source;
  const tag = textAt(payload, 'tag') ?? '';
  const nvr = nvrOf(payload);
  const name = textAt(payload, 'name');
  if (nvr === undefined || name === undefined) return { ignored: 'the message names no build' };
  if (!tag.includes('-side-')) return { ignored: `${tag} is no side tag` };
  const user = textAt(payload, 'user') ?? '';
  const message: EventMessage = { of: 'koji-tag', tag, nvr, user };
  return { event: { ...base(source, { namespace: 'rpms', name }, user), message } };
}

function coprBuild(topic: string, payload: unknown): Normalised {
  const id = numberAt(payload, 'build');
  const place = textAt(payload, 'chroot');
  if (id === undefined || place === undefined) return { ignored: 'the message names no build' };
  const owner = textAt(payload, 'owner') ?? '';
  const project = textAt(payload, 'copr') ?? '';
  // Whatever a build that has ended is, but 1, is no success.
  const state: RunState =
    topic === 'copr.build.start' ? 'running' : Number(at(payload, 'status')) === 1 ? 'succeeded' : 'failed';
  const chroot = place === 'srpm-builds' ? undefined : place;
  return {
    ignored: `build ${id} of Copr is ${state} (${place})`,
    news: { service: 'copr', id: String(id), state, chroot, project: `${owner}/${project}` },
  };
}

/** The-new-hotness has filed a bug for a release. */
function newRelease(source: EventSource): Normalised {
  const { payload } = source;
  const name = textAt(payload, 'package');
  if (name === undefined) return { ignored: 'the message names no package' };
  const announced = listAt(payload, 'trigger', 'msg', 'message', 'upstream_versions').flatMap((version) =>
    typeof version === 'string' && version !== '' ? [version] : [],
  );
  const newest = textAt(payload, 'trigger', 'msg', 'project', 'version');
  const versions = announced.length > 0 ? announced : newest === undefined ? [] : [newest];
  if (versions.length === 0) return { ignored: `the message names no version of ${name}` };
  const message: EventMessage = {
    of: 'new-release',
    versions: [...new Set(versions)],
    bug: numberAt(payload, 'bug', 'bug_id'),
  };
  return {
    event: {
      ...base(source, { namespace: 'rpms', name }, 'release-monitoring'),
      trigger: 'release',
      message,
    },
  };
}

/** A webhook's payload in an envelope; `agent` is the name in Fedora's accounts. */
function fromForgejo(source: EventSource, name: string): Normalised {
  const normalised = fromGitHub({ ...source, name, payload: at(source.payload, 'body') }, 'forgejo');
  const agent = textAt(source.payload, 'agent');
  if (normalised.event === undefined || agent === undefined || normalised.event.kind === 'comment') {
    return normalised;
  }
  return { event: { ...normalised.event, actor: agent } };
}

function base({ env }: EventSource, project: ProjectRef, actor: string): CiEvent {
  return {
    forge: 'pagure',
    instanceUrl: (env.PACKIT_PAGURE_INSTANCE_URL ?? 'https://src.fedoraproject.org').replace(/\/+$/, ''),
    project,
    defaultBranch: undefined,
    kind: 'message',
    trigger: undefined,
    sha: undefined,
    actor,
  };
}

function nvrOf(payload: unknown): string | undefined {
  const parts = ['name', 'version', 'release'].map((key) => textAt(payload, key));
  return parts.includes(undefined) ? undefined : parts.join('-');
}

/** `git+https://src.fedoraproject.org/rpms/hello.git#COMMIT` */
function sourceOf(source: string): { project: ProjectRef; commit: string | undefined } | undefined {
  const [, namespace, name, commit] =
    /^git\+[a-z+]+:\/\/[^/]+\/(?:.*\/)?([\w.-]+)\/([\w.+-]+?)(?:\.git)?\/?(?:\?[^#]*)?#(.*)$/.exec(source) ??
    [];
  if (namespace === undefined || name === undefined) return undefined;
  return { project: { namespace, name }, commit: shaAt([commit], 0) };
}
