/** `bodhi_update`: an update of the build that Koji has completed, or, by a comment, of the newest of each branch. */
import type { Context } from '../../../context.ts';
import { createUpdates } from '../../update/index.ts';
import type { CreateUpdateInput, UpdateResult } from '../../update/index.ts';
import { sameBranch } from '../select/index.ts';
import type { Unit } from '../select/index.ts';
import { reportFailure } from './failure-issue.ts';
import { configOfJob, withCheckout } from './one-job.ts';
import { sideTagOf } from './koji/index.ts';
import { failed, forAll, outcome } from './outcome.ts';
import {
  accountSources,
  judgeAccount,
  readAccountFacts,
  versionInNvr,
  whyConditionFails,
} from './rules/index.ts';
import type { TaskInput, TaskOutcome, TaskOutcomes } from './types.ts';

export async function updateInBodhi(ctx: Context, input: TaskInput): Promise<TaskOutcomes> {
  const { units, event } = input;
  const { message } = event;
  const build = message?.of === 'koji-build' ? message : undefined;
  const refusal =
    (build === undefined ? undefined : await whyNotBuiltBy(ctx, input, build.owner)) ??
    (await whyConditionFails(ctx, input, build === undefined ? undefined : versionInNvr(build.nvr)));
  if (refusal !== undefined) return forAll(units, outcome('neutral', refusal));
  await Promise.all(
    units.map((unit) => input.onProgress(unit, outcome('running', 'Creating the update ...'))),
  );
  if (input.view.job.sidetag_group !== null) return updateFromSideTags(ctx, input);
  const wishes: CreateUpdateInput =
    build === undefined
      ? { distGitBranch: units.map(({ target = '' }) => target).join(',') }
      : { kojiBuilds: [build.nvr] };
  const { updates } = await withCheckout(ctx, input, (pathOrUrl) =>
    createUpdates(ctx, { pathOrUrl, configuration: configOfJob(input), ...wishes }),
  );
  const outcomes = new Map(
    units.map((unit) => [unit.key, outcomeOf(updateFor(updates, unit, units.length))]),
  );
  await report(ctx, input, updates);
  return outcomes;
}

/** All that the group has built, as one update of each release. */
async function updateFromSideTags(ctx: Context, input: TaskInput): Promise<TaskOutcomes> {
  const outcomes = new Map<string, TaskOutcome>();
  const all: UpdateResult[] = [];
  await withCheckout(ctx, input, async (pathOrUrl) => {
    for (const unit of input.units) {
      const group = await sideTagOf(ctx, input, unit.target ?? '', 'complete');
      if (group === undefined || 'refusal' in group) {
        outcomes.set(unit.key, outcome('neutral', group?.refusal ?? 'There is no side tag.'));
        continue;
      }
      const configuration = configOfJob(input);
      const { updates } = await createUpdates(ctx, { pathOrUrl, configuration, fromTag: group.tag });
      all.push(...updates);
      outcomes.set(unit.key, outcomeOf(updates[0]));
    }
  });
  await report(ctx, input, all);
  return outcomes;
}

async function whyNotBuiltBy(
  ctx: Context,
  { event, forge, view: { pkg } }: TaskInput,
  owner: string,
): Promise<string | undefined> {
  const list = pkg.allowed_builders;
  const { fas_user: own } = await ctx.userConfig();
  const names = own === undefined ? [] : [own];
  const sources = accountSources(ctx, { forge, project: event.project, names });
  const facts = await readAccountFacts(list, owner, sources);
  const verdict = judgeAccount(
    { key: 'allowed_builders', list },
    { account: owner, what: 'who built it' },
    facts,
  );
  return verdict.allowed ? undefined : verdict.reason;
}

/** One that is for all of them could not even be begun. */
function updateFor(updates: readonly UpdateResult[], unit: Unit, count: number): UpdateResult | undefined {
  return (
    updates.find(({ branch }) => sameBranch(branch, unit.target)) ??
    updates.find(({ branch }) => branch === '-') ??
    (updates.length === 1 && count === 1 ? updates[0] : undefined)
  );
}

function outcomeOf(update: UpdateResult | undefined): TaskOutcome {
  if (update === undefined) return outcome('error', 'Bodhi was not asked for an update.');
  const { status, failure, reason, alias = '', url = '' } = update;
  if (failure !== undefined) return failed('The update failed', failure, url);
  if (status === 'created' || status === 'edited') {
    return outcome('success', `The update ${alias} was ${status}.`, url);
  }
  if (status === 'existing') return outcome('success', `The update ${alias} is there already.`, url);
  if (status === 'planned') return outcome('neutral', 'Dry run: an update would be made.', url);
  return outcome('neutral', `No update: ${reason ?? ''}`, url);
}

async function report(ctx: Context, input: TaskInput, updates: readonly UpdateResult[]): Promise<void> {
  const failures = updates.flatMap(({ branch, failure, url = '' }) =>
    failure === undefined ? [] : [{ branch, message: failure.message, url }],
  );
  if (failures.length === 0) return;
  await reportFailure(
    ctx,
    input,
    {
      title: '[packit] Fedora Bodhi update failed to be created',
      purpose: 'bodhi-update',
      intro: 'Packit could not create updates in Bodhi:',
      failures,
      command: 'create-update',
    },
    'nowhere',
  );
}
