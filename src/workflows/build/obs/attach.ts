import type { Context } from '../../../context.ts';
import { PackitError } from '../../../errors.ts';
import { packageInPage, repositoriesOf } from '../../../remote/obs/index.ts';
import type { LiveBuild } from '../follow.ts';
import { liveObsBuild, newObsBuild } from './live.ts';
import { openObs } from './open.ts';

/**
 * Attaches to the builds of a package by its page. Undefined: the text speaks of something else.
 * @throws PackitError BUILD_NOT_FOUND
 */
export async function attachToObs(ctx: Context, text: string): Promise<LiveBuild | undefined> {
  const found = packageInPage(text);
  if (found === undefined) return undefined;
  const { project, name } = found;
  const open = await openObs(ctx);
  try {
    const meta = await open.obs.projectMeta(project);
    if (meta === undefined || !(await open.obs.hasPackage(project, name))) {
      throw new PackitError('BUILD_NOT_FOUND', `${open.obs.apiUrl} knows no package ${project}/${name}`, {
        hint: 'Check the address; OSC_APIURL names another OBS than the default.',
      });
    }
    const place = { project, name, targets: repositoriesOf(meta) };
    const build = newObsBuild(open.obs.apiUrl, place, name);
    return { ...liveObsBuild(build, place, open, ctx.now), close: open.close };
  } catch (error) {
    await open.close();
    throw error;
  }
}
