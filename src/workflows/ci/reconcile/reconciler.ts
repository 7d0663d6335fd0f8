/**
 * Rounds of looking and doing until everything has ended. Each round begins with what Copr, Testing Farm and the forge know, so that a
 * run that was killed anywhere is carried on by the next.
 */
import { isEnd } from '../statuses/index.ts';
import type { Board, Shown } from '../statuses/index.ts';
import { createBuildRounds } from './build-rounds.ts';
import { pageOf } from './options.ts';
import type { ReconcilerOptions } from './options.ts';
import { showFarm } from './show.ts';
import { createTestRounds } from './test-rounds.ts';
import { unitsOfBuild } from './work.ts';
import type { Work } from './work.ts';

export interface Round {
  /** Every unit has its end, or is another run's. */
  done: boolean;
  changed: boolean;
}

export function createReconciler(options: ReconcilerOptions): { round(): Promise<Round> } {
  const { board, work, order } = options;
  const tests = createTestRounds(options);
  const builds = createBuildRounds(options, tests);
  // Who asks for tests alone does not wait for builds.
  const names = namesOf(work, order.builds !== 'none');

  async function statuses(): Promise<Map<string, Shown>> {
    const shown = new Map<string, Shown>();
    for (const { status, problem = '' } of work.problems) {
      shown.set(status, { state: 'error', description: problem, url: pageOf(board, status) });
    }
    for (const build of work.builds) {
      for (const [name, one] of await builds.reconcile(build)) shown.set(name, one);
    }
    for (const test of work.tests) {
      const { key, status } = test.unit;
      await tests.reconcile(test, undefined);
      const seen = tests.seen.get(key);
      if (seen !== undefined) shown.set(status, showFarm(seen, pageOf(board, status)));
    }
    return shown;
  }

  return {
    async round() {
      await board.read();
      const shown = await statuses();
      const before = statesOf(board, shown);
      await board.show(shown);
      return {
        done: names.every((name) => board.isTaken(name) || hasEnded(board, name)),
        changed: before !== statesOf(board, shown),
      };
    },
  };
}

function namesOf({ problems, builds, tests }: Work, withBuilds: boolean): string[] {
  const units = [
    ...problems,
    ...builds.flatMap((build) => (withBuilds ? unitsOfBuild(build) : build.tests.map(({ unit }) => unit))),
    ...tests.map(({ unit }) => unit),
  ];
  return units.map(({ status }) => status);
}

function hasEnded(board: Board, name: string): boolean {
  const now = board.now(name);
  return now !== undefined && isEnd(now.state);
}

function statesOf(board: Board, shown: ReadonlyMap<string, Shown>): string {
  return JSON.stringify(Array.from(shown.keys(), (name) => board.now(name)?.state));
}
