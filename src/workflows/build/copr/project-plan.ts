/** What has to be done to a Copr project before a build. Pure: the answer is data, and nothing is changed that nobody asked for. */
import type { CoprProject, ProjectSettings } from '../../../remote/copr/index.ts';
import type { WantedSettings } from './destination.ts';

export type ProjectPlan =
  | { action: 'create'; settings: ProjectSettings }
  | { action: 'edit'; settings: ProjectSettings }
  | { action: 'none' };

export interface ProjectFacts {
  /** Undefined: there is none yet. */
  current: CoprProject | undefined;
  wanted: WantedSettings;
  chroots: readonly string[];
  /** Address of the upstream project, if it is known. */
  upstreamUrl: string | undefined;
}

/** Days a project that nobody asked to preserve is kept, as in the reference. */
const KEPT_DAYS = 60;

export function planProject({ current, wanted, chroots, upstreamUrl }: ProjectFacts): ProjectPlan {
  if (current === undefined) return { action: 'create', settings: newProject(wanted, chroots, upstreamUrl) };
  const settings: ProjectSettings = {
    ...(chroots.every((chroot) => current.chroots.includes(chroot))
      ? {}
      : { chroots: union(current.chroots, chroots).sort() }),
    ...differing('description', wanted.description, current.description),
    ...differing('instructions', wanted.instructions, current.instructions),
    ...differing('unlisted', negated(wanted.listOnHomepage), current.unlisted),
    ...(current.deleteAfterDays === undefined || wanted.preserve === undefined
      ? {}
      : differing('deleteAfterDays', wanted.preserve ? -1 : KEPT_DAYS, current.deleteAfterDays ?? -1)),
    ...((wanted.additionalRepos?.every((repo) => current.additionalRepos.includes(repo)) ?? true)
      ? {}
      : { additionalRepos: union(current.additionalRepos, wanted.additionalRepos ?? []) }),
    ...differing('moduleHotfixes', wanted.moduleHotfixes, current.moduleHotfixes),
    ...differing('bootstrap', wanted.bootstrap, current.bootstrap),
  };
  return Object.keys(settings).length === 0 ? { action: 'none' } : { action: 'edit', settings };
}

function newProject(
  wanted: WantedSettings,
  chroots: readonly string[],
  upstreamUrl: string | undefined,
): ProjectSettings {
  const { bootstrap, additionalRepos } = wanted;
  const of = upstreamUrl === undefined ? '' : ` of ${upstreamUrl}`;
  return {
    chroots: [...chroots].sort(),
    description: wanted.description ?? `Builds${of} made with packit on the command line.`,
    instructions:
      wanted.instructions ??
      (upstreamUrl === undefined ? 'These are builds for trying out.' : `See ${upstreamUrl}`),
    ...(upstreamUrl === undefined ? {} : { contact: upstreamUrl }),
    unlisted: wanted.listOnHomepage !== true,
    deleteAfterDays: wanted.preserve === true ? -1 : KEPT_DAYS,
    followFedoraBranching: false,
    ...(additionalRepos === undefined ? {} : { additionalRepos }),
    ...(wanted.moduleHotfixes === undefined ? {} : { moduleHotfixes: wanted.moduleHotfixes }),
    ...(bootstrap === undefined ? {} : { bootstrap }),
  };
}

function differing<K extends keyof ProjectSettings>(
  key: K,
  wanted: ProjectSettings[K] | undefined,
  current: ProjectSettings[K],
): ProjectSettings {
  return wanted === undefined || wanted === current ? {} : { [key]: wanted };
}

function negated(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function union(present: readonly string[], added: readonly string[]): string[] {
  return [...new Set([...present, ...added])];
}
