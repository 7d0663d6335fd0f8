/** What has to be begun, by what is there. Pure: run a second time, it finds the first run's work and begins nothing. */
import { isFinal, isGood } from '../../../run-state.ts';
import type { RunState } from '../../../run-state.ts';
import type { FarmRequest } from '../../../remote/testing-farm/index.ts';
import type { BuildSeen } from './show.ts';
import type { BuildWork } from './work.ts';

/**
 * `missing`: what nobody has begun. `all`: everything anew, as a person asked. `failed`: what has failed, anew. `none`: what is there
 * is only looked at.
 */
export type Wish = 'missing' | 'all' | 'failed' | 'none';

/** Why this run is, and what it is to begin. */
export interface Order {
  /** `event`, `comment:ID`, `run:ID.ATTEMPT`. Whatever it began carries it, so that it is begun once. */
  cause: string;
  builds: Wish;
  tests: Wish;
}

/**
 * Chroots to build now.
 * @param builds those of this commit and job, newest first
 */
export function chrootsToBuild({ chroots }: BuildWork, builds: readonly BuildSeen[], order: Order): string[] {
  const all = chroots.flatMap(({ chroot }) => chroot ?? []);
  if (order.builds === 'none' || builds.some(({ cause }) => cause === order.cause)) return [];
  if (builds.length === 0 || order.builds === 'all') return all;
  return order.builds === 'failed' ? all.filter((chroot) => hasFailed(chroot, builds)) : [];
}

function hasFailed(chroot: string, builds: readonly BuildSeen[]): boolean {
  const build = builds.find(({ chroots }) => chroot in chroots);
  if (build === undefined) return true;
  const state: RunState = isGood(build.source) ? (build.chroots[chroot]?.state ?? 'queued') : build.source;
  return isFinal(state) && !isGood(state);
}

/** What a test is submitted for: a build, and what a person asked besides. */
export function testCause(build: Pick<BuildSeen, 'id'> | undefined, { cause, tests }: Order): string {
  const base = build === undefined ? 'event' : `build:${build.id}`;
  return (tests === 'all' || tests === 'failed') && cause !== 'event' ? `${base} ${cause}` : base;
}

/**
 * The request that stands for a test, or that there has to be one.
 * @param requests those of the test's key, newest first
 * @param build the one that is tested; undefined where none is needed
 */
export function chooseRequest(
  requests: readonly FarmRequest[],
  build: Pick<BuildSeen, 'id'> | undefined,
  order: Order,
): { use: FarmRequest } | { submit: string } | undefined {
  const wanted = testCause(build, order);
  const base = build === undefined ? 'event' : `build:${build.id}`;
  const own = requests.filter(({ cause }) => cause === base || cause?.startsWith(`${base} `) === true);
  const exact = own.find(({ cause }) => cause === wanted);
  const [newest] = own;
  if (order.tests === 'none') return newest === undefined ? undefined : { use: newest };
  if (exact !== undefined) return { use: newest ?? exact };
  if (newest === undefined || order.tests === 'all') return { submit: wanted };
  if (order.tests === 'failed' && isFinal(newest.state) && !isGood(newest.state)) return { submit: wanted };
  return { use: newest };
}
