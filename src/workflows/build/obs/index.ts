/** Packages built in the Open Build Service, and waited for. */
import type { Context } from '../../../context.ts';
import { forEachPackage, openProject } from '../../srpm/index.ts';
import { followBuilds, leaving } from '../follow.ts';
import type { FollowOptions, LiveBuild } from '../follow.ts';
import { buildResult } from '../model.ts';
import type { BuildResult } from '../model.ts';
import { givenSrpm } from '../source-rpm.ts';
import { liveObsBuild } from './live.ts';
import { openObs } from './open.ts';
import { submitPackage } from './submit.ts';
import type { SubmitInput } from './submit.ts';
import { obsAliases, resolveTargets } from './targets.ts';

export { attachToObs } from './attach.ts';

export interface BuildInObsInput extends SubmitInput, FollowOptions {
  wait: boolean;
}

/**
 * Builds every package of the repository in OBS: source RPM, project, commit, one after the other; then waits for all of them.
 * @throws PackitError with a single package, what kept it from being submitted
 */
export async function buildInObs(ctx: Context, input: BuildInObsInput): Promise<BuildResult> {
  const open = await openObs(ctx);
  try {
    const aliases = await obsAliases(ctx, open.http, input.targets);
    const { targets, missing } = resolveTargets(input.targets, aliases);
    if (missing.length > 0) ctx.ui.info(`Not in OBS, and left out: ${missing.join(', ')}`);
    const project = await openProject(ctx, input);
    try {
      givenSrpm(ctx, input, project.packages);
      const lives: LiveBuild[] = [];
      const { done, failed } = await forEachPackage(ctx, project.packages, async (pkg, packageCtx) => {
        const { build, place } = await submitPackage(packageCtx, input, { project, pkg, open, targets });
        lives.push(liveObsBuild(build, place, open, ctx.now));
        return build;
      }).catch((error: unknown) => leaving(ctx, error, lives, input));
      if (ctx.dryRun || !input.wait) return buildResult(done, failed, false);
      return buildResult(await followBuilds(ctx, lives, input), failed, true);
    } finally {
      await project.dispose();
    }
  } finally {
    await open.close();
  }
}
