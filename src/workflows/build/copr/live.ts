/** A Copr build that is waited for. */
import { buildPage } from '../../../remote/copr/index.ts';
import type { Copr, CoprBuild, CoprChroot } from '../../../remote/copr/index.ts';
import { isFinal, isGood } from '../../../run-state.ts';
import type { LiveBuild } from '../follow.ts';
import { telltaleLines } from '../log-lines.ts';
import { withTargets } from '../model.ts';
import type { Build, BuildTarget } from '../model.ts';

export interface CoprLiveOptions {
  copr: Copr;
  /** Cancels with a connection of its own: by then the user has interrupted everything else. */
  cancel: (id: string) => Promise<boolean>;
}

/** The whole build is asked for every so many looks; between them its chroots say all there is to know. */
const OVERVIEW_EVERY = 10;
/** What Copr calls the making of the SRPM. */
const SOURCE = 'srpm-builds';

export function newCoprBuild(url: string, build: CoprBuild, packageName: string): Build {
  const { id, chroots } = build;
  const since = isoTime(build.submittedOn);
  const targets = chroots.map(
    (name): BuildTarget => ({ name, state: 'queued', ...(since === undefined ? {} : { since }) }),
  );
  const known: Build = {
    place: 'copr',
    package: packageName,
    id,
    url: buildPage(url, id),
    ...(build.version === undefined ? {} : { version: build.version }),
    state: build.state,
    targets: [],
    watch: `packit build watch ${id}`,
  };
  return targets.length === 0 ? known : withTargets(known, targets);
}

export function liveCoprBuild(build: Build, { copr, cancel }: CoprLiveOptions): LiveBuild {
  const id = build.id ?? '';
  let looks = 0;
  return {
    build,
    async look(last) {
      looks += 1;
      const begun = last.targets.some(({ state }) => state !== 'queued');
      const asked = !begun || looks % OVERVIEW_EVERY === 0;
      const before = asked ? await copr.build(id) : undefined;
      const chroots = asked && before === undefined ? undefined : await copr.buildChroots(id);
      if (chroots === undefined) return gone(last);
      const targets = targetsOf(last, chroots);
      // Whether an end is the chroots' own doing, the build as a whole knows; what was heard of it before is old.
      const overview = endedBadly(targets) ? await copr.build(id) : before;
      if (overview === undefined) return withTargets(last, targets);
      const version = overview.version === undefined ? {} : { version: overview.version };
      return settle({ ...last, ...version }, overview, targets, copr);
    },
    async explain(last) {
      return { ...last, targets: await Promise.all(last.targets.map((target) => explain(copr, target))) };
    },
    cancel: async () => void (await cancel(id)),
  };
}

function endedBadly(targets: readonly BuildTarget[]): boolean {
  return (
    targets.length > 0 &&
    targets.every(({ state }) => isFinal(state)) &&
    !targets.every(({ state }) => isGood(state))
  );
}

/** The build as a whole knows more than its chroots where there was no SRPM, or somebody cancelled it. */
async function settle(build: Build, overview: CoprBuild, targets: BuildTarget[], copr: Copr): Promise<Build> {
  const { word } = overview;
  if (targets.length === 0) {
    const requested = overview.chroots.map((name): BuildTarget => ({ name, state: 'queued' }));
    return settle(
      { ...build, targets: requested },
      overview,
      requested.length > 0 ? requested : [{ name: SOURCE, state: 'queued' }],
      copr,
    );
  }
  if (
    word === 'failed' &&
    targets.every(({ state }) => !isFinal(state) || state === 'failed' || state === 'cancelled')
  ) {
    const source = await copr.sourceChroot(build.id ?? '');
    if (source?.state === 'failed') {
      const rest = targets
        .filter(({ name }) => name !== SOURCE)
        .map(
          (target): BuildTarget => ({
            name: target.name,
            state: 'cancelled',
            note: 'there was no SRPM to build',
          }),
        );
      return withTargets(build, [{ ...toTarget(source), name: SOURCE }, ...rest]);
    }
  }
  if (word !== 'canceled' && word !== 'failed') return withTargets(build, targets);
  const state = word === 'canceled' ? 'cancelled' : 'failed';
  return withTargets(
    build,
    targets.map((target) => (isFinal(target.state) ? target : { ...target, state })),
  );
}

function gone(build: Build): Build {
  const note = 'Copr no longer knows the build';
  const targets: readonly BuildTarget[] =
    build.targets.length > 0 ? build.targets : [{ name: build.id ?? build.package, state: 'lost' }];
  return withTargets(
    build,
    targets.map((target) =>
      isFinal(target.state) && target.state !== 'lost' ? target : { ...target, state: 'lost', note },
    ),
  );
}

/** What the service says of each chroot; what it does not speak of yet stays as it was. */
function targetsOf(last: Build, chroots: readonly CoprChroot[]): BuildTarget[] {
  const said = new Map(chroots.map((chroot) => [chroot.name, toTarget(chroot)]));
  const kept = last.targets.map((target) => {
    const now = said.get(target.name);
    said.delete(target.name);
    if (now === undefined) return target;
    // A queue has no beginning of its own: the one first seen stays.
    return now.since === undefined && now.state === target.state && target.since !== undefined
      ? { ...now, since: target.since }
      : now;
  });
  return [...kept, ...said.values()];
}

function toTarget(chroot: CoprChroot): BuildTarget {
  const { name, state, startedOn, endedOn, resultUrl } = chroot;
  const since = isoTime(isFinal(state) ? endedOn : startedOn);
  return {
    name,
    state,
    ...(since === undefined ? {} : { since }),
    ...(isFinal(state) && startedOn !== undefined && endedOn !== undefined
      ? { seconds: endedOn - startedOn }
      : {}),
    ...(resultUrl === undefined
      ? {}
      : { log: `${resultUrl}builder-live.log${isFinal(state) ? '.gz' : ''}`, results: [resultUrl] }),
  };
}

async function explain(copr: Copr, target: BuildTarget): Promise<BuildTarget> {
  const [directory] = target.results ?? [];
  if (isGood(target.state) || target.state === 'cancelled' || directory === undefined) return target;
  const log = await copr.log(directory);
  if (log !== undefined) {
    const evidence = telltaleLines(log.text);
    return { ...target, log: log.url, ...(evidence.length === 0 ? {} : { evidence }) };
  }
  const { log: _gone, ...rest } = target;
  return { ...rest, note: target.note ?? 'its log is not there any more' };
}

function isoTime(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : new Date(seconds * 1000).toISOString();
}
