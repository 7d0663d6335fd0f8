/** The results of `create-update` and `push-updates` for people: failures in full, the plans of a dry run, one table. */
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import { printable } from '../../ui.ts';
import type { TargetFailure } from '../../workflows/outcomes.ts';
import type {
  CreateUpdateResult,
  PushResult,
  PushUpdatesResult,
  UpdatePlan,
  UpdateResult,
} from '../../workflows/update/index.ts';
import type { Failure } from '../command.ts';
import { plainTable } from '../ui/table.ts';

interface Report {
  /** For stdout. */
  text: string;
  failures: Failure[];
}

export async function reportCreated(ctx: Context, { updates }: CreateUpdateResult): Promise<Report> {
  const several = new Set(updates.map((update) => update.package)).size > 1;
  const [only] = updates;
  if (updates.length === 1 && only?.failure !== undefined) throw errorOf(only.failure);
  const plans = updates.flatMap(({ branch, plan, status }) =>
    // It quotes others' words.
    plan === undefined || status !== 'planned'
      ? []
      : [printable(ctx.redactor.secrets(planText(branch, plan)))],
  );
  const table = await plainTable(
    [...(several ? ['package'] : []), 'branch', 'result', 'update', 'builds', 'reason'],
    updates.map((update) => [
      ...(several ? [update.package] : []),
      update.branch,
      update.status,
      (update.url ?? '') === '' ? (update.alias ?? '') : (update.url ?? ''),
      update.builds.join('\n'),
      update.reason ?? update.caveats.join('\n'),
    ]),
  );
  return { text: [...plans, printable(table)].join('\n'), failures: failuresOf(updates, several) };
}

export async function reportPushed(ctx: Context, { updates }: PushUpdatesResult): Promise<Report> {
  const several = new Set(updates.map((update) => update.package)).size > 1;
  const [only] = updates;
  if (updates.length === 1 && only?.failure !== undefined) throw errorOf(only.failure);
  if (updates.length === 0) return { text: 'No update is in testing.', failures: [] };
  const table = await plainTable(
    [...(several ? ['package'] : []), 'update', 'release', 'result', 'days', 'karma', 'reason'],
    updates.map((update) => [
      ...(several ? [update.package] : []),
      update.alias,
      update.release,
      RESULT[update.status],
      update.days === undefined ? '' : `${update.days}/${update.daysNeeded ?? '?'}`,
      update.alias === '-' ? '' : String(update.karma),
      update.reason ?? update.url,
    ]),
  );
  const failures = updates.flatMap(({ alias, package: name, failure }) =>
    failure === undefined ? [] : [failureOf(alias === '-' ? name : alias, failure)],
  );
  return { text: printable(ctx.redactor.secrets(table)), failures };
}

const RESULT: Readonly<Record<PushResult['status'], string>> = {
  pushed: 'pushed',
  planned: 'would be pushed',
  'not-pushed': 'not pushed',
  failed: 'failed',
};

/** What Bodhi would be sent. */
export function planText(branch: string, plan: UpdatePlan): string {
  const lines = [
    `=== ${branch}: ${plan.edits === undefined ? `a new update of ${plan.release}` : `changes of ${plan.edits}`} ===`,
    `Builds:    ${plan.builds.join(', ')}${plan.fromTag === undefined ? '' : ` (side tag ${plan.fromTag})`}`,
    `Type:      ${plan.type}${plan.severity === undefined ? '' : `, ${plan.severity}`}`,
    `Bugs:      ${plan.bugs.length === 0 ? 'none' : plan.bugs.map((bug) => `rhbz#${bug}`).join(', ')}`,
    ...Object.entries(plan.extra).map(([name, value]) => `${`${name}:`.padEnd(10)} ${value}`),
    'Notes:',
    ...plan.notes.split('\n').map((line) => (line === '' ? '' : `  ${line}`)),
  ];
  return `${lines.join('\n')}\n`;
}

function failuresOf(updates: readonly UpdateResult[], several: boolean): Failure[] {
  return updates.flatMap(({ package: name, branch, failure }) => {
    if (failure === undefined) return [];
    const subject = branch === '-' ? name : several ? `${name} ${branch}` : branch;
    return [failureOf(subject, failure)];
  });
}

function failureOf(subject: string, { code, message, hint, details }: TargetFailure): Failure {
  return { subject, code, message, details, ...(hint === undefined ? {} : { hint }) };
}

function errorOf(failure: TargetFailure): PackitError {
  return new PackitError(failure.code, failure.message, {
    details: failure.details,
    exitCode: failure.exitCode,
    ...(failure.hint === undefined ? {} : { hint: failure.hint }),
  });
}
