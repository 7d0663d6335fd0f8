/** What a reconciler is given, and what its parts share. */
import type { Context } from '../../../context.ts';
import { isOutage, messageOf } from '../../../errors.ts';
import type { TestingFarm } from '../../../remote/testing-farm/index.ts';
import type { Unit } from '../select/index.ts';
import type { Board } from '../statuses/index.ts';
import type { Order } from './decide.ts';
import type { BuildFinder } from './find-builds.ts';
import type { BuildSeen, TestSeen } from './show.ts';
import type { Submitted } from './submit-build.ts';
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
  board: Board;
  work: Work;
  order: Order;
  services: Services;
  /** Only what has been accepted before is begun: a sweep starts nothing that nobody asked for. */
  mayStart: (unit: Unit) => boolean;
}

/** Attempts at what an outage keeps from being submitted. */
export const ATTEMPTS = 6;

/** A look that an outage spoils is one of many: what was known before stands. */
export async function patiently<T>(ctx: Context, look: () => Promise<T>, before: T): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (ctx.signal.aborted || !isOutage(error)) throw error;
    ctx.ui.debug(`Looked in vain: ${messageOf(error)}`);
    return before;
  }
}

/** What the status of a unit points at now; the CI job where there is nothing better. */
export function pageOf(board: Board, status: string): string {
  return board.now(status)?.url ?? board.page;
}
