import { setTimeout as sleepFor } from 'node:timers/promises';
import { PackitError, ServiceError } from '../../errors.ts';
import { projectPath, sameProject } from './repository-url.ts';
import type { Forge, Project, ProjectRef } from './types.ts';

export interface EnsureForkOptions {
  /** How long to wait for a new fork, in milliseconds. Default three minutes. */
  patience?: number;
  /** Milliseconds between looks; grows by half each time up to ten seconds. Default 1000. */
  interval?: number;
  /** Told once, if there is something to wait for. */
  onWait?: (message: string) => void;
  sleep?: (milliseconds: number) => Promise<unknown>;
  /** Milliseconds since a fixed moment. */
  now?: () => number;
}

/**
 * The user's fork of a project, made if there is none, once branches can be pushed to it. A user's own project
 * needs no fork and is returned itself.
 *
 * @throws ServiceError FORGE_FORK_LATE if a new fork does not appear in time
 * @throws PackitError FORGE_FORK_NAME_TAKEN if another project of the user has the fork's name
 */
export async function ensureFork(
  forge: Forge,
  project: ProjectRef,
  options: EnsureForkOptions = {},
): Promise<{ fork: Project; created: boolean }> {
  const { patience = 180_000, interval = 1000, onWait, sleep = sleepFor } = options;
  const now = options.now ?? (() => performance.now());
  const found = (await ownProject(forge, project)) ?? (await forge.findFork(project));
  if (found?.archived === true) throw archivedError(found);
  if (found !== undefined && (await isReady(forge, project, found))) return { fork: found, created: false };

  const ref = found ?? (await forge.createFork(project));
  const until = now() + patience;
  for (let pause = interval, said = false; ; pause = Math.min(10_000, pause * 1.5)) {
    const fork = await forge.getProject(ref);
    if (fork !== undefined && !sameProject(fork, project) && !isForkOf(fork, project)) {
      // The forge may have answered "exists already" for a fork under another name.
      const renamed = await forge.findFork(project);
      if (renamed !== undefined) return { fork: renamed, created: false };
      throw nameTakenError(fork, project);
    }
    if (fork !== undefined && (await isReady(forge, project, fork)))
      return { fork, created: found === undefined };
    if (now() >= until) throw lateError(forge, project, ref);
    if (!said) onWait?.(`Waiting for ${forge.host} to finish the fork ${projectPath(ref)}`);
    said = true;
    await sleep(pause);
  }
}

async function ownProject(forge: Forge, project: ProjectRef): Promise<Project | undefined> {
  if (forge.kind === 'pagure' || project.namespace.toLowerCase() !== (await forge.whoami()).toLowerCase()) {
    return undefined;
  }
  return forge.getProject(project);
}

/** A fork exists before its branches do. One of an empty project has none to wait for. */
async function isReady(forge: Forge, project: ProjectRef, fork: Project): Promise<boolean> {
  if (sameProject(fork, project)) return true;
  if ((await forge.listBranches(fork)).length > 0) return true;
  return (await forge.listBranches(project)).length === 0;
}

function isForkOf(fork: Project, project: ProjectRef): boolean {
  return sameProject(fork.parent, project);
}

function lateError(forge: Forge, project: ProjectRef, ref: ProjectRef): ServiceError {
  return new ServiceError(
    'FORGE_FORK_LATE',
    `${forge.host} has accepted to fork ${projectPath(project)}, but ${projectPath(ref)} cannot be used yet`,
    {
      hint: `Look at ${forge.instanceUrl}/${projectPath(ref)} and run the command again in a few minutes: it goes on from here.`,
    },
  );
}

function nameTakenError(fork: Project, project: ProjectRef): PackitError {
  return new PackitError(
    'FORGE_FORK_NAME_TAKEN',
    `${fork.fullName} exists and is no fork of ${projectPath(project)}`,
    {
      hint: `Rename ${fork.webUrl} or remove it, or fork ${projectPath(project)} by hand under another name: packit finds it.`,
    },
  );
}

function archivedError(fork: Project): PackitError {
  return new PackitError(
    'FORGE_FORK_ARCHIVED',
    `The fork ${fork.fullName} is archived and takes no changes`,
    {
      hint: `Unarchive it in its settings at ${fork.webUrl}, or remove it: packit makes a new one.`,
    },
  );
}
