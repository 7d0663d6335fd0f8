/** Waiting for builds that run elsewhere, several at once, whatever the services. */
import type { Context } from '../../context.ts';
import { EXIT, PackitError, ServiceError } from '../../errors.ts';
import { poll } from '../../remote/poll/index.ts';
import type { PollOptions } from '../../remote/poll/index.ts';
import { durationText, isFinal, isGood } from '../../run-state.ts';
import type { Run } from '../../run-state.ts';
import type { Environment } from '../../tools/process/index.ts';
import { withTargets } from './model.ts';
import type { Build, BuildTarget } from './model.ts';

/** A build under way, and how its place is asked about it. */
export interface LiveBuild {
  /** As it was when it was submitted or found. */
  build: Build;
  /**
   * Asks once. That the service no longer knows the build is an answer (`lost`).
   * @throws ServiceError if there was no answer
   */
  look(last: Build): Promise<Build>;
  /** Adds why a build that ended badly did: lines of its logs. */
  explain?(ended: Build): Promise<Build>;
  /** Ends it. Called when the user has asked to stop: must not use the context's signal. */
  cancel(): Promise<void>;
  /** Ends the connections that were opened for it alone. */
  close?(): Promise<void>;
}

export interface FollowOptions {
  /** Seconds; after them what is not final is `lost`. Default: no limit. */
  timeout?: number | undefined;
  /** Cancel the builds when the user interrupts. Default: they run on. */
  cancelOnInterrupt?: boolean | undefined;
  /** Called after each look that found something new; it is waited for. */
  onProgress?: ((builds: readonly Build[]) => Promise<void>) | undefined;
  /** For tests: time and chance. */
  poll?: PollOptions;
}

/** A service may be away this long before its builds are given up, in milliseconds. */
const OUTAGE_MS = 30 * 60 * 1000;

/**
 * Waits until every build has ended, or the time is up. Never throws for a failed build: that is in the result.
 * @throws PackitError INTERRUPTED, with what to do about the builds that run on
 */
export async function followBuilds(
  ctx: Context,
  lives: readonly LiveBuild[],
  options: FollowOptions = {},
): Promise<Build[]> {
  if (lives.length === 0) return [];
  const board = ctx.ui.board();
  const watched = lives.map((live) => ({
    live,
    build: live.build,
    silentSince: undefined as number | undefined,
  }));
  const several = lives.length > 1;
  const now = (): number => options.poll?.now?.() ?? ctx.uptime();
  try {
    const { done } = await poll(
      async () => {
        const before = fingerprint(watched);
        await Promise.all(watched.map((one) => lookAt(ctx, one, now)));
        board.update(rowsOf(watched, several));
        const changed = fingerprint(watched) !== before;
        if (changed) await options.onProgress?.(watched.map(({ build }) => build));
        return { value: undefined, done: watched.every(({ build }) => isFinal(build.state)), changed };
      },
      {
        ...pollDelay(ctx.env),
        signal: ctx.signal,
        sleep: ctx.sleep,
        now: ctx.uptime,
        ...(options.timeout === undefined ? {} : { timeout: options.timeout * 1000 }),
        ...options.poll,
      },
    );
    const note = `${RAN_OUT} ${durationText(options.timeout ?? 0)}`;
    const builds = watched.map(({ live, build }) => ({ live, build: done ? build : giveUp(build, note) }));
    board.update(rowsOf(builds, several));
    board.end();
    return await Promise.all(
      builds.map(async ({ live, build }) =>
        build.targets.every(({ state }) => isGood(state)) || live.explain === undefined
          ? build
          : live.explain(build),
      ),
    );
  } catch (error) {
    if (!ctx.signal.aborted) throw error;
    board.end();
    throw await interruption(ctx, watched, options.cancelOnInterrupt === true);
  } finally {
    board.end();
  }
}

interface Watched {
  live: LiveBuild;
  build: Build;
  silentSince: number | undefined;
}

async function lookAt(ctx: Context, one: Watched, now: () => number): Promise<void> {
  if (isFinal(one.build.state)) return;
  try {
    one.build = await one.live.look(one.build);
    one.silentSince = undefined;
  } catch (error) {
    if (ctx.signal.aborted || !(error instanceof ServiceError)) throw error;
    if (one.silentSince === undefined) {
      one.silentSince = now();
      ctx.ui.info(`${error.message}; the build is looked after all the same`);
    } else if (now() - one.silentSince > OUTAGE_MS) {
      one.build = giveUp(one.build, `no answer for ${durationText(OUTAGE_MS / 1000)}: ${error.message}`);
    }
  }
}

const RAN_OUT = 'not ended within';

/** Whether nobody waited any longer: where it is built, it runs on. */
export function ranOutOfTime({ state, note }: BuildTarget): boolean {
  return state === 'lost' && note?.startsWith(RAN_OUT) === true;
}

/** What has not ended is lost. */
function giveUp(build: Build, note: string): Build {
  if (isFinal(build.state)) return build;
  if (build.targets.length === 0)
    return { ...build, state: 'lost', targets: [{ name: build.id ?? build.package, state: 'lost', note }] };
  return withTargets(
    build,
    build.targets.map((target) => (isFinal(target.state) ? target : { ...target, state: 'lost', note })),
  );
}

function rowsOf(watched: readonly Pick<Watched, 'build'>[], several: boolean): Run[] {
  return watched.flatMap(({ build }) =>
    // Nothing is known of its targets yet: the build itself is the row.
    (build.targets.length > 0
      ? build.targets
      : [{ name: `build ${build.id ?? ''}`.trimEnd(), state: build.state }]
    ).flatMap((target: BuildTarget) => {
      const name = several ? `${build.package} ${target.name}` : target.name;
      return [
        { ...target, name },
        ...(target.parts ?? []).map((part) => ({ ...part, name: `${name} > ${part.name}` })),
      ];
    }),
  );
}

function fingerprint(watched: readonly Watched[]): string {
  return JSON.stringify(
    watched.map(({ build }) => [
      build.state,
      build.targets.map(({ state, parts = [] }) => [state, parts.map((part) => part.state)]),
    ]),
  );
}

/**
 * For an error between two submissions: if it is the user who leaves, what was submitted before runs on, and that is said.
 * @throws always: the error, or the interruption
 */
export async function leaving(
  ctx: Context,
  error: unknown,
  lives: readonly LiveBuild[],
  { cancelOnInterrupt }: Pick<FollowOptions, 'cancelOnInterrupt'>,
): Promise<never> {
  if (!ctx.signal.aborted || lives.length === 0) throw error;
  const watched = lives.map((live) => ({ live, build: live.build }));
  throw await interruption(ctx, watched, cancelOnInterrupt === true);
}

/** The error for a user who leaves while builds run: which they are, how to come back, how to end them; or they are cancelled. */
async function interruption(
  ctx: Context,
  watched: readonly Pick<Watched, 'live' | 'build'>[],
  cancel: boolean,
): Promise<PackitError> {
  const open = watched.filter(({ build }) => !isFinal(build.state));
  const message = (ctx.signal.reason as Error | undefined)?.message ?? 'Interrupted';
  const problems: string[] = [];
  for (const { live, build } of cancel ? open : []) {
    try {
      await live.cancel();
      ctx.ui.info(`Cancelled: ${build.url ?? build.id ?? build.package}`);
    } catch (error) {
      problems.push(`Not cancelled: ${build.url ?? build.id ?? build.package} (${(error as Error).message})`);
    }
  }
  const commands = open.flatMap(({ build }) => (build.watch === undefined ? [] : [build.watch]));
  const runOn = !cancel || problems.length > 0;
  return new PackitError('INTERRUPTED', message, {
    exitCode: EXIT.interrupted,
    details: [
      ...problems,
      ...(runOn ? open.map(({ build }) => `Still running: ${build.url ?? build.id ?? ''}`) : []),
    ],
    ...(runOn && commands.length > 0
      ? {
          hint: `Come back with: ${commands.join('; ')}. To end it: ${commands.map((command) => command.replace('build watch', 'build cancel')).join('; ')}.`,
        }
      : {}),
  });
}

/** `PACKIT_POLL_DELAY`: milliseconds before the second look. */
export function pollDelay({ PACKIT_POLL_DELAY: text }: Environment): { delay?: number } {
  return text === undefined || !/^\d+$/.test(text) ? {} : { delay: Number(text) };
}
