/** `upstream_koji_build`: a scratch build of the event's commit. Its SRPM is made here, so that no stranger's is. */
import type { Context } from '../../../../context.ts';
import { configOfJob, withCheckout } from '../one-job.ts';
import { followInKoji, marksOf } from './follow.ts';
import { forAll, outcome } from '../outcome.ts';
import type { TaskInput, TaskOutcomes } from '../types.ts';

export async function buildUpstreamInKoji(ctx: Context, input: TaskInput): Promise<TaskOutcomes> {
  const { units, view, foreign } = input;
  if (foreign) {
    const refusal =
      'Not built for a pull request from another project: its SRPM would be made with packit’s account.';
    return forAll(units, outcome('neutral', refusal));
  }
  if (!view.pkg.scratch) {
    return forAll(units, outcome('neutral', 'Non-scratch builds not possible from upstream.'));
  }
  const targets = units.map(({ target = '' }) => target);
  await Promise.all(units.map((unit) => input.onProgress(unit, outcome('running', 'Building SRPM ...'))));
  return withCheckout(ctx, input, (pathOrUrl) =>
    followInKoji(ctx, input, {
      unitOf: (name) => units.find(({ target = '' }) => namesOf(target).includes(name)),
      input: {
        pathOrUrl,
        configuration: configOfJob(input),
        fromUpstream: true,
        // Its code was not read by anybody: the user's secrets are not for it.
        foreign: true,
        scratch: true,
        kojiTarget: targets.join(','),
        marks: marksOf(input, units, ({ target = '' }) => namesOf(target)),
      },
    }),
  );
}

/** A release is built for the target of its candidates. */
function namesOf(target: string): string[] {
  return [target, `${target}-candidate`];
}
