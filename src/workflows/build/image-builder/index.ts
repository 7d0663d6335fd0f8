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
import { liveImageBuild, newImageBuild } from './live.ts';
import { openImageBuilder } from './open.ts';

export { attachToImageBuilder } from './attach.ts';

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
        const request = composeRequest({
          ...job,
          name: input.imageName,
          repository: job.copr === undefined ? undefined : await coprRepository(ctx, open.http, job.copr),
        });
        const page = imageBuilderPage(ctx.env.PACKIT_IMAGE_BUILDER_URL);
        if (ctx.dryRun) {
          const summary = `create the image ${input.imageName} (${job.distribution})`;
          const plan = [{ action: 'compose', summary, details: { ...request } }];
          return { place: 'image-builder', package: pkg.name, state: 'queued', targets: [], url: page, plan };
        }
        const id = await ctx.ui.step(`Asking for the image ${input.imageName}`, () =>
          open.images.compose(request),
        );
        ctx.ui.info(`Image Build ID: ${id}`);
        const build = newImageBuild(pkg.name, input.imageName, id, page);
        lives.push(liveImageBuild(build, id, open.images, ctx.now));
        return build;
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
