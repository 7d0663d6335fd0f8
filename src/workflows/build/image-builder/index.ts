/** Images of virtual machines, made by Image Builder. */
import type { Context } from '../../../context.ts';
import { PackitError } from '../../../errors.ts';
import { composeRequest, imageBuilderPage } from '../../../remote/image-builder/index.ts';
import { forEachPackage, openProject } from '../../srpm/index.ts';
import type { PreparationInput } from '../../srpm/index.ts';
import { coprRepository } from './copr-repository.ts';
import { followBuilds } from '../follow.ts';
import type { FollowOptions, LiveBuild } from '../follow.ts';
import { buildResult } from '../model.ts';
import type { Build, BuildResult } from '../model.ts';
import { imageJob } from './job.ts';
import type { ImageJob } from './job.ts';
import { liveImageBuild, newImageBuild } from './live.ts';
import { openImageBuilder } from './open.ts';
import type { OpenImageBuilder } from './open.ts';

export { attachToImageBuilder } from './attach.ts';
export { imageJob } from './job.ts';
export type { ImageJob } from './job.ts';

export interface BuildInImageBuilderInput extends FollowOptions {
  imageName: string;
  pathOrUrl?: string | undefined;
  packages?: readonly string[] | undefined;
  configPath?: string | undefined;
  remote?: string | undefined;
  /** Number of the job, from 0. */
  jobIndex?: number | undefined;
  wait: boolean;
}

/** Begins an image as the configuration's job says, and waits for it if that was asked. */
export async function buildInImageBuilder(
  ctx: Context,
  input: BuildInImageBuilderInput,
): Promise<BuildResult> {
  const open = await openImageBuilder(ctx);
  try {
    const project = await openProject(ctx, preparation(input));
    try {
      const lives: LiveBuild[] = [];
      const { done, failed } = await forEachPackage(ctx, project.packages, async (pkg): Promise<Build> => {
        const job = imageJob(project.config, pkg, input.jobIndex);
        const begun = await beginImage(ctx, open, { job, packageName: pkg.name, name: input.imageName });
        if ('build' in begun) lives.push(begun);
        return 'build' in begun ? begun.build : begun.planned;
      });
      if (ctx.dryRun || !input.wait) return buildResult(done, failed, false);
      return buildResult(await followBuilds(ctx, lives, input), failed, true);
    } finally {
      await project.dispose();
    }
  } finally {
    await open.close();
  }
}

export interface ImageWish {
  job: ImageJob;
  packageName: string;
  name: string;
}

/** The image asked for, or in a dry run what would be asked. */
async function beginImage(
  ctx: Context,
  open: OpenImageBuilder,
  { job, packageName, name }: ImageWish,
): Promise<LiveBuild | { planned: Build }> {
  const request = composeRequest({
    ...job,
    name,
    repository: job.copr === undefined ? undefined : await coprRepository(ctx, open.http, job.copr),
  });
  const page = imageBuilderPage(ctx.env.PACKIT_IMAGE_BUILDER_URL);
  if (ctx.dryRun) {
    const summary = `create the image ${name} (${job.distribution})`;
    const plan = [{ action: 'compose', summary, details: { ...request } }];
    return {
      planned: {
        place: 'image-builder',
        package: packageName,
        state: 'queued',
        targets: [],
        url: page,
        plan,
      },
    };
  }
  const id = await ctx.ui.step(`Asking for the image ${name}`, () => open.images.compose(request));
  ctx.ui.info(`Image Build ID: ${id}`);
  return liveImageBuild(newImageBuild(packageName, name, id, page), id, open.images, ctx.now);
}

/**
 * An image of a job that is known already, without a checkout; it is waited for.
 * @param isSame which of the account's images, by their names, is the same: it is attached to, unless `again` says no once it has failed
 */
export async function buildImage(
  ctx: Context,
  input: ImageWish & FollowOptions & { isSame: (name: string) => boolean; again: (name: string) => boolean },
): Promise<Build> {
  const open = await openImageBuilder(ctx);
  try {
    const begun = (await earlierImage(ctx, open, input)) ?? (await beginImage(ctx, open, input));
    if (!('build' in begun)) return begun.planned;
    const [ended] = await followBuilds(ctx, [begun], input);
    return ended ?? begun.build;
  } finally {
    await open.close();
  }
}

async function earlierImage(
  ctx: Context,
  { images }: OpenImageBuilder,
  { packageName, isSame, again }: Parameters<typeof buildImage>[1],
): Promise<LiveBuild | undefined> {
  const found = (await images.recent()).find(({ name }) => isSame(name));
  if (found === undefined) return undefined;
  const { id, name } = found;
  const { state } = await images.status(id, name);
  if (state === 'failed' && again(name)) return undefined;
  const page = imageBuilderPage(ctx.env.PACKIT_IMAGE_BUILDER_URL);
  return liveImageBuild(newImageBuild(packageName, name, id, page), id, images, ctx.now);
}

function preparation(input: BuildInImageBuilderInput): PreparationInput {
  const { pathOrUrl, packages, configPath, remote, imageName } = input;
  if (imageName.trim() === '') {
    throw new PackitError('USAGE', 'The image needs a name', { hint: 'packit build in-image-builder NAME' });
  }
  return {
    noActions: true,
    ...(pathOrUrl === undefined ? {} : { pathOrUrl }),
    ...(packages === undefined ? {} : { packages }),
    ...(configPath === undefined ? {} : { configPath }),
    ...(remote === undefined ? {} : { remote }),
  };
}
