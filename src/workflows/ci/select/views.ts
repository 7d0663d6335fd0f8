/** The jobs of a configuration as they are worked on: one view for each package a job is about. */
import type { JobConfig, JobType, PackageConfig } from '../../../project/config/index.ts';

export interface JobView {
  /** Place in `jobs`, from 0: what `--job-config-index` takes. */
  index: number;
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

export function viewsOf(jobs: readonly JobConfig[]): JobView[] {
  return jobs.flatMap((job, index) =>
    job.packages.map((pkg) => ({
      index,
      job,
      pkg,
      identifier: pkg.identifier ?? (job.packages.length > 1 ? pkg.name : undefined),
    })),
  );
}

export function leftOut({ index, job, pkg, identifier }: JobView, reason: string): LeftOut {
  return { index, job: job.job, trigger: job.trigger, package: pkg.name, identifier, reason };
}
