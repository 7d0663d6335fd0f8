/** Builds in Koji as the statuses of units. */
import type { Context } from '../../../../context.ts';
import { isFinal } from '../../../../run-state.ts';
import type { RunState } from '../../../../run-state.ts';
import { ranOutOfTime } from '../../../build/index.ts';
import type { Build, BuildTarget } from '../../../build/index.ts';
import { buildInKoji } from '../../../build/koji/index.ts';
import type { BuildInKojiInput, TaskMark } from '../../../build/koji/index.ts';
import type { Unit } from '../../select/index.ts';
import { failed, outcome } from '../outcome.ts';
import type { TaskInput, TaskOutcome } from '../types.ts';

export interface KojiWork {
  /** The unit of a build; of the name of a target or branch for which nothing could be begun. */
  unitOf: (name: string) => Unit | undefined;
  input: Omit<BuildInKojiInput, 'wait' | 'timeout' | 'onProgress' | 'cancelOnInterrupt'>;
}

/** By what each is found again. */
export function marksOf(
  { cause }: TaskInput,
  units: readonly Unit[],
  namesOf: (unit: Unit) => readonly string[],
): Record<string, TaskMark> {
  return Object.fromEntries(
    units.flatMap((unit) => namesOf(unit).map((name) => [name, { key: unit.key, cause }] as const)),
  );
}

/** Begins or finds the builds and waits for them as long as the task may wait. */
export async function followInKoji(
  ctx: Context,
  task: TaskInput,
  { unitOf, input }: KojiWork,
): Promise<Map<string, TaskOutcome>> {
  const outcomes = new Map<string, TaskOutcome>();
  const timeout = task.wait === false ? 0 : task.timeout;
  const known = (builds: readonly Build[]): { unit: Unit; target: BuildTarget }[] =>
    builds.flatMap(({ targets: [target] }) => {
      const unit = target === undefined ? undefined : unitOf(target.name);
      return target === undefined || unit === undefined ? [] : [{ unit, target }];
    });
  const report = async (builds: readonly Build[]): Promise<void> => {
    for (const { unit, target } of known(builds)) {
      const seen = outcomeOf(target);
      outcomes.set(unit.key, seen);
      if (!isFinal(target.state)) await task.onProgress(unit, seen);
    }
  };
  const result = await buildInKoji(ctx, {
    ...input,
    wait: true,
    ...(timeout === undefined ? {} : { timeout }),
    onProgress: report,
  });
  for (const { unit, target } of known(result.builds)) outcomes.set(unit.key, outcomeOf(target));
  for (const failure of result.failed) {
    const unit = unitOf(failure.package);
    if (unit === undefined) continue;
    outcomes.set(unit.key, failed('Submit of the build failed', { message: failure.message, exitCode: 2 }));
  }
  if (ctx.dryRun) {
    for (const unit of task.units) {
      if (!outcomes.has(unit.key))
        outcomes.set(unit.key, outcome('neutral', 'Dry run: a build would be begun.'));
    }
  }
  return outcomes;
}

const TEXTS: Readonly<Record<RunState, Parameters<typeof outcome>>> = {
  queued: ['running', 'Building RPM ...'],
  running: ['running', 'Building RPM ...'],
  succeeded: ['success', 'RPMs were built successfully.'],
  skipped: ['success', 'RPMs were built already.'],
  failed: ['failure', 'RPMs failed to be built.'],
  cancelled: ['error', 'The build was cancelled in Koji.'],
  lost: ['error', 'Koji no longer knows the build.'],
};

function outcomeOf(target: BuildTarget): TaskOutcome {
  const { note, url = '' } = target;
  const state = ranOutOfTime(target) ? 'running' : target.state;
  const [shown, text] = TEXTS[state];
  const more = note !== undefined && (state === 'failed' || state === 'lost') ? ` ${note}` : '';
  return outcome(shown, `${text}${more}`, url);
}
