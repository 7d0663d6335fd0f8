/** Jobs that other commands do, one after the other, each with its statuses. What an earlier run has done, they find themselves. */
import type { Desk } from './desk.ts';
import type { CiEvent } from './event/index.ts';
import type { Prepared } from './prepare.ts';
import type { Order, TaskWork } from './reconcile/index.ts';
import type { JobView, Unit } from './select/index.ts';
import { TEXT, isEnd } from './statuses/index.ts';
import type { Board, Shown } from './statuses/index.ts';
import { runTask } from './tasks/index.ts';
import type { Trust } from './trust/index.ts';

export interface TasksInput {
  tasks: readonly TaskWork[];
  board: Board;
  prepared: Prepared;
  trust: Trust;
  order: Order;
  mayStart: (unit: Unit) => boolean;
}

export async function runTasks({ ctx, forge }: Desk, event: CiEvent, input: TasksInput): Promise<void> {
  const { board, prepared, trust, order } = input;
  for (const [view, units] of byView(input.tasks)) {
    const wanted: Unit[] = [];
    for (const unit of units) {
      if (!input.mayStart(unit) || hasEnded(board, unit, order)) continue;
      if (await board.claim(unit.status, TEXT.accepted, order.cause)) wanted.push(unit);
    }
    if (wanted.length === 0) continue;
    const show = (unit: Unit, shown: Shown): Promise<void> =>
      board.show(new Map([[unit.status, { ...shown, url: shown.url === '' ? board.page : shown.url }]]));
    const outcomes = await runTask(ctx, {
      event,
      config: prepared.config,
      view,
      units: wanted,
      forge,
      foreign: trust.foreign,
      checkout: undefined,
      cause: order.cause,
      onProgress: show,
    });
    for (const unit of wanted) {
      const outcome = outcomes.get(unit.key);
      if (outcome !== undefined) await show(unit, outcome);
    }
  }
}

/** An end that an earlier run has reported stands, unless somebody asks anew. */
function hasEnded(board: Board, { status }: Unit, { cause }: Order): boolean {
  const now = board.record(status);
  return cause === 'event' && now !== undefined && isEnd(now.state);
}

function byView(tasks: readonly TaskWork[]): Map<JobView, Unit[]> {
  const views = new Map<JobView, Unit[]>();
  for (const { view, unit } of tasks) views.set(view, [...(views.get(view) ?? []), unit]);
  return views;
}
