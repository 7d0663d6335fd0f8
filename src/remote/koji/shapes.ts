/** What a hub answers, as data of our own: only what packit uses, checked. */
import { ServiceError } from '../../errors.ts';

export type BuildState = 'building' | 'complete' | 'deleted' | 'failed' | 'canceled';
export type TaskState = 'free' | 'open' | 'closed' | 'canceled' | 'assigned' | 'failed';

/** By Koji's numbers. */
export const BUILD_STATES: readonly BuildState[] = ['building', 'complete', 'deleted', 'failed', 'canceled'];
export const TASK_STATES: readonly TaskState[] = ['free', 'open', 'closed', 'canceled', 'assigned', 'failed'];

export interface KojiBuild {
  id: number;
  /** `hello-1.0-1.fc42` */
  nvr: string;
  name: string;
  version: string;
  release: string;
  epoch: number | undefined;
  state: BuildState;
  taskId: number | undefined;
  /** Account name of who built it. */
  owner: string | undefined;
  /** ISO 8601, UTC. */
  completed: string | undefined;
}

export interface KojiTarget {
  name: string;
  buildTag: string;
  destTag: string;
}

export interface KojiTag {
  id: number;
  name: string;
  locked: boolean;
}

export interface KojiTask {
  id: number;
  method: string;
  state: TaskState;
  parent: number | undefined;
  arch: string | undefined;
  label: string | undefined;
  /** ISO 8601, UTC. */
  created: string | undefined;
  started: string | undefined;
  completed: string | undefined;
  owner: number | undefined;
  /** What it was asked to do, where that was asked for: `[source, target, options]` of a build. */
  request: readonly unknown[];
}

export interface ChangelogEntry {
  /** Seconds since 1970. */
  time: number;
  /** `Jane Doe <jane@example.com> - 1.0-1` */
  author: string;
  text: string;
}

export function readBuild(value: unknown): KojiBuild {
  const item = record(value);
  const state = BUILD_STATES[Number(item.state)];
  const name = required(item.name ?? item.package_name, 'name');
  const version = required(item.version, 'version');
  const release = required(item.release, 'release');
  if (state === undefined) throw unexpected('a build without a state');
  return {
    id: number(item.build_id ?? item.id) ?? 0,
    nvr: text(item.nvr) ?? `${name}-${version}-${release}`,
    name,
    version,
    release,
    epoch: number(item.epoch),
    state,
    taskId: number(item.task_id),
    owner: text(item.owner_name),
    completed: timeOf(item, 'completion'),
  };
}

export function readTarget(value: unknown): KojiTarget {
  const item = record(value);
  return {
    name: required(item.name, 'name'),
    buildTag: required(item.build_tag_name, 'build_tag_name'),
    destTag: required(item.dest_tag_name, 'dest_tag_name'),
  };
}

export function readTag(value: unknown): KojiTag {
  const item = record(value);
  return { id: number(item.id) ?? 0, name: required(item.name, 'name'), locked: item.locked === true };
}

export function readTask(value: unknown): KojiTask {
  const item = record(value);
  const state = TASK_STATES[Number(item.state)];
  const id = number(item.id);
  if (state === undefined || id === undefined) throw unexpected('a task without a state');
  return {
    id,
    method: text(item.method) ?? '',
    state,
    parent: number(item.parent),
    arch: text(item.arch),
    label: text(item.label),
    created: timeOf(item, 'create'),
    started: timeOf(item, 'start'),
    completed: timeOf(item, 'completion'),
    owner: number(item.owner),
    request: Array.isArray(item.request) ? (item.request as unknown[]) : [],
  };
}

/** Headers of an RPM: lists side by side, plain values where there is but one entry. */
export function readChangelog(value: unknown): ChangelogEntry[] {
  const item = record(value);
  const times = listOf(item.changelogtime);
  const names = listOf(item.changelogname);
  const texts = listOf(item.changelogtext);
  return times.map((time, index) => ({
    time: number(time) ?? 0,
    author: text(names[index]) ?? '',
    text: text(texts[index]) ?? '',
  }));
}

/** Koji gives times twice: as a text without a zone, and in seconds. */
function timeOf(item: Record<string, unknown>, name: string): string | undefined {
  const seconds = number(item[`${name}_ts`]);
  if (seconds !== undefined) return new Date(seconds * 1000).toISOString();
  const written = text(item[`${name}_time`]);
  if (written === undefined) return undefined;
  const iso = `${written.replace(' ', 'T').replace(/(?:Z|[+-]\d\d:?\d\d)$/, '')}Z`;
  return Number.isNaN(Date.parse(iso)) ? undefined : new Date(iso).toISOString();
}

export function record(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw unexpected('something else than a struct');
}

export function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return value === null || value === undefined ? [] : [value];
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function text(value: unknown): string | undefined {
  // Headers of old RPMs may come as bytes.
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  return typeof value === 'string' ? value : undefined;
}

function required(value: unknown, name: string): string {
  const found = text(value);
  if (found === undefined || found === '') throw unexpected(`nothing for ${name}`);
  return found;
}

export function unexpected(what: string): ServiceError {
  return new ServiceError('KOJI_ANSWER', `Koji's answer has ${what}`, {
    hint: 'Try again later; if it stays, the service has changed and packit needs an update.',
  });
}
