/** What there is to do for an event, grouped by what is done together. Pure. */
import type { JobView, Unit } from '../select/index.ts';

/** One build in Copr: its SRPM, its chroots, and the tests of what comes out. */
export interface BuildWork {
  view: JobView;
  srpm: Unit;
  chroots: Unit[];
  tests: TestWork[];
  /** Undefined: the account of the login. */
  owner: string | undefined;
  project: string;
}

export interface TestWork {
  unit: Unit;
  view: JobView;
}

/** What one of the other commands does. */
export interface TaskWork {
  unit: Unit;
  view: JobView;
}

export interface Work {
  builds: BuildWork[];
  /** Tests that need no build. */
  tests: TestWork[];
  tasks: TaskWork[];
  /** What cannot be done: said at once. */
  problems: Unit[];
}

/** @param views those that the units were made from, in any order */
export function workOf(units: readonly Unit[], views: readonly JobView[]): Work {
  const work: Work = { builds: [], tests: [], tasks: [], problems: [] };
  const byKey = new Map<string, BuildWork>();
  for (const unit of units) {
    const view = viewOf(unit, views);
    if (unit.problem !== undefined || view === undefined) {
      work.problems.push(unit);
    } else if (unit.kind === 'srpm') {
      const { owner, project = '' } = unit.copr ?? { owner: undefined };
      const build: BuildWork = { view, srpm: unit, chroots: [], tests: [], owner, project };
      work.builds.push(build);
      byKey.set(unit.key, build);
    } else if (unit.kind === 'copr_build') {
      const build = byKey.get(unit.needs ?? '');
      build?.chroots.push(unit);
      if (build !== undefined) byKey.set(unit.key, build);
    } else if (unit.kind === 'tests') {
      const build = unit.needs === undefined ? undefined : byKey.get(unit.needs);
      (build?.tests ?? work.tests).push({ unit, view });
    } else work.tasks.push({ unit, view });
  }
  return work;
}

function viewOf(unit: Unit, views: readonly JobView[]): JobView | undefined {
  const type = unit.kind === 'srpm' ? 'copr_build' : unit.kind;
  return views.find(
    ({ index, job, pkg }) => index === unit.index && job.job === type && pkg.name === unit.package,
  );
}

/** Every unit of it. */
export function unitsIn({ builds, tests, tasks, problems }: Work): Unit[] {
  return [
    ...builds.flatMap((build) => unitsOfBuild(build)),
    ...tests.map(({ unit }) => unit),
    ...tasks.map(({ unit }) => unit),
    ...problems,
  ];
}

export function unitsOfBuild({ srpm, chroots, tests }: BuildWork): Unit[] {
  return [srpm, ...chroots, ...tests.map(({ unit }) => unit)];
}

/**
 * What Copr cannot build becomes a problem of its own, so that it gets an end at once; the rest is built.
 * @param offered chroots that Copr has
 */
export function fitToCopr(work: Work, offered: readonly string[]): Work {
  const known = new Set(offered);
  const problems = [...work.problems];
  const builds: BuildWork[] = [];
  for (const build of work.builds) {
    const missing = build.chroots.filter(({ chroot = '' }) => !known.has(chroot));
    const gone = new Set(missing.map(({ key }) => key));
    for (const unit of missing) problems.push({ ...unit, problem: `Not supported target: ${unit.chroot}` });
    const chroots = build.chroots.filter(({ key }) => !gone.has(key));
    const tests = build.tests.filter(({ unit }) => !gone.has(unit.needs ?? ''));
    for (const { unit } of build.tests) {
      if (gone.has(unit.needs ?? ''))
        problems.push({ ...unit, problem: `Not built: Copr has no chroot ${unit.chroot}` });
    }
    if (chroots.length > 0) builds.push({ ...build, chroots, tests });
    else problems.push({ ...build.srpm, problem: 'Copr has none of the targets' });
  }
  return { ...work, builds, problems };
}

/** Chroots of the configuration that Copr does not have. */
export function unsupported({ problems }: Work): string[] {
  return problems.flatMap(({ kind, chroot, problem }) =>
    kind === 'copr_build' && chroot !== undefined && problem?.startsWith('Not supported') === true
      ? [chroot]
      : [],
  );
}
