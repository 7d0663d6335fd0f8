/** From an event and a configuration to what is to be done, and for every job left out the reason. Pure. */
import type { JobConfig, LoadedConfig, PackageConfig } from '../../../project/config/index.ts';
import { hostOf } from '../../../project/config/index.ts';
import type { CiEvent } from '../event/index.ts';
import { whyFiltered } from './filters.ts';
import type { FilterOptions } from './filters.ts';
import { jobOfCommand, whyNotStarted } from './startable.ts';
import { leftOut, viewsOf } from './views.ts';
import type { JobView, LeftOut } from './views.ts';

export { coprProjectName, eventWord, statusName } from './names.ts';
export type { StatusKind } from './names.ts';
export { jobOfCommand } from './startable.ts';
export { sameBranch, unitsOf } from './units.ts';
export type { Expand, Unit } from './units.ts';
export { versionsWanted } from './filters.ts';
export type { FilterOptions } from './filters.ts';
export type { JobView, LeftOut } from './views.ts';

export interface Selection {
  selected: JobView[];
  leftOut: LeftOut[];
}

/** @throws PackitError `REGEX_INVALID`, `REGEX_TOO_SLOW` */
export function selectJobs(
  config: Pick<LoadedConfig, 'jobs'> & Partial<Pick<LoadedConfig, 'packages'>>,
  event: CiEvent,
  options: FilterOptions,
): Selection {
  const selected: JobView[] = [];
  const out: LeftOut[] = [];
  const seen = new Map<string, JobView>();
  for (const view of viewsOf(
    config.jobs,
    config.packages?.map(({ name }) => name),
  )) {
    const { job, pkg } = view;
    const reason =
      whyNotStarted(job.job, job.trigger, event, isDistGit(event, pkg)) ?? whyFiltered(view, event, options);
    if (reason !== undefined) {
      out.push(leftOut(view, reason));
      continue;
    }
    const twin = seen.get(identity(view));
    if (twin !== undefined) {
      out.push(leftOut(view, `it is the same as job ${twin.index + 1} but for its trigger`));
      continue;
    }
    seen.set(identity(view), view);
    selected.push(view);
  }
  return { selected: [...impliedBuilds(selected, config.jobs, event), ...selected], leftOut: out };
}

/** Jobs that differ in their trigger alone do one thing. */
function identity({ job, pkg, identifier }: JobView): string {
  return JSON.stringify([job.job, pkg.name, identifier, pkg, job.skip_build, job.labels]);
}

/**
 * Tests of what nobody builds: their job stands for the build as well, with its own targets. A comment that asks for tests uses the
 * builds that are there.
 */
function impliedBuilds(selected: readonly JobView[], jobs: readonly JobConfig[], event: CiEvent): JobView[] {
  if (event.comment !== undefined && jobOfCommand(event.comment.command.name) !== 'copr_build') return [];
  const tests = selected.filter(({ job }) => job.job === 'tests' && !job.skip_build);
  return tests
    .filter(
      (test) =>
        !selected.some(({ job, pkg }) => job.job === 'copr_build' && pkg.name === test.pkg.name) &&
        !jobs.some(
          ({ job, trigger, packages }) =>
            job === 'copr_build' &&
            trigger === test.job.trigger &&
            packages.some(({ name }) => name === test.pkg.name),
        ),
    )
    .slice(0, 1)
    .map((test) => ({ ...test, job: { ...test.job, job: 'copr_build' as const } }));
}

/** True if the event happened in the package's dist-git repository. */
export function isDistGit(event: CiEvent, pkg: PackageConfig): boolean {
  return (
    hostOf(event.instanceUrl) === hostOf(pkg.dist_git_base_url) &&
    event.project.namespace === (pkg.dist_git_namespace ?? 'rpms') &&
    event.project.name === pkg.downstream_package_name
  );
}
