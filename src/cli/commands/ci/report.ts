/** A run of CI for people: a table of units, what was left out, and how to go on; for GitHub also as the summary of its job. */
import { appendFileSync } from 'node:fs';
import type { Context } from '../../../context.ts';
import { messageOf } from '../../../errors.ts';
import { printable } from '../../../ui.ts';
import type { CiRunResult, CiUnit } from '../../../workflows/ci/index.ts';
import type { CommandResult, Failure } from '../../command.ts';
import { plainTable } from '../../ui/table.ts';

export async function ciReport(ctx: Context, result: CiRunResult): Promise<CommandResult> {
  writeSummary(ctx, result);
  return {
    text: printable(await reportText(ctx, result)),
    json: result,
    failures: result.units.filter(isBad).map(toFailure),
    exitCode: result.exitCode,
  };
}

async function reportText(ctx: Context, result: CiRunResult): Promise<string> {
  const { units, leftOut, ignored, ignoredKeys, resume } = result;
  if (ignored !== undefined) return `Nothing to do: ${ignored}.`;
  const lines: string[] = [];
  if (units.length === 0) lines.push('Nothing to do: no job is for this event.');
  else if (ctx.dryRun) lines.push('Would be reported:', ...units.map(({ status }) => `  ${status}`));
  else lines.push(await unitTable(units));
  if (leftOut.length > 0) {
    const rows = leftOut.map(({ index, job, package: name, reason }) => [
      String(index + 1),
      job,
      name,
      reason,
    ]);
    lines.push('', 'Left out:', await plainTable(['job', 'type', 'package', 'reason'], rows));
  }
  if (ignoredKeys.length > 0) {
    const names = [...new Set(ignoredKeys.map(({ key }) => key))].join(', ');
    lines.push(
      '',
      `The target branch decides over ${names}: what the pull request says of them was not used.`,
    );
  }
  if (resume !== undefined) lines.push('', `Go on with: ${resume}`);
  return lines.join('\n');
}

export function unitTable(units: readonly CiUnit[]): Promise<string> {
  return plainTable(
    ['status', 'state', '', 'details'],
    units.map(({ status, state, description, url }) => [status, state, description, url]),
  );
}

function isBad({ state }: CiUnit): boolean {
  return state === 'failure' || state === 'error' || state === 'cancelled';
}

function toFailure({ status, state, description, url }: CiUnit): Failure {
  return {
    subject: status,
    code: `CI_${state.toUpperCase()}`,
    message: description,
    ...(url === '' ? {} : { hint: `See ${url}` }),
  };
}

/** What GitHub and Forgejo show on the page of the job. */
function writeSummary({ env, ui, dryRun }: Context, { units, ignored, resume }: CiRunResult): void {
  const file = env.GITHUB_STEP_SUMMARY;
  if (file === undefined || file === '' || dryRun) return;
  const cell = (text: string): string =>
    printable(text).replaceAll('|', '\\|').replaceAll('<', '&lt;').replace(/\s+/g, ' ');
  const rows = units.map(
    ({ status, state, description, url }) =>
      `| ${cell(status)} | ${state} | ${url === '' ? cell(description) : `[${cell(description).replace(/[[\]]/g, '')}](${encodeURI(url)})`} |`,
  );
  const text =
    units.length === 0
      ? `Nothing to do: ${cell(ignored ?? 'no job is for this event')}.\n`
      : [
          '| check | state | |',
          '| --- | --- | --- |',
          ...rows,
          ...(resume === undefined ? [] : ['', `Go on with \`${resume}\`.`]),
        ].join('\n');
  try {
    appendFileSync(file, `### Packit\n\n${text}\n`);
  } catch (error) {
    ui.debug(`The summary could not be written: ${messageOf(error)}`);
  }
}
