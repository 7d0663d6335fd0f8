/** Builds of one event, round by round: found, looked at, or submitted; and the tests of what has been built. */
import { TEXT, isEnd } from '../statuses/index.ts';
import type { Shown, StatusRecord } from '../statuses/index.ts';
import { chrootsToBuild } from './decide.ts';
import { ATTEMPTS, pageOf, patiently } from './options.ts';
import type { ReconcilerOptions } from './options.ts';
import { isBuilt, showBuilds } from './show.ts';
import type { BuildSeen } from './show.ts';
import type { TestRounds } from './test-rounds.ts';
import { unitsOfBuild } from './work.ts';
import type { BuildWork, TestWork } from './work.ts';

export interface BuildRounds {
  /** What the statuses of a build, its chroots and its tests are to say. */
  reconcile(build: BuildWork): Promise<Map<string, Shown>>;
}

/** Seconds after which an open status that nothing stands behind is not waited for any more. */
const STALE_SECONDS = 60 * 60;

export function createBuildRounds(options: ReconcilerOptions, tests: TestRounds): BuildRounds {
  const { ctx, board, order, services, mayStart } = options;
  const builds = new Map<BuildWork, BuildSeen[]>();
  const refused = new Map<BuildWork, Map<string, Shown>>();
  const attempts = new Map<string, number>();
  const submitted = new Map<BuildWork, string[]>();

  async function ownerOf(build: BuildWork): Promise<string> {
    return build.owner ?? (await services.coprAccount());
  }

  /** What is known of the builds of a job, looked up once and then looked at. */
  async function see(build: BuildWork): Promise<BuildSeen[]> {
    const known = builds.get(build);
    const seen =
      known === undefined || known.length === 0
        ? await services.finder.find({
            owner: await ownerOf(build),
            project: build.project,
            key: build.srpm.key,
            named: unitsOfBuild(build).flatMap(({ status }) =>
              board.history(status).flatMap((one) => one.build ?? []),
            ),
            own: (submitted.get(build) ?? []).map((id) => ({ id, cause: order.cause })),
          })
        : await Promise.all(
            known.map(async (one) =>
              isBuilt(one) ? one : patiently(ctx, () => services.finder.look(one), one),
            ),
          );
    builds.set(build, seen);
    return seen;
  }

  async function reconcile(build: BuildWork): Promise<Map<string, Shown>> {
    const seen = await see(build);
    const chroots = chrootsToBuild(build, seen, order);
    if (chroots.length > 0 && mayStart(build.srpm)) {
      const began = refused.get(build) ?? (await begin(build, chroots));
      if (began !== undefined) return began;
    }
    const now = builds.get(build) ?? [];
    if (now.length === 0) return withoutBuild(build);
    await Promise.all(
      build.tests.map(async (test) => {
        const good = tested(build, test, now);
        if (good !== undefined) await tests.reconcile(test, good);
      }),
    );
    return showBuilds(build, now, tests.seen);
  }

  /** Nobody has built: tests that were asked for have nothing to test; and what was accepted long ago gets its end. */
  function withoutBuild(build: BuildWork): Map<string, Shown> {
    if (order.builds === 'none') {
      const shown = (status: string): Shown => ({
        state: 'neutral',
        description: TEXT.missingBuild,
        url: pageOf(board, status),
      });
      return new Map(build.tests.map(({ unit: { status } }) => [status, shown(status)]));
    }
    const lost = unitsOfBuild(build).filter(
      (unit) => !mayStart(build.srpm) && isStale(board.record(unit.status), ctx.now()),
    );
    return new Map(
      lost.map(({ status }) => [
        status,
        { state: 'error', description: TEXT.buildLost, url: pageOf(board, status) },
      ]),
    );
  }

  /** Takes the job and submits its build. Undefined: there is a build now, or another run makes it. */
  async function begin(
    build: BuildWork,
    chroots: readonly string[],
  ): Promise<Map<string, Shown> | undefined> {
    const { status } = build.srpm;
    const first = !attempts.has(build.srpm.key);
    if (first && !(await board.claim(status, TEXT.accepted, order.cause))) {
      // The other run's build is looked for in the next round.
      builds.delete(build);
      return undefined;
    }
    if (first) {
      const url = pageOf(board, status);
      await board.show(statusesOf(build, chroots, { state: 'pending', description: TEXT.accepted, url }));
    }
    // Another run may have submitted since we looked; and what was lost on the way to us may be there.
    builds.delete(build);
    if (chrootsToBuild(build, await see(build), order).length === 0) return undefined;
    const result = await services.submitBuild(build, chroots, order.cause);
    if ('id' in result) {
      ctx.ui.info(`${build.view.pkg.name}: build ${result.id} in ${await ownerOf(build)}/${build.project}`);
      submitted.set(build, [...(submitted.get(build) ?? []), result.id]);
      builds.delete(build);
      await see(build);
      return undefined;
    }
    if ('refused' in result) return refuse(build, chroots, result.refused);
    const attempt = (attempts.get(build.srpm.key) ?? 0) + 1;
    attempts.set(build.srpm.key, attempt);
    ctx.ui.info(`${result.later}; attempt ${attempt} of ${ATTEMPTS}`);
    if (attempt >= ATTEMPTS) {
      const description = `Submit of the build failed: ${result.later}`;
      return refuse(build, chroots, { state: 'error', description, url: pageOf(board, status) });
    }
    const description = 'Submit of the build failed due to a Copr error, the task will be retried.';
    return statusesOf(build, chroots, { state: 'pending', description, url: pageOf(board, status) });
  }

  /** For good: what was to be built gets its end, and keeps it. */
  function refuse(build: BuildWork, chroots: readonly string[], shown: Shown): Map<string, Shown> {
    const url = shown.url === '' ? pageOf(board, build.srpm.status) : shown.url;
    const all = statusesOf(build, chroots, { ...shown, url });
    refused.set(build, all);
    return all;
  }

  return { reconcile };
}

/** The same for the SRPM, some chroots and their tests. */
function statusesOf(build: BuildWork, chroots: readonly string[], shown: Shown): Map<string, Shown> {
  const keys = new Set(
    build.chroots.filter(({ chroot = '' }) => chroots.includes(chroot)).map(({ key }) => key),
  );
  const units = unitsOfBuild(build).filter(
    ({ key, needs, kind }) => kind === 'srpm' || keys.has(key) || (kind === 'tests' && keys.has(needs ?? '')),
  );
  return new Map(units.map(({ status }) => [status, shown]));
}

function isStale(record: StatusRecord | undefined, now: Date): boolean {
  if (record === undefined || isEnd(record.state)) return false;
  const at = Date.parse(record.updatedAt ?? '');
  return Number.isNaN(at) || (now.getTime() - at) / 1000 > STALE_SECONDS;
}

/** The build whose chroot a test is about, once that has succeeded. */
function tested(
  { chroots }: BuildWork,
  { unit }: TestWork,
  builds: readonly BuildSeen[],
): BuildSeen | undefined {
  const chroot = chroots.find(({ key }) => key === unit.needs)?.chroot ?? '';
  const build = builds.find((one) => chroot in one.chroots);
  return build?.chroots[chroot]?.state === 'succeeded' ? build : undefined;
}
