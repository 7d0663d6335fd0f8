/** SRPMs of a project's packages built in Copr, and waited for. */
import type { Context } from '../../../context.ts';
import { forEachPackage, openProject } from '../../srpm/index.ts';
import type { Project } from '../../srpm/index.ts';
import { followBuilds, leaving } from '../follow.ts';
import type { FollowOptions, LiveBuild } from '../follow.ts';
import { buildResult } from '../model.ts';
import type { BuildResult } from '../model.ts';
import { givenSrpm } from '../source-rpm.ts';
import { liveCoprBuild } from './live.ts';
import { cancelCoprBuild, openCopr } from './open.ts';
import type { OpenCopr } from './open.ts';
import { createShared, submitPackage } from './submit.ts';
import type { Shared, SubmitInput } from './submit.ts';

export { attachToCopr } from './attach.ts';
export { ensureProject, missingPermission } from './ensure-project.ts';
export { cancelCoprBuild, openCopr } from './open.ts';
export type { OpenCopr } from './open.ts';
export { resolveChroots } from './targets.ts';

export interface BuildInCoprInput extends SubmitInput, FollowOptions {
  wait: boolean;
}

/**
 * Builds every package of the repository in Copr: SRPM, project, upload, one after the other; then waits for all of them.
 * @throws PackitError with a single package, what kept it from being submitted
 */
export async function buildInCopr(ctx: Context, input: BuildInCoprInput): Promise<BuildResult> {
  const open = await openCopr(ctx);
  try {
    // Copr is asked while git and the configuration are read.
    const asking = accountOf(ctx, input, open);
    const shared = createShared(ctx, open, asking);
    asking.catch(() => undefined);
    if (input.targets !== undefined) shared.offered().catch(() => undefined);
    const project = await openProject(ctx, input);
    try {
      givenSrpm(ctx, input, project.packages);
      await asking;
      return await buildPackages(ctx, input, { project, open, shared });
    } finally {
      await project.dispose();
    }
  } finally {
    await open.close();
  }
}

async function buildPackages(
  ctx: Context,
  input: BuildInCoprInput,
  { project, open, shared }: { project: Project; open: OpenCopr; shared: Shared },
): Promise<BuildResult> {
  const lives: LiveBuild[] = [];
  const { done, failed } = await forEachPackage(ctx, project.packages, async (pkg, packageCtx) => {
    const build = await submitPackage(packageCtx, input, { project, pkg, open, shared });
    lives.push(liveCoprBuild(build, { copr: open.copr, cancel: (id) => cancelCoprBuild(ctx, id) }));
    return build;
  }).catch((error: unknown) => leaving(ctx, error, lives, input));
  if (ctx.dryRun || !input.wait) return buildResult(done, failed, false);
  return buildResult(await followBuilds(ctx, lives, input), failed, true);
}

/** Asked before any work is done: a login that has ended is better found now. A dry run needs none if the owner is known. */
async function accountOf(
  ctx: Context,
  { owner }: BuildInCoprInput,
  { copr, config }: OpenCopr,
): Promise<string | undefined> {
  if (!ctx.dryRun) return copr.whoami();
  const known = config.username ?? owner;
  return known ?? (config.token === undefined && !config.gssapi ? undefined : copr.whoami());
}
