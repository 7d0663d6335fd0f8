/** The result of `propose-update` and `pull-from-upstream` for people: failures in full, the plan of a dry run, one table. */
import type { Context } from '../../context.ts';
import type { Failure } from '../command.ts';
import { showPaged } from '../ui/pager.ts';
import { plainTable } from '../ui/table.ts';
import { printable } from '../../ui.ts';
import { errorOfTarget, failureOfTarget } from './target-failure.ts';
import type {
  BranchPlan,
  BranchResult,
  PackageResult,
  ReleaseUpdateResult,
} from '../../workflows/release-update/index.ts';

export interface Report {
  /** For stdout. */
  text: string;
  failures: Failure[];
}

export async function reportUpdates(ctx: Context, result: ReleaseUpdateResult): Promise<Report> {
  const several = result.packages.length > 1;
  const [only] = result.packages;
  // Nothing could be begun: the one failure is the whole report.
  if (!several && only?.failure !== undefined) throw errorOfTarget(only.failure);
  const failures = result.packages.flatMap(({ package: name, failure, refusal, branches }) => [
    ...(failure === undefined ? [] : [failureOfTarget(name, failure)]),
    ...(refusal === undefined ? [] : [failureOfTarget(name, refusal)]),
    ...branches.flatMap(({ branch, failure: reason }) =>
      reason === undefined ? [] : [failureOfTarget(several ? `${name} ${branch}` : branch, reason)],
    ),
  ]);
  const plans = result.packages.flatMap(({ package: name, branches }) =>
    branches.flatMap(({ plan }) =>
      // It quotes others' files and words.
      plan === undefined ? [] : [printable(ctx.redactor.secrets(planText(plan, several ? name : undefined)))],
    ),
  );
  const shown = plans.length === 0 || (await showPaged(ctx, plans.join('\n')));
  const table = printable(await tableText(result, several));
  return { text: [...(shown ? [] : plans), table].join('\n'), failures };
}

function tableText(result: ReleaseUpdateResult, several: boolean): Promise<string> {
  return plainTable(
    [...(several ? ['package'] : []), 'branch', 'result', 'version', 'pull request', 'reason'],
    result.packages.flatMap((item) => rows(item, several)),
  );
}

function rows(item: PackageResult, several: boolean): string[][] {
  const lead = several ? [item.package] : [];
  if (item.failure !== undefined) return [[...lead, '-', 'failed', '', '', item.failure.message]];
  return item.branches.map((branch) => [
    ...lead,
    branch.branch,
    branch.status,
    versionCell(branch),
    branch.requests.map(({ url }) => url).join('\n'),
    branch.reason ?? branch.notes.join('\n'),
  ]);
}

function versionCell({ version, fromVersion, status }: BranchResult): string {
  if (version === undefined || status === 'skipped') return fromVersion ?? '';
  return fromVersion === undefined || fromVersion === version ? version : `${fromVersion} -> ${version}`;
}

/** What would be done to one branch. @param packageName where there are several */
export function planText(plan: BranchPlan, packageName?: string): string {
  const where = packageName === undefined ? plan.branch : `${packageName} ${plan.branch}`;
  const lines = [`=== ${where}: ${plan.fromVersion ?? 'new package'} -> ${plan.version} ===`, ''];
  lines.push('Commit:', ...indented(plan.message), '', plan.diff, '');
  if (plan.uploads.length > 0) {
    lines.push('Files of the lookaside cache:');
    for (const { filename, size, hashType, hash, state } of plan.uploads) {
      lines.push(`  ${filename}  ${size} bytes  ${hashType.toUpperCase()} ${hash}  ${STATE[state]}`);
    }
    lines.push('');
  }
  lines.push(
    plan.push.to === 'fork'
      ? `Push ${plan.commit.slice(0, 10)} to ${plan.push.branch} of the fork${plan.reused ? ' (it is there already)' : ''}`
      : `Push ${plan.commit.slice(0, 10)} to ${plan.push.branch}`,
  );
  for (const { targetBranch, title, description } of plan.requests) {
    lines.push('', `Pull request to ${targetBranch}: ${title}`, ...indented(description));
  }
  return `${lines.join('\n')}\n`;
}

const STATE = {
  missing: 'would be uploaded',
  present: 'is there already',
  offline: 'is not uploaded (upload_sources: false)',
  nowhere: 'has no lookaside cache to go to',
};

function indented(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `  ${line}`));
}
