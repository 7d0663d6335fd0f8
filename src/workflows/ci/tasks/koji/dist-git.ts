/** `koji_build`: what was pushed to dist-git, built in Koji. */
import type { Context } from '../../../../context.ts';
import { isPackitError } from '../../../../errors.ts';
import { sameBranch } from '../../select/index.ts';
import type { Unit } from '../../select/index.ts';
import { reportFailure } from '../failure-issue.ts';
import { configOfJob, withCheckout } from '../one-job.ts';
import { followInKoji, marksOf } from './follow.ts';
import { sideTagOf, tagNewest } from './side-tags.ts';
import { failed, forAll, outcome } from '../outcome.ts';
import {
  accountSources,
  judgeAccount,
  readAccountFacts,
  versionInNvr,
  whyConditionFails,
} from '../rules/index.ts';
import type { TaskInput, TaskOutcome, TaskOutcomes } from '../types.ts';

export async function buildInDistGit(ctx: Context, input: TaskInput): Promise<TaskOutcomes> {
  const { units, event } = input;
  const message = event.message;
  const version = message?.of === 'koji-tag' ? versionInNvr(message.nvr) : undefined;
  const refusal = (await whyNotPushedBy(ctx, input)) ?? (await whyConditionFails(ctx, input, version));
  if (refusal !== undefined) return forAll(units, outcome('neutral', refusal));
  if (event.comment?.command.name === 'koji-tag') return tagNewest(ctx, input);
  const outcomes = new Map<string, TaskOutcome>();
  await withCheckout(ctx, input, async (pathOrUrl) => {
    for (const unit of units) outcomes.set(unit.key, await buildBranch(ctx, input, { unit, pathOrUrl }));
  });
  const failures = units.flatMap((unit) => {
    const ended = outcomes.get(unit.key);
    return ended?.state === 'failure' || ended?.state === 'error'
      ? [{ branch: unit.target ?? '', message: ended.description, url: ended.url }]
      : [];
  });
  // What failed in Koji is to be seen there, and by who is told of it.
  const notBegun = failures.filter(({ url }) => url === '');
  if (notBegun.length > 0) {
    await reportFailure(
      ctx,
      input,
      {
        title: '[packit] Fedora Koji build failed to be triggered',
        purpose: 'koji-build',
        intro: 'Packit could not begin builds in Koji:',
        failures: notBegun,
        command: 'koji-build',
      },
      'nowhere',
    );
  }
  return outcomes;
}

async function buildBranch(
  ctx: Context,
  input: TaskInput,
  { unit, pathOrUrl }: { unit: Unit; pathOrUrl: string },
): Promise<TaskOutcome> {
  const { event, view } = input;
  const branch = unit.target ?? '';
  // What was pushed is built, and not what may have been pushed since by somebody who may not.
  const pushed = event.kind === 'commit' && event.sha !== undefined && sameBranch(event.branch, branch);
  const name = pushed ? (event.branch ?? branch) : branch;
  try {
    const group = await sideTagOf(ctx, input, branch);
    if (group !== undefined && 'refusal' in group) return outcome('neutral', group.refusal);
    const outcomes = await followInKoji(
      ctx,
      { ...input, units: [unit] },
      {
        unitOf: () => unit,
        input: {
          pathOrUrl,
          configuration: configOfJob(input),
          scratch: view.pkg.scratch,
          distGitBranch: name,
          ...(group === undefined ? {} : { kojiTarget: group.tag }),
          marks: marksOf(input, [unit], () => [name]),
          ...(pushed && event.sha !== undefined ? { commits: { [name]: event.sha } } : {}),
        },
      },
    );
    return outcomes.get(unit.key) ?? outcome('error', 'It is not known how this ended.');
  } catch (error) {
    if (ctx.signal.aborted || !isPackitError(error) || error.code === 'INTERRUPTED') throw error;
    return failed('Submit of the build failed', error);
  }
}

/** Why a push starts no build: who made it, or the labels of the pull request it merged. */
async function whyNotPushedBy(
  ctx: Context,
  { event, forge, view: { pkg } }: TaskInput,
): Promise<string | undefined> {
  if (event.kind !== 'commit') return undefined;
  const request =
    event.merged === undefined ? undefined : await forge.getPullRequest(event.project, event.merged);
  const { present, absent } = pkg.require.label;
  const labels = request?.labels ?? [];
  if (present.length > 0 && !present.some((label) => labels.includes(label))) {
    return `It requires one of the labels ${present.join(', ')} on the pull request.`;
  }
  const unwanted = absent.find((label) => labels.includes(label));
  if (unwanted !== undefined) return `The label ${unwanted} keeps it from running.`;
  const rule =
    request === undefined
      ? { key: 'allowed_committers' as const, list: pkg.allowed_committers }
      : { key: 'allowed_pr_authors' as const, list: pkg.allowed_pr_authors };
  const account = request?.author ?? event.actor;
  const what = request === undefined ? 'who pushed' : `author of pull request ${request.number}`;
  const facts = await readAccountFacts(
    rule.list,
    account,
    accountSources(ctx, { forge, project: event.project }),
  );
  const verdict = judgeAccount(rule, { account, what }, facts);
  return verdict.allowed ? undefined : verdict.reason;
}
