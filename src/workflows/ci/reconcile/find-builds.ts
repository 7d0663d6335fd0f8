/** Builds that an earlier run has submitted for the same thing: Copr keeps the script that made the SRPM, and the script begins with our key. */
import { buildPage } from '../../../remote/copr/index.ts';
import type { Copr, CoprBuild } from '../../../remote/copr/index.ts';
import type { RunState } from '../../../run-state.ts';
import { isFinal, isGood } from '../../../run-state.ts';
import { keyIn } from '../source/index.ts';
import type { SourceMarker } from '../source/index.ts';
import type { BuildSeen } from './show.ts';

export interface BuildFinder {
  /** Builds of the key, newest first, at most five. */
  find(of: Sought): Promise<BuildSeen[]>;
  /** Builds of the same pull request for other commits that have not ended, newest first. */
  older(of: { owner: string; project: string; ref: string; sha: string }): Promise<OlderBuild[]>;
  /** Looks again. What Copr no longer knows is lost, where it had not ended. */
  look(build: BuildSeen): Promise<BuildSeen>;
}

export interface Sought {
  owner: string;
  project: string;
  key: string;
  /** Builds that statuses name: believed only if Copr says the same. */
  named: readonly string[];
  /** Builds that this very run has submitted. */
  own: readonly { id: string; cause: string }[];
}

export interface OlderBuild {
  id: string;
  mark: SourceMarker;
  ended: boolean;
}

/** How far back a project is searched. */
const SEARCHED = 40;
const MOST = 5;

export function createBuildFinder(copr: Copr): BuildFinder {
  const marks = new Map<string, SourceMarker | undefined>();
  async function markOf(id: string): Promise<SourceMarker | undefined> {
    if (!marks.has(id)) {
      const config = await copr.sourceConfig(id);
      marks.set(id, config?.script === undefined ? undefined : keyIn(config.script));
    }
    return marks.get(id);
  }
  async function listed(owner: string, project: string): Promise<CoprBuild[]> {
    return (await copr.project(owner, project)) === undefined ? [] : copr.builds(owner, project, SEARCHED);
  }
  return {
    async find({ owner, project, key, named, own }) {
      for (const { id, cause } of own) marks.set(id, { key, cause });
      const found: BuildSeen[] = [];
      const candidates = await listed(owner, project);
      const known = new Set(candidates.map(({ id }) => id));
      for (const id of new Set([...named, ...own.map((one) => one.id)].filter((one) => !known.has(one)))) {
        const build = await copr.build(id, 3);
        // A status may name any build; only one of this project and key is ours.
        if (build?.owner === owner && build.project === project) candidates.push(build);
      }
      for (const build of candidates.toSorted((a, b) => Number(b.id) - Number(a.id))) {
        const mark = await markOf(build.id);
        if (mark?.key !== key) continue;
        found.push(await seen(copr, build, mark.cause));
        if (found.length === MOST) break;
      }
      return found;
    },
    async older({ owner, project, ref, sha }) {
      const older: OlderBuild[] = [];
      for (const build of await listed(owner, project)) {
        const mark = await markOf(build.id);
        if (mark === undefined || mark.ref !== ref || mark.sha === sha || mark.sha === undefined) continue;
        older.push({ id: build.id, mark, ended: isFinal(build.state) });
        if (older.length === MOST) break;
      }
      return older;
    },
    async look(build) {
      const now = await copr.build(build.id);
      if (now === undefined) return { ...build, ...gone(build) };
      return seen(copr, now, build.cause);
    },
  };
}

async function seen(copr: Copr, build: CoprBuild, cause: string): Promise<BuildSeen> {
  const made = await copr.buildChroots(build.id);
  const states: Record<string, { state: RunState }> = {};
  for (const name of build.chroots) states[name] = { state: 'queued' };
  for (const { name, state } of made ?? []) states[name] = { state };
  const source = await sourceState(copr, build, Object.values(states));
  // Whoever cancels a build before its chroots were begun leaves them as they are.
  const ended = isFinal(build.state) && build.word !== 'forked' ? build.state : undefined;
  for (const chroot of Object.values(states)) {
    if (ended !== undefined && ended !== 'succeeded' && !isFinal(chroot.state)) chroot.state = ended;
  }
  return {
    id: build.id,
    url: buildPage(copr.url, build.id),
    cause,
    source,
    chroots: states,
  };
}

/**
 * A chroot that runs or has made something says that there was an SRPM; otherwise Copr has to be asked: chroots fail with the SRPM, and
 * the build as a whole was looked at a moment before them.
 */
async function sourceState(
  copr: Copr,
  build: CoprBuild,
  chroots: readonly { state: RunState }[],
): Promise<RunState> {
  if (chroots.some(({ state }) => state === 'running' || isGood(state))) return 'succeeded';
  const source = await copr.sourceChroot(build.id);
  if (source?.state === 'failed' || source?.state === 'succeeded') return source.state;
  if (build.word === 'canceled') return 'cancelled';
  if (source?.state === 'running') return 'running';
  return build.word === 'failed' ? 'failed' : 'queued';
}

function gone(build: BuildSeen): Pick<BuildSeen, 'source' | 'chroots'> {
  const chroots = Object.fromEntries(
    Object.entries(build.chroots).map(([name, chroot]) => [
      name,
      isFinal(chroot.state) ? chroot : { ...chroot, state: 'lost' as const },
    ]),
  );
  return { source: isFinal(build.source) ? build.source : 'lost', chroots };
}
