/** Builds of a package in OBS that are waited for: one for every repository and architecture. */
import { ServiceError } from '../../../errors.ts';
import { packagePage } from '../../../remote/obs/index.ts';
import type { TargetRepository } from '../../../remote/obs/index.ts';
import { isFinal, isGood } from '../../../run-state.ts';
import type { LiveBuild } from '../follow.ts';
import { telltaleLines } from '../log-lines.ts';
import { withTargets } from '../model.ts';
import type { Build, BuildTarget } from '../model.ts';
import type { OpenObs } from './open.ts';

export interface ObsPlace {
  project: string;
  /** The package's name in OBS. */
  name: string;
  targets: readonly TargetRepository[];
}

export function newObsBuild(
  apiUrl: string,
  { project, name, targets }: ObsPlace,
  packageName: string,
): Build {
  const url = packagePage(apiUrl, project, name);
  const build: Build = {
    place: 'obs',
    package: packageName,
    id: `${project}/${name}`,
    url,
    state: 'queued',
    targets: [],
    watch: `packit build watch ${url}`,
  };
  return withTargets(
    build,
    targets.map(({ target }) => ({ name: target, state: 'queued' })),
  );
}

export function liveObsBuild(
  build: Build,
  place: ObsPlace,
  { obs, cancel }: OpenObs,
  now: () => Date,
): LiveBuild {
  const { project, name, targets } = place;
  return {
    build,
    async look(last) {
      const runs = await obs.results(project, name, targets);
      if (runs === undefined) return gone(last);
      const time = now().toISOString();
      return withTargets(
        last,
        runs.map((run, index): BuildTarget => {
          const before = last.targets[index];
          // OBS does not say since when.
          const since = before?.state === run.state && before.since !== undefined ? before.since : time;
          return { ...run, since };
        }),
      );
    },
    async explain(ended) {
      const explained = await Promise.all(
        ended.targets.map(async (target) => {
          if (isGood(target.state) || !isFinal(target.state) || target.log === undefined) return target;
          // It was not begun: a log that is there is of an earlier build.
          if (/^(?:unresolvable|broken|locked)\b/.test(target.note ?? '')) return target;
          // What was never begun has no log; and one that cannot be had now must not hide how it ended.
          const log = await obs.log(target.log).catch((error: unknown) => {
            if (error instanceof ServiceError) return undefined;
            throw error;
          });
          return log === undefined ? target : { ...target, evidence: telltaleLines(log) };
        }),
      );
      return { ...ended, targets: explained };
    },
    cancel: () => cancel(project, name),
  };
}

function gone(build: Build): Build {
  return withTargets(
    build,
    build.targets.map((target) =>
      isFinal(target.state)
        ? target
        : { name: target.name, state: 'lost', note: 'OBS no longer knows the package' },
    ),
  );
}
