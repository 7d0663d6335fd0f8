import { pathOf } from '../api.ts';
import { numberAt, textAt, valueAt } from '../fields.ts';
import type { ProjectRef } from '../types.ts';

/** Where a project is below the API's base and below the web interface's. */
export function apiPath(project: ProjectRef, ...rest: string[]): string {
  const fork = project.forkOwner === undefined ? [] : ['fork', project.forkOwner];
  return pathOf(
    ...[...fork, ...project.namespace.split('/'), project.name].filter((part) => part !== ''),
    ...rest,
  );
}

/** A project as Pagure describes it anywhere: an object with `parent` set is a fork of its user. */
export function projectRef(body: unknown): ProjectRef | undefined {
  const name = textAt(body, 'name');
  if (name === undefined) return undefined;
  const ref: ProjectRef = { namespace: textAt(body, 'namespace') ?? '', name };
  const owner = textAt(body, 'user', 'name');
  const parent = valueAt(body, 'parent');
  return owner !== undefined && parent !== null && parent !== undefined ? { ...ref, forkOwner: owner } : ref;
}

/** Seconds since 1970, as text. */
export function isoTime(body: unknown, key: string): string | undefined {
  const seconds = Number(textAt(body, key) ?? numberAt(body, key) ?? Number.NaN);
  return Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : undefined;
}
