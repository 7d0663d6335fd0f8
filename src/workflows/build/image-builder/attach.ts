import type { Context } from '../../../context.ts';
import type { LiveBuild } from '../follow.ts';
import { withTargets } from '../model.ts';
import { liveImageBuild, newImageBuild, targetOf } from './live.ts';
import { openImageBuilder } from './open.ts';

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Attaches to an image by its ID. Undefined: the text speaks of something else. */
export async function attachToImageBuilder(ctx: Context, text: string): Promise<LiveBuild | undefined> {
  if (!ID.test(text)) return undefined;
  const { images, close } = await openImageBuilder(ctx);
  try {
    const compose = await images.status(text);
    const build = newImageBuild(compose.name, compose.name, text, compose.url ?? '');
    const seen = withTargets(build, [targetOf(compose, ctx.now().toISOString())]);
    return { ...liveImageBuild(seen, text, images, ctx.now), close };
  } catch (error) {
    await close();
    throw error;
  }
}
