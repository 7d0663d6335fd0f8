/** Tests of one event, round by round: found, looked at, or submitted. */
import { isOutage, isPackitError, messageOf } from '../../../errors.ts';
import type { FarmRequest } from '../../../remote/testing-farm/index.ts';
import { isFinal } from '../../../run-state.ts';
import type { Unit } from '../select/index.ts';
import { TEXT } from '../statuses/index.ts';
import { chooseRequest } from './decide.ts';
import { ATTEMPTS, pageOf, patiently } from './options.ts';
import type { ReconcilerOptions } from './options.ts';
import type { BuildSeen, TestSeen } from './show.ts';
import type { TestWork } from './work.ts';

export interface TestRounds {
  /** By the keys of units. */
  readonly seen: ReadonlyMap<string, TestSeen>;
  /** @param build what is tested, which has succeeded; undefined where none is needed */
  reconcile(test: TestWork, build: BuildSeen | undefined): Promise<void>;
}

/** How far back requests are searched that no status names, in milliseconds. */
const SEARCHED_MS = 7 * 24 * 60 * 60 * 1000;

export function createTestRounds(options: ReconcilerOptions): TestRounds {
  const { ctx, board, order, services, mayStart } = options;
  const tests = new Map<string, TestSeen>();
  const attempts = new Map<string, number>();
  let recent: Promise<FarmRequest[] | undefined> | undefined;

  async function reconcile(test: TestWork, build: BuildSeen | undefined): Promise<void> {
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
      const now = await patiently(ctx, () => services.farm.request(id), before.request);
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
    if (before === undefined) {
      const mine = await board.claim(status, TEXT.testsDue, choice.submit);
      // What another run has submitted since we looked, statuses have told by now; if it is about to, the next round finds it.
      const now = mine ? chooseRequest(await requestsOf(test.unit), build, order) : undefined;
      if (now === undefined) recent = undefined;
      if (now === undefined || 'use' in now) {
        if (now !== undefined) tests.set(key, { request: now.use });
        return;
      }
    }
    const result = await attemptTest(test, build, choice.submit);
    tests.set(key, result);
  }

  async function attemptTest(test: TestWork, build: BuildSeen | undefined, cause: string): Promise<TestSeen> {
    const { status } = test.unit;
    try {
      const result = await services.submitTest(test, build, cause);
      if ('request' in result) ctx.ui.info(`${status}: tests ${result.request.id}`);
      return 'refused' in result && result.refused.url === ''
        ? { refused: { ...result.refused, url: build?.url ?? pageOf(board, status) } }
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
    const url = build?.url ?? pageOf(board, status);
    return isOutage(error) && attempt < ATTEMPTS
      ? { later: `${description}; it will be retried` }
      : { refused: { state: 'error', description, url } };
  }

  /** Of the unit's key, newest first: those in Testing Farm's list, and those that statuses have named. */
  async function requestsOf({ key, status }: Unit): Promise<FarmRequest[]> {
    const since = new Date(ctx.now().getTime() - SEARCHED_MS);
    recent ??= services.farm.recent(since);
    const found = ((await recent) ?? []).filter((request) => request.key === key);
    const named = new Set(board.history(status).flatMap(({ farm }) => farm ?? []));
    for (const { id } of found) named.delete(id);
    for (const id of named) {
      const request = await services.farm.request(id);
      if (request?.key === key) found.push(request);
    }
    return found.toSorted((a, b) => (b.createdAt ?? '').localeCompare(a.createdAt ?? ''));
  }

  return { seen: tests, reconcile };
}
