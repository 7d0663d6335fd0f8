import type { Context } from '../../../context.ts';
import { PackitError } from '../../../errors.ts';
import type { LiveBuild } from '../follow.ts';
import { liveKojiBuild, newKojiBuild } from './live.ts';
import { openKoji } from './open.ts';

/**
 * Attaches to a task by its page, or to the task of a build by the build's page. Undefined: the text speaks of something else.
 * @throws PackitError BUILD_NOT_FOUND
 */
export async function attachToKoji(ctx: Context, text: string): Promise<LiveBuild | undefined> {
  const [, kind, id = ''] = /^https?:\/\/\S+\/(taskinfo\?taskID|buildinfo\?buildID)=(\d+)/.exec(text) ?? [];
  if (kind === undefined) return undefined;
  const open = openKoji(ctx, await ctx.userConfig());
  try {
    const number = kind.startsWith('task') ? Number(id) : (await open.koji.build(Number(id)))?.taskId;
    const task = number === undefined ? undefined : await open.koji.task(number);
    if (task === undefined) {
      throw new PackitError('BUILD_NOT_FOUND', `Koji has no task for ${text}`, {
        hint: 'Check the number; PACKIT_KOJI_URL names another hub than Fedora’s.',
      });
    }
    const [source, target] = task.request;
    const name = typeof target === 'string' ? target : task.method;
    const build = newKojiBuild(open, { package: packageOf(source) ?? String(task.id) }, task.id, name);
    return { ...liveKojiBuild(build, open), close: open.close };
  } catch (error) {
    await open.close();
    throw error;
  }
}

/** The package in `git+https://.../hello.git#COMMIT` or `cli-build/.../hello-1.0-1.src.rpm`. */
function packageOf(source: unknown): string | undefined {
  if (typeof source !== 'string') return undefined;
  const [, name] = /\/([^/#?]+?)(?:\.git)?(?:[?#].*)?$/.exec(source) ?? [];
  return name?.replace(/-[^-]+-[^-]+\.src\.rpm$/, '');
}
