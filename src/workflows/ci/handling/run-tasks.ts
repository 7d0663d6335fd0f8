/** Jobs that other commands do, one after the other, each with its statuses. What an earlier run has done, they find themselves. */
import type { Desk } from './desk.ts';
import type { CiEvent } from '../event/index.ts';
import type { Handling } from './input.ts';
import type { TaskWork } from '../reconcile/index.ts';
import type { JobView, Unit } from '../select/index.ts';
import { TEXT, isEnd } from '../statuses/index.ts';
import type { Shown } from '../statuses/index.ts';

export interface TasksInput {
  handling: Handling;
  tasks: readonly TaskWork[];
  mayStart: (unit: Unit) => boolean;
}

export async function runTasks({ ctx, forge }: Desk, event: CiEvent, input: TasksInput): Promise<void> {
  const { board, prepared, trust, mode, input: told } = input.handling;
  const { cause } = mode.order;
  if (input.tasks.length === 0) return;
  // Half of all packit is behind it, and most events have no such job.
  const { runTask } = await import('../tasks/index.ts');
  for (const [view, units] of byView(input.tasks)) {
    const wanted: Unit[] = [];
    for (const unit of units) if (await isMine(unit)) wanted.push(unit);
    if (wanted.length === 0) continue;
    const outcomes = await runTask(ctx, {
      event,
      config: prepared.config,
      view,
      units: wanted,
      forge,
      foreign: trust.foreign,
      checkout: undefined,
      cause,
      onProgress: show,
      wait: told.wait,
      timeout: told.deadline,
      runUrl: board.page,
      ...(told.commentPrefix === undefined ? {} : { commentPrefix: told.commentPrefix }),
    });
    for (const unit of wanted) {
      const outcome = outcomes.get(unit.key);
      if (outcome !== undefined) await show(unit, outcome);
    }
  }

  /** An end that was reported stands, unless somebody asks anew; what runs is looked at, and what nobody has is taken. */
  async function isMine(unit: Unit): Promise<boolean> {
    if (!input.mayStart(unit)) return false;
    const now = board.record(unit.status);
    if (now !== undefined && isEnd(now.state) && cause === 'event') return false;
    const isUnderWay = now !== undefined && !isEnd(now.state) && now.claim === undefined;
    return isUnderWay || board.claim(unit.status, TEXT.accepted, cause);
  }

  function show({ status }: Unit, shown: Shown): Promise<void> {
    const url = shown.url === '' ? board.page : shown.url;
    return board.show(new Map([[status, { ...shown, url }]]));
  }
}

function byView(tasks: readonly TaskWork[]): Map<JobView, Unit[]> {
  const views = new Map<JobView, Unit[]>();
  for (const { view, unit } of tasks) views.set(view, [...(views.get(view) ?? []), unit]);
  return views;
}
