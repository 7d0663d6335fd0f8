/** The jobs of a configuration as they are worked on: one view for each package a job is about. */
import type { JobConfig, JobType, PackageConfig } from '../../../project/config/index.ts';

export interface JobView {
  /** Place in `jobs`, from 0. */
  index: number;
  /** Place among the jobs about this package, from 0: what `--job-config-index` takes. */
  packageIndex: number;
  /** The configuration has several packages: `-p` says which one is meant. */
  several: boolean;
  job: JobConfig;
  /** The package with the job's own keys merged in. */
  pkg: PackageConfig;
  /** What tells its statuses from those of its siblings. In a monorepo a package without one has its own name. */
  identifier: string | undefined;
}

/** Why a job does not run. */
export interface LeftOut {
  index: number;
  job: JobType;
  trigger: JobConfig['trigger'];
  package: string;
  identifier: string | undefined;
  /** One sentence, without a full stop. */
  reason: string;
}

/** @param names those of all packages, where some may have no job */
export function viewsOf(jobs: readonly JobConfig[], names: readonly string[] = []): JobView[] {
  const all = new Set([...names, ...jobs.flatMap(({ packages }) => packages.map(({ name }) => name))]);
  const several = all.size > 1;
  const seen = new Map<string, number>();
  return jobs.flatMap((job, index) =>
    job.packages.map((pkg) => {
      const packageIndex = seen.get(pkg.name) ?? 0;
      seen.set(pkg.name, packageIndex + 1);
      const identifier = pkg.identifier ?? (several ? pkg.name : undefined);
      return { index, packageIndex, several, job, pkg, identifier };
    }),
  );
}

export function leftOut({ index, job, pkg, identifier }: JobView, reason: string): LeftOut {
  return { index, job: job.job, trigger: job.trigger, package: pkg.name, identifier, reason };
}
