/**
 * Rounds of looking and doing until everything has ended. Each round begins with what Copr, Testing Farm and the forge know, so that a
 * run that was killed anywhere is carried on by the next.
 */
import type { Context } from '../../../context.ts';
import { isPackitError, messageOf } from '../../../errors.ts';
import { isFinal } from '../../../run-state.ts';
import type { FarmRequest, TestingFarm } from '../../../remote/testing-farm/index.ts';
import type { CiEvent } from '../event/index.ts';
import type { Unit } from '../select/index.ts';
import { TEXT, isEnd } from '../statuses/index.ts';
import type { Board, Shown } from '../statuses/index.ts';
import { chooseRequest, chrootsToBuild } from './decide.ts';
import type { Order } from './decide.ts';
import type { BuildFinder } from './find-builds.ts';
import { isBuilt, showBuilds, showFarm } from './show.ts';
import type { BuildSeen, TestSeen } from './show.ts';
import { mayPass } from './submit-build.ts';
import type { Submitted } from './submit-build.ts';
import { unitsOfBuild } from './work.ts';
import type { BuildWork, TestWork, Work } from './work.ts';

export interface Services {
  finder: BuildFinder;
  /** Account that builds in its own projects. */
  coprAccount: () => Promise<string>;
  submitBuild: (work: BuildWork, chroots: readonly string[], cause: string) => Promise<Submitted>;
  farm: TestingFarm;
  submitTest: (test: TestWork, build: BuildSeen | undefined, cause: string) => Promise<TestSeen>;
}

export interface ReconcilerOptions {
  ctx: Context;
  event: CiEvent;
  board: Board;
  work: Work;
  order: Order;
  services: Services;
  /** Only what has been accepted before is begun: a sweep starts nothing that nobody asked for. */
  mayStart: (unit: Unit) => boolean;
}

export interface Round {
  /** Every unit has its end, or is another run's. */
  done: boolean;
  changed: boolean;
}

/** Attempts at what an outage keeps from being submitted. */
const ATTEMPTS = 6;
/** How far back requests are searched that no status names, in milliseconds. */
const SEARCHED_MS = 7 * 24 * 60 * 60 * 1000;

export function createReconciler(options: ReconcilerOptions): { round(): Promise<Round> } {
  const { ctx, board, work, order, services, mayStart } = options;
  const builds = new Map<BuildWork, BuildSeen[]>();
  const refused = new Map<BuildWork, Shown>();
  const tests = new Map<string, TestSeen>();
  const attempts = new Map<string, number>();
  const submitted = new Map<BuildWork, string[]>();
  let recent: Promise<FarmRequest[] | undefined> | undefined;

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
            named: unitsOfBuild(build).flatMap(({ status }) => board.record(status)?.build ?? []),
            own: (submitted.get(build) ?? []).map((id) => ({ id, cause: order.cause })),
          })
        : await Promise.all(
            known.map(async (one) => (isBuilt(one) ? one : patiently(() => services.finder.look(one), one))),
          );
    builds.set(build, seen);
    return seen;
  }

  /** A look that an outage spoils is one of many: what was known before stands. */
  async function patiently<T>(look: () => Promise<T>, before: T): Promise<T> {
    try {
      return await look();
    } catch (error) {
      if (ctx.signal.aborted || !mayPass(error)) throw error;
      ctx.ui.debug(`Looked in vain: ${messageOf(error)}`);
      return before;
    }
  }

  async function reconcileBuild(build: BuildWork): Promise<Map<string, Shown>> {
    const refusal = refused.get(build);
    if (refusal !== undefined) return everyUnit(build, refusal);
    const seen = await see(build);
    const chroots = chrootsToBuild(build, seen, order);
    if (chroots.length > 0 && mayStart(build.srpm)) {
      const began = await begin(build, chroots);
      if (began !== undefined) return began;
    }
    const now = builds.get(build) ?? [];
    await Promise.all(
      build.tests.map((test) => reconcileTest(test, tested(build, test, now), now.length > 0)),
    );
    return showBuilds(build, now, tests);
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
    if (first) await board.show(accepted(build, chroots));
    // What was lost on the way to us may be there.
    if (!first) {
      builds.delete(build);
      if (chrootsToBuild(build, await see(build), order).length === 0) return undefined;
    }
    const result = await services.submitBuild(build, chroots, order.cause);
    if ('id' in result) {
      ctx.ui.info(`${build.view.pkg.name}: build ${result.id} in ${await ownerOf(build)}/${build.project}`);
      submitted.set(build, [...(submitted.get(build) ?? []), result.id]);
      builds.delete(build);
      await see(build);
      return undefined;
    }
    if ('refused' in result) return refuse(build, result.refused);
    const attempt = (attempts.get(build.srpm.key) ?? 0) + 1;
    attempts.set(build.srpm.key, attempt);
    ctx.ui.info(`${result.later}; attempt ${attempt} of ${ATTEMPTS}`);
    if (attempt >= ATTEMPTS) {
      const description = `Submit of the build failed: ${result.later}`;
      return refuse(build, { state: 'error', description, url: pageOf(status) });
    }
    const description = 'Submit of the build failed due to a Copr error, the task will be retried.';
    return everyUnit(build, { state: 'pending', description, url: pageOf(status) });
  }

  function refuse(build: BuildWork, shown: Shown): Map<string, Shown> {
    const full = { ...shown, url: shown.url === '' ? pageOf(build.srpm.status) : shown.url };
    refused.set(build, full);
    return everyUnit(build, full);
  }

  /** What the claim's status points at, or what is there. */
  function pageOf(status: string): string {
    return board.now(status)?.url ?? board.page;
  }

  function accepted(build: BuildWork, chroots: readonly string[]): Map<string, Shown> {
    const shown: Shown = { state: 'pending', description: TEXT.accepted, url: pageOf(build.srpm.status) };
    const keys = new Set(
      build.chroots.filter(({ chroot = '' }) => chroots.includes(chroot)).map(({ key }) => key),
    );
    const units = unitsOfBuild(build).filter(
      ({ key, needs, kind }) => keys.has(key) || (kind === 'tests' && keys.has(needs ?? '')),
    );
    return new Map(units.map(({ status }) => [status, shown]));
  }

  async function reconcileTest(
    test: TestWork,
    build: BuildSeen | undefined,
    needsBuild: boolean,
  ): Promise<void> {
    if (needsBuild && build === undefined) return;
    const { key, status } = test.unit;
    const before = tests.get(key);
    if (before !== undefined && 'refused' in before) return;
    if (
      before !== undefined &&
      'request' in before &&
      (build === undefined || before.request.cause?.split(' ', 1)[0] === `build:${build.id}`)
    ) {
      if (isFinal(before.request.state)) return;
      const { id } = before.request;
      const now = await patiently(() => services.farm.request(id), before.request);
      tests.set(key, { request: now ?? { ...before.request, state: 'lost' } });
      return;
    }
    let choice: ReturnType<typeof chooseRequest>;
    try {
      choice = chooseRequest(await requestsOf(test.unit), build, order);
    } catch (error) {
      tests.set(key, failedTest(test, build, error));
      return;
    }
    if (choice === undefined) return;
    if ('use' in choice) {
      tests.set(key, { request: choice.use });
      return;
    }
    if (!mayStart(test.unit)) return;
    if (before === undefined && !(await board.claim(status, TEXT.testsDue, choice.submit))) return;
    const result = await attemptTest(test, build, choice.submit);
    tests.set(key, result);
  }

  async function attemptTest(test: TestWork, build: BuildSeen | undefined, cause: string): Promise<TestSeen> {
    const { status } = test.unit;
    try {
      const result = await services.submitTest(test, build, cause);
      if ('request' in result) ctx.ui.info(`${status}: tests ${result.request.id}`);
      return 'refused' in result && result.refused.url === ''
        ? { refused: { ...result.refused, url: build?.url ?? pageOf(status) } }
        : result;
    } catch (error) {
      return failedTest(test, build, error);
    }
  }

  /** An outage is tried again; anything else is the end. @throws the error, if it is nobody's */
  function failedTest(
    { unit: { key, status } }: TestWork,
    build: BuildSeen | undefined,
    error: unknown,
  ): TestSeen {
    if (ctx.signal.aborted || !isPackitError(error)) throw error;
    const attempt = (attempts.get(key) ?? 0) + 1;
    attempts.set(key, attempt);
    recent = undefined;
    const description = `Failed to submit tests: ${messageOf(error)}`;
    const url = build?.url ?? pageOf(status);
    return mayPass(error) && attempt < ATTEMPTS
      ? { later: `${description}; it will be retried` }
      : { refused: { state: 'error', description, url } };
  }

  async function requestsOf({ key, status }: Unit): Promise<FarmRequest[]> {
    const named = board.record(status)?.farm;
    const since = new Date(ctx.now().getTime() - SEARCHED_MS);
    recent ??= services.farm.recent(since);
    const listed = ((await recent) ?? []).filter((request) => request.key === key);
    if (named === undefined || listed.some(({ id }) => id === named)) return listed;
    const request = await services.farm.request(named);
    return request?.key === key ? [...listed, request] : listed;
  }

  return {
    async round() {
      await board.read();
      const shown = new Map<string, Shown>();
      const add = (statuses: ReadonlyMap<string, Shown>): void => {
        for (const [name, one] of statuses) shown.set(name, one);
      };
      for (const unit of work.problems) add(new Map([[unit.status, problemOf(unit, pageOf(unit.status))]]));
      for (const build of work.builds) add(await reconcileBuild(build));
      for (const test of work.tests) {
        await reconcileTest(test, undefined, false);
        const seen = tests.get(test.unit.key);
        if (seen !== undefined) add(new Map([[test.unit.status, showFarm(seen, pageOf(test.unit.status))]]));
      }
      const before = JSON.stringify(statesOf(board, [...shown.keys()]));
      await board.show(shown);
      const names = [
        ...work.problems.map(({ status }) => status),
        ...work.builds.flatMap((build) => unitsOfBuild(build).map(({ status }) => status)),
        ...work.tests.map(({ unit }) => unit.status),
      ];
      return {
        done: names.every((name) => board.isTaken(name) || hasEnded(board, name)),
        changed: before !== JSON.stringify(statesOf(board, [...shown.keys()])),
      };
    },
  };
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

function everyUnit(build: BuildWork, shown: Shown): Map<string, Shown> {
  return new Map(unitsOfBuild(build).map(({ status }) => [status, shown]));
}

function problemOf({ problem = '' }: Unit, url: string): Shown {
  return { state: 'error', description: problem, url };
}

function hasEnded(board: Board, name: string): boolean {
  const now = board.now(name);
  return now !== undefined && isEnd(now.state);
}

function statesOf(board: Board, names: readonly string[]): unknown {
  return names.map((name) => board.now(name)?.state);
}
