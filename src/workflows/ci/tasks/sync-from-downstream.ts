/** `sync_from_downstream`: what was pushed to dist-git, as a pull request for the upstream project. */
import type { Context } from '../../../context.ts';
import { syncFromDownstream } from '../../sync-from-downstream/index.ts';
import { configOfJob } from './one-job.ts';
import { failed, forAll, outcome } from './outcome.ts';
import type { TaskInput, TaskOutcome, TaskOutcomes } from './types.ts';

export async function syncDownstream(ctx: Context, input: TaskInput): Promise<TaskOutcomes> {
  const { event, view, units } = input;
  const url = view.pkg.upstream_project_url;
  if (url === null || url === '') {
    return forAll(
      units,
      outcome('failure', 'upstream_project_url is not set: it is not known where to sync to'),
    );
  }
  await Promise.all(
    units.map((unit) => input.onProgress(unit, outcome('running', 'Syncing from downstream...'))),
  );
  const { packages } = await syncFromDownstream(ctx, {
    pathOrUrl: url,
    configuration: configOfJob(input),
    distGitBranch: event.branch,
  });
  const [result] = packages;
  const branch = result?.branches[0];
  const failure = result?.failure ?? branch?.failure;
  if (failure !== undefined) {
    return forAll(units, failed('Sync from downstream failed', failure, result?.upstream ?? ''));
  }
  return forAll(units, ended(branch?.status, branch?.requests[0]?.url ?? result?.upstream ?? ''));
}

function ended(status: string | undefined, url: string): TaskOutcome {
  if (status === 'planned') return outcome('neutral', 'Dry run: a pull request would be made.', url);
  return outcome(
    'success',
    status === 'unchanged'
      ? 'Upstream has all of it already.'
      : 'Sync from downstream finished successfully.',
    url,
  );
}
