/** Builds that somebody started: attached to, waited for, cancelled. */
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import { isFinal } from '../../run-state.ts';
import type { RunState } from '../../run-state.ts';
import { followBuilds } from './follow.ts';
import type { FollowOptions, LiveBuild } from './follow.ts';
import { buildResult } from './model.ts';
import type { BuildResult } from './model.ts';

/** Finds the build a text speaks of; undefined: it is none of this place's. */
type Attach = (ctx: Context, text: string) => Promise<LiveBuild | undefined>;

/** Asked in this order. A plain number is Copr's. */
const PLACES: readonly (() => Promise<Attach>)[] = [
  async () => (await import('./copr/index.ts')).attachToCopr,
  async () => (await import('./koji/index.ts')).attachToKoji,
  async () => (await import('./obs/index.ts')).attachToObs,
  async () => (await import('./image-builder/index.ts')).attachToImageBuilder,
];

/**
 * Waits for running builds, given by number or address.
 * @throws PackitError BUILD_UNKNOWN_PLACE, BUILD_NOT_FOUND
 */
export async function watchBuilds(
  ctx: Context,
  input: { builds: readonly string[] } & FollowOptions,
): Promise<BuildResult> {
  return withBuilds(ctx, input.builds, async (lives) =>
    buildResult(await followBuilds(ctx, lives, input), [], true),
  );
}

/** What became of a build that was to be cancelled. */
export interface CancelOutcome {
  id?: string;
  url?: string;
  outcome: 'cancelled' | 'would be cancelled' | `had ended: ${RunState}`;
}

/** Cancels running builds; ones that have ended stay as they are. */
export async function cancelBuilds(
  ctx: Context,
  input: { builds: readonly string[] },
): Promise<CancelOutcome[]> {
  return withBuilds(ctx, input.builds, async (lives) => {
    const outcomes: CancelOutcome[] = [];
    for (const live of lives) {
      const { state, id, url } = await live.look(live.build);
      const ended = isFinal(state);
      if (!ended && !ctx.dryRun) await live.cancel();
      outcomes.push({
        ...(id === undefined ? {} : { id }),
        ...(url === undefined ? {} : { url }),
        outcome: ended ? `had ended: ${state}` : ctx.dryRun ? 'would be cancelled' : 'cancelled',
      });
    }
    return outcomes;
  });
}

async function withBuilds<T>(
  ctx: Context,
  texts: readonly string[],
  work: (lives: readonly LiveBuild[]) => Promise<T>,
): Promise<T> {
  const lives: LiveBuild[] = [];
  try {
    for (const text of new Set(texts)) lives.push(await attach(ctx, text));
    return await work(lives);
  } finally {
    await Promise.all(lives.map(async (live) => live.close?.()));
  }
}

async function attach(ctx: Context, text: string): Promise<LiveBuild> {
  for (const load of PLACES) {
    const live = await (await load())(ctx, text);
    if (live !== undefined) return live;
  }
  throw new PackitError('BUILD_UNKNOWN_PLACE', `"${text}" is neither the number nor the page of a build`, {
    hint: 'Copy the address of its page, such as https://copr.fedorainfracloud.org/coprs/build/9012345/, or its number.',
  });
}
