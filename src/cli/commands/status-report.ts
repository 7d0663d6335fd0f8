/** The state of packages for people: one screen for each. */
import type { Context } from '../../context.ts';
import { printable } from '../../ui.ts';
import type {
  BranchStatus,
  PackageStatus,
  StatusResult,
  StatusSource,
} from '../../workflows/status/index.ts';
import type { Failure } from '../command.ts';
import { plainTable } from '../ui/table.ts';

export async function statusReport(
  ctx: Context,
  { packages }: StatusResult,
): Promise<{ text: string; failures: Failure[] }> {
  const several = packages.length > 1;
  const screens: string[] = [];
  for (const item of packages) screens.push(await screen(item));
  return {
    text: printable(ctx.redactor.secrets(screens.join('\n\n'))),
    failures: packages.flatMap(({ package: name, failures }) =>
      failures.map(({ source, code, message, hint }) => ({
        subject: several ? `${name} ${source}` : source,
        code,
        message,
        ...(hint === undefined ? {} : { hint }),
      })),
    ),
  };
}

async function screen(item: PackageStatus): Promise<string> {
  const failed = new Set(item.failures.map(({ source }) => source));
  const parts = [`${item.package}: ${upstreamLine(item, failed)}`];
  if (item.branches.length > 0) {
    const table = await plainTable(
      ['branch', 'dist-git', 'Koji', 'Bodhi', 'pull requests'],
      item.branches.map((branch) => row(branch, failed)),
    );
    parts.push(table);
  }
  if (item.copr.length > 0) {
    const table = await plainTable(
      ['Copr', 'build', 'result', 'version'],
      item.copr.map(({ project, url, state, version }) => [project, url, state, version ?? '']),
    );
    parts.push(table);
  }
  if (failed.size > 0) parts.push(`Not known (?): ${[...failed].join(', ')} did not answer.`);
  return parts.join('\n\n');
}

function upstreamLine({ upstream, branches }: PackageStatus, failed: ReadonlySet<StatusSource>): string {
  if (upstream === undefined)
    return failed.has('upstream') ? 'upstream did not answer' : 'no upstream release is known';
  const behind = branches.filter((branch) => branch.behind === true).map(({ branch }) => branch);
  const news =
    behind.length > 0
      ? `, newer than in ${behind.join(', ')}`
      : branches.some((branch) => branch.behind === false)
        ? ', nothing newer'
        : '';
  return `upstream is at ${upstream.version} (${upstream.source})${news}`;
}

function row(item: BranchStatus, failed: ReadonlySet<StatusSource>): string[] {
  const cell = (text: string | undefined, source: StatusSource): string =>
    text ?? (failed.has(source) ? '?' : '-');
  const { koji, update, pullRequests } = item;
  return [
    item.branch,
    cell(item.version, 'dist-git'),
    cell(
      koji === undefined ? undefined : stated(koji.nvr, koji.state === 'complete' ? undefined : koji.state),
      'koji',
    ),
    cell(update === undefined ? undefined : updateText(update), 'bodhi'),
    cell(
      pullRequests.length === 0
        ? undefined
        : pullRequests.map(({ title, url }) => `${title}\n${url}`).join('\n'),
      'pull requests',
    ),
  ];
}

function updateText({ alias, status, request, karma }: NonNullable<BranchStatus['update']>): string {
  const next = request === undefined ? '' : ` -> ${request}`;
  return `${alias}\n${status}${next}, karma ${karma}`;
}

function stated(text: string, state: string | undefined): string {
  return state === undefined ? text : `${text} (${state})`;
}
