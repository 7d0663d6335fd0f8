import type { Context } from '../../../context.ts';
import { PackitError } from '../../../errors.ts';
import { buildIdIn } from '../../../remote/copr/index.ts';
import type { LiveBuild } from '../follow.ts';
import { liveCoprBuild, newCoprBuild } from './live.ts';
import { cancelCoprBuild, openCopr } from './open.ts';

/**
 * Attaches to a build by its number or page. Undefined: the text speaks of something else.
 * @throws PackitError BUILD_NOT_FOUND
 */
export async function attachToCopr(ctx: Context, text: string): Promise<LiveBuild | undefined> {
  const id = buildIdIn(text);
  if (id === undefined) return undefined;
  const instance = text === id ? undefined : text.slice(0, text.search(/\/coprs?\//));
  const { copr, close } = await openCopr(ctx, instance);
  try {
    const found = await copr.build(id, 3);
    if (found === undefined) {
      throw new PackitError('BUILD_NOT_FOUND', `${copr.url} knows no build ${id}`, {
        hint: 'Copr removes builds with their project, and old ones. Check the number.',
      });
    }
    const named = found.packageName ?? id;
    const build = newCoprBuild(copr.url, found, named);
    const watch = instance === undefined ? build.watch : `packit build watch ${text}`;
    const options = { copr, cancel: (one: string) => cancelCoprBuild(ctx, one, instance) };
    const live = liveCoprBuild({ ...build, ...(watch === undefined ? {} : { watch }) }, options);
    return { ...live, close };
  } catch (error) {
    await close();
    throw error;
  }
}
