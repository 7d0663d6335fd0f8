/** One job of an event, done by the workflow that does it by hand. */
import type { Context } from '../../../context.ts';
import { InterruptedError, isPackitError } from '../../../errors.ts';
import type { JobType } from '../../../project/config/index.ts';
import { updateInBodhi } from './bodhi-update.ts';
import { buildInDistGit, buildUpstreamInKoji } from './koji/index.ts';
import { failed, forAll, outcome } from './outcome.ts';
import { proposeDownstream } from './propose-downstream.ts';
import { pullRelease } from './pull-from-upstream.ts';
import { syncDownstream } from './sync-from-downstream.ts';

import type { TaskInput, TaskOutcomes } from './types.ts';
import { buildVmImage } from './vm-image-build.ts';

/**
 * Runs the job; never throws for what is the job's failure: that is in the outcome of its units, every one of which has one. Run again
 * for the same event it does nothing twice: pull requests, tasks, images and updates are found by what they are of.
 *
 * @throws PackitError `INTERRUPTED`: what runs elsewhere goes on, and is found by the next call
 */
export async function runTask(ctx: Context, input: TaskInput): Promise<TaskOutcomes> {
  const { units } = input;
  try {
    const outcomes = await start(ctx, input);
    const rest = units.filter(({ key }) => !outcomes.has(key));
    return new Map([...outcomes, ...forAll(rest, outcome('error', 'It is not known how this ended.'))]);
  } catch (error) {
    if (ctx.signal.aborted || error instanceof InterruptedError || !isPackitError(error)) throw error;
    if (error.code === 'INTERRUPTED') throw error;
    ctx.ui.warn({
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
    return forAll(units, failed(TASKS[input.view.job.job]?.failed ?? 'The job failed', error));
  }
}

interface Task {
  /** What a status begins with if it fails before anything else can be said. */
  failed: string;
  run(ctx: Context, input: TaskInput, packitVersion: string): Promise<TaskOutcomes>;
}

const TASKS: Readonly<Partial<Record<JobType, Task>>> = {
  propose_downstream: { failed: 'Propose downstream failed', run: proposeDownstream },
  pull_from_upstream: { failed: 'Pull from upstream failed', run: pullRelease },
  upstream_koji_build: { failed: 'Submit of the build failed', run: buildUpstreamInKoji },
  koji_build: { failed: 'Submit of the build failed', run: buildInDistGit },
  bodhi_update: { failed: 'The update failed', run: updateInBodhi },
  vm_image_build: { failed: 'VM Image build error', run: buildVmImage },
  sync_from_downstream: { failed: 'Sync from downstream failed', run: syncDownstream },
};

function start(ctx: Context, input: TaskInput): Promise<TaskOutcomes> {
  const task = TASKS[input.view.job.job];
  if (task === undefined) {
    return Promise.resolve(forAll(input.units, outcome('neutral', 'packit ci does not do this job.')));
  }
  // Set when packit is built.
  return task.run(ctx, input, process.env.PACKIT_CLI_VERSION ?? '0.0.0');
}
