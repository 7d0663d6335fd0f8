/** Which job of the configuration describes the image. Pure. */
import { PackitError } from '../../../errors.ts';
import type { JobConfig, LoadedConfig, PackageConfig } from '../../../project/config/index.ts';

/** What the image is made of. */
export interface ImageJob {
  distribution: string;
  request: Readonly<Record<string, unknown>>;
  customizations: Readonly<Record<string, unknown>>;
  /** The Copr project whose packages it may use. */
  copr: { owner: string | undefined; project: string; chroot: string } | undefined;
}

/**
 * The job by its number among all jobs, from 0; else the first `vm_image_build`.
 * @throws PackitError IMAGE_JOB_MISSING, IMAGE_JOB_INDEX, IMAGE_JOB_INCOMPLETE
 */
export function imageJob(config: LoadedConfig, pkg: PackageConfig, index: number | undefined): ImageJob {
  const job = index === undefined ? firstImageJob(config.jobs, pkg) : jobAt(config, index);
  const values = job.packages.find(({ name }) => name === pkg.name) ?? job.packages[0] ?? pkg;
  const { image_distribution: distribution, image_request: request, project, copr_chroot: chroot } = values;
  const missing = [
    ...(distribution === null ? ['image_distribution'] : []),
    ...(request === null ? ['image_request'] : []),
    ...(project !== null && chroot === null ? ['copr_chroot'] : []),
  ];
  if (missing.length > 0 || distribution === null || request === null) {
    throw new PackitError('IMAGE_JOB_INCOMPLETE', `The job lacks ${missing.join(' and ')}`, {
      hint: 'An image needs image_distribution and image_request; packages of a Copr project also copr_chroot.',
      location: { file: config.file },
    });
  }
  return {
    distribution,
    request,
    customizations: values.image_customizations ?? {},
    copr:
      project === null || chroot === null ? undefined : { owner: values.owner ?? undefined, project, chroot },
  };
}

function firstImageJob(jobs: readonly JobConfig[], pkg: PackageConfig): JobConfig {
  const job = jobs.find(
    ({ job: type, packages }) => type === 'vm_image_build' && packages.some(({ name }) => name === pkg.name),
  );
  if (job !== undefined) return job;
  throw new PackitError('IMAGE_JOB_MISSING', `The configuration has no vm_image_build job for ${pkg.name}`, {
    hint: 'Add one with image_distribution and image_request, or name another job with --job-config-index.',
  });
}

function jobAt({ jobs, file }: LoadedConfig, index: number): JobConfig {
  const job = jobs[index];
  if (job !== undefined) return job;
  throw new PackitError(
    'IMAGE_JOB_INDEX',
    `There is no job number ${index}: the configuration has ${jobs.length}`,
    {
      hint:
        jobs.length === 0 ? 'Add a vm_image_build job.' : `Jobs are counted from 0 to ${jobs.length - 1}.`,
      location: { file },
    },
  );
}
