import { printable } from '../../ui.ts';
import type { TargetFailure } from '../../workflows/outcomes.ts';
import { syncFromDownstream } from '../../workflows/sync-from-downstream/index.ts';
import type { BranchSync, SyncFromDownstreamResult } from '../../workflows/sync-from-downstream/index.ts';
import type { Command, CommandResult, Failure } from '../command.ts';
import { plainTable } from '../ui/table.ts';
import { errorOfTarget, failureOfTarget } from './target-failure.ts';

export interface SyncFromDownstreamFlags {
  distGitBranch?: string;
  distGitPath?: string;
  upstreamBranch?: string;
  pr?: boolean;
  fork?: boolean;
  remoteToPush?: string;
  force?: boolean;
  exclude?: string[];
  package?: string[];
}

export const syncFromDownstreamCommand: Command<SyncFromDownstreamFlags> = async (invocation) => {
  const { ctx, args, options, global } = invocation;
  const { package: packages, ...flags } = options;
  const result = await syncFromDownstream(ctx, {
    ...flags,
    pathOrUrl: args[0],
    packages,
    configPath: global.config,
    remote: global.remote,
    fasUser: global.fasUser,
  });
  const report = global.json === true ? {} : await reportOf(result, (text) => ctx.redactor.secrets(text));
  return { ...report, json: result, exitCode: result.exitCode };
};

/** Failures in full, the plan of a dry run, and a table. */
async function reportOf(
  { packages }: SyncFromDownstreamResult,
  redact: (text: string) => string,
): Promise<Pick<CommandResult, 'text' | 'failures'>> {
  const [only] = packages;
  const several = packages.length > 1;
  // Nothing could be begun: the one failure is the whole report.
  if (!several && only?.failure !== undefined) throw errorOfTarget(only.failure);
  const failures: Failure[] = [];
  const rows: string[][] = [];
  const plans: string[] = [];
  const add = (subject: string, failure: TargetFailure | undefined): void => {
    if (failure !== undefined) failures.push(failureOfTarget(subject, failure));
  };
  for (const { package: name, failure, branches } of packages) {
    add(name, failure);
    if (failure !== undefined) rows.push([name, '-', 'failed', '', '', failure.message]);
    for (const branch of branches) {
      add(several ? `${name} ${branch.branch}` : branch.branch, branch.failure);
      plans.push(...planText(branch));
      rows.push([...(several ? [name] : []), ...row(branch)]);
    }
  }
  const head = [...(several ? ['package'] : []), 'branch', 'result', 'files', 'pull request', 'reason'];
  // It quotes others' files and words.
  const text = printable(redact([...plans, await plainTable(head, rows)].join('\n')));
  return { text, failures };
}

function row({ branch, status, files, requests, reason }: BranchSync): string[] {
  return [branch, status, files.join('\n'), requests.map(({ url }) => url).join('\n'), reason ?? ''];
}

function planText({ branch, plan }: BranchSync): string[] {
  if (plan === undefined) return [];
  const lines = [`=== ${branch} ===`, '', plan.message, plan.diff, ''];
  lines.push(`Push ${plan.commit.slice(0, 10)} to ${plan.push.branch}`);
  for (const { targetBranch, title, description } of plan.requests) {
    lines.push('', `Pull request to ${targetBranch}: ${title}`, `  ${description}`);
  }
  return lines;
}
