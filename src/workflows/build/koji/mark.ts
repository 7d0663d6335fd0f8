/** What a task is found by again: by a run that does not know that it was begun. Koji keeps no notes with a task, but it keeps what it was asked. */
import type { Koji, KojiTask, Value } from '../../../remote/koji/index.ts';

export interface TaskMark {
  /** Of what is built: 32 hexadecimal digits. */
  key: string;
  /** Why it was begun: what failed is begun anew for another cause. `event` begins nothing anew. */
  cause: string;
}

/** Of an SRPM on the hub: the directory is part of what the task is asked. */
export function uploadDirectory({ key, cause }: TaskMark): string {
  return `cli-build/packit-${key}.${plain(cause)}`;
}

/** Of a commit: what `koji build --custom-user-metadata` sends, which Koji keeps with the build as well. */
export function markOptions({ key, cause }: TaskMark): Record<string, Value> {
  return { custom_user_metadata: { packit: { key, cause: plain(cause) } } };
}

/** Tasks are looked for this far back, in milliseconds. */
const WINDOW_MS = 14 * 24 * 60 * 60 * 1000;

/**
 * One's own task for the same thing: the newest, whatever became of it, unless it failed and there is now another cause to build.
 * Asks as the user.
 */
export async function earlierTask(koji: Koji, mark: TaskMark, now: Date): Promise<KojiTask | undefined> {
  const tasks = await koji.ownBuilds(new Date(now.getTime() - WINDOW_MS));
  const found = tasks.find((task) => markOf(task)?.key === mark.key);
  if (found === undefined || (found.state !== 'failed' && found.state !== 'canceled')) return found;
  return mark.cause === 'event' || markOf(found)?.cause === plain(mark.cause) ? found : undefined;
}

function markOf({ request }: KojiTask): TaskMark | undefined {
  const [source, , options] = request;
  const [, key, cause] = /^cli-build\/packit-([0-9a-f]{32})\.([\w-]+)\//.exec(
    typeof source === 'string' ? source : '',
  ) ?? [undefined, ...inMetadata(options)];
  return key === undefined || cause === undefined ? undefined : { key, cause };
}

function inMetadata(options: unknown): string[] {
  const metadata = (
    options as { custom_user_metadata?: { packit?: Record<string, unknown> } } | null | undefined
  )?.custom_user_metadata?.packit;
  const { key, cause } = metadata ?? {};
  return typeof key === 'string' && typeof cause === 'string' ? [key, cause] : [];
}

/** It becomes part of a path. */
function plain(cause: string): string {
  return cause.replace(/[^\w-]+/g, '-').slice(0, 80);
}
