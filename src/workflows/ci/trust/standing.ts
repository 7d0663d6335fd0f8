/** What an allow-list says about a user, a project and the namespaces it is in. */
import { lowerCase, projectPath } from '../../../remote/forge/index.ts';
import type { ForgeKind, ProjectRef } from '../../../remote/forge/index.ts';
import type { AllowList } from './allow-list.ts';

export interface Where {
  kind: ForgeKind;
  /** `github.com`, with the port if it is not the usual one. */
  host: string;
}

/** `HOST/A/B/C`, `HOST/A/B`, `HOST/A`: a project and what it is in, from the project upward. A fork on Pagure is its user's. */
export function placesOf({ host }: Where, project: ProjectRef): string[] {
  const parts = projectPath(project).split('/');
  // `fork` alone is nobody.
  const least = project.forkOwner === undefined ? 1 : 2;
  const places: string[] = [];
  for (let length = parts.length; length >= least; length -= 1) {
    places.push([host, ...parts.slice(0, length)].join('/'));
  }
  if (project.forkOwner !== undefined) places.push(`${host}/${project.forkOwner}`);
  return places;
}

/** The entry that denies one of the places; undefined if none does. */
export function deniedBy(list: AllowList, places: readonly string[]): string | undefined {
  return list.deny.find((entry) => places.some((place) => lowerCase(place) === lowerCase(entry)));
}

/** The entry that allows: of the first place, from the project upward, that has one and does not wait. Denials are not looked at. */
export function allowedBy(list: AllowList, where: Where, places: readonly string[]): string | undefined {
  for (const place of places) {
    const entry = list.allow.find((one) => sameName(where.kind, one, place));
    if (entry !== undefined && !waits(list, where, place)) return entry;
  }
  return undefined;
}

/** True if the place is on the list, but only to be looked at by somebody. */
export function waits(list: AllowList, { kind }: Where, place: string): boolean {
  return list.waiting.some((entry) => sameName(kind, entry, place));
}

/** On Pagure names that differ in case are different names; the other forges do not let two of them be. */
function sameName(kind: ForgeKind, entry: string, place: string): boolean {
  if (kind === 'pagure') {
    const at = place.indexOf('/');
    return entry === lowerCase(place.slice(0, at)) + place.slice(at);
  }
  return lowerCase(entry) === lowerCase(place);
}
