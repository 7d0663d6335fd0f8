/** Statuses that are believed: those of packit's own account, on the project that has the commit. */
import { sameLogin } from '../../../remote/forge/index.ts';
import type { Forge, ForgeKind, ProjectRef } from '../../../remote/forge/index.ts';
import { toRecord } from './record.ts';
import type { StatusRecord } from './record.ts';

/** Whose commit the statuses are set on: GitLab has the commit of a fork's request in the fork alone. */
export function statusProject(of: {
  forge: ForgeKind;
  project: ProjectRef;
  source: ProjectRef | undefined;
}): ProjectRef {
  return of.forge === 'gitlab' ? (of.source ?? of.project) : of.project;
}

/**
 * Own records of a commit by name in lower case, as GitHub's names are the same in any case; of each name oldest first.
 * @param me undefined: nobody is known, nothing is believed
 */
export async function readOwn(
  forge: Pick<Forge, 'listStatuses'>,
  project: ProjectRef,
  sha: string,
  me: string | undefined,
): Promise<Map<string, StatusRecord[]>> {
  const groups = new Map<string, StatusRecord[]>();
  if (me === undefined) return groups;
  for (const status of await forge.listStatuses(project, sha)) {
    if (!sameLogin(status.creator ?? '', me)) continue;
    const id = statusId(status.name);
    const group = groups.get(id) ?? [];
    group.push(toRecord(status));
    groups.set(id, group);
  }
  return groups;
}

/** The same, of each name the one that is to be seen. */
export async function readCurrent(...of: Parameters<typeof readOwn>): Promise<StatusRecord[]> {
  return [...(await readOwn(...of)).values()].flatMap((group) => group.at(-1) ?? []);
}

export function statusId(name: string): string {
  return name.toLowerCase();
}
