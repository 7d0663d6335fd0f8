/** A build in a side tag concerns the packages that wait for it: each has a configuration of its own. */
import { isPackitError, messageOf } from '../../../errors.ts';
import type { LoadedConfig } from '../../../project/config/index.ts';
import type { Desk } from './desk.ts';
import type { CiEvent } from '../event/index.ts';
import type { CiRunResult } from './result.ts';

/**
 * The results of all of them as one. One that fails keeps nobody from the others.
 * @param handle one event, which is not handed on again
 * @returns undefined where the event is the package's own affair
 */
export async function handedOn(
  { ctx }: Desk,
  event: CiEvent,
  config: Pick<LoadedConfig, 'jobs'>,
  handle: (event: CiEvent) => Promise<CiRunResult>,
): Promise<CiRunResult | undefined> {
  if (event.message?.of !== 'koji-tag') return undefined;
  const { dependentsOf } = await import('../tasks/index.ts');
  const others = dependentsOf(config, event).filter(({ project }) => project.name !== event.project.name);
  if (others.length === 0) return undefined;
  const results: CiRunResult[] = [];
  let failure: unknown;
  for (const other of others) {
    try {
      results.push(await handle(other));
    } catch (error) {
      if (ctx.signal.aborted || !isPackitError(error)) throw error;
      failure ??= error;
      ctx.ui.warn({ code: error.code, message: `${other.project.name}: ${messageOf(error)}` });
    }
  }
  const [first, ...rest] = results;
  if (first === undefined) throw failure;
  return rest.reduce(both, first);
}

function both(one: CiRunResult, other: CiRunResult): CiRunResult {
  return {
    ...one,
    ignored: one.ignored === undefined || other.ignored === undefined ? undefined : one.ignored,
    units: [...one.units, ...other.units],
    leftOut: [...one.leftOut, ...other.leftOut],
    ignoredKeys: [...one.ignoredKeys, ...other.ignoredKeys],
    finished: one.finished && other.finished,
    resume: one.resume ?? other.resume,
    exitCode: Math.max(one.exitCode, other.exitCode),
  };
}
