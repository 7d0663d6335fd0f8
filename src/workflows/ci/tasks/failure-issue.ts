/** The issue that says what failed in dist-git: one for each release or kind of failure, with a comment for each further time. */
import type { Context } from '../../../context.ts';
import { isPackitError } from '../../../errors.ts';
import { parseRepositoryUrl } from '../../../remote/forge/index.ts';
import type { Forge, ProjectRef } from '../../../remote/forge/index.ts';
import { createHttpClient } from '../../../remote/http/index.ts';
import { createAccess } from '../../dist-git/index.ts';
import { asCell, markerOf, sayOnce } from '../comments/index.ts';
import { ensureTicket } from '../trust/index.ts';
import type { TaskInput } from './types.ts';

export interface FailureReport {
  /** Whole, with `[packit]`. */
  title: string;
  /** Of the hidden marker: what kind of failure it is. */
  purpose: string;
  /** What failed, in one sentence; text of others in it has been made harmless. */
  intro: string;
  failures: readonly { branch: string; message: string; url: string }[];
  /** `propose-downstream`: the command that tries again. */
  command: string;
}

/** Title of the issue about a release. */
export function releaseTitle(release: string): string {
  return `[packit] Propose downstream failed for release ${release}`;
}

/** The release that such a title is about. */
export function releaseInTitle(title: string): string | undefined {
  return /^\[packit\] Propose downstream failed for release (\S+)$/.exec(title.trim())?.[1];
}

/**
 * Opens the issue, or comments on the one that is open; the same failure for the same cause is said once. In `issue_repository`, else, where the
 * job's failures are reported to upstream, in the event's project.
 *
 * @param place where there is no `issue_repository`: the event's project, or nowhere
 */
export async function reportFailure(
  ctx: Context,
  input: TaskInput,
  report: FailureReport,
  place: 'project' | 'nowhere',
): Promise<void> {
  const repository = input.view.pkg.issue_repository;
  if (ctx.dryRun || ((repository === null || repository === '') && place === 'nowhere')) return;
  const http = createHttpClient(ctx);
  try {
    const at =
      repository === null || repository === ''
        ? { forge: input.forge, project: input.event.project }
        : await openRepository(ctx, http, repository);
    await say(at, input, report);
  } catch (error) {
    // The job has ended as it has: that it cannot be said here changes nothing about that.
    if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
    ctx.ui.warn({
      code: error.code,
      message: `The failure was not reported in an issue: ${error.message}`,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  } finally {
    await http.close();
  }
}

async function openRepository(
  ctx: Context,
  http: ReturnType<typeof createHttpClient>,
  url: string,
): Promise<{ forge: Forge; project: ProjectRef }> {
  const access = createAccess({ ctx, http, userConfig: await ctx.userConfig(), cwd: ctx.cwd });
  const forge = await access.forgeAt(url);
  const project = parseRepositoryUrl(url)?.project ?? { namespace: '', name: '' };
  return { forge, project };
}

async function say(
  { forge, project }: { forge: Forge; project: ProjectRef },
  input: TaskInput,
  report: FailureReport,
): Promise<void> {
  const body = bodyOf(input, report);
  const { purpose, title } = report;
  // What is reported, and why it was tried: a second run for the same cause has nothing to add.
  const time = {
    purpose: `${purpose}-time`,
    key: `${input.cause} ${input.units.map(({ key }) => key).join(' ')}`,
  };
  const { issue, created } = await ensureTicket(forge, project, {
    title,
    marker: markerOf({ purpose, key: title }),
    body: `${markerOf(time)}\n${body}`,
  });
  if (issue === undefined || created || issue.body.includes(markerOf(time))) return;
  await sayOnce(forge, project, { on: 'issue', number: issue.number }, { ...time, body });
}

function bodyOf({ view, commentPrefix = '/packit', runUrl = '' }: TaskInput, report: FailureReport): string {
  const rows = report.failures.map(({ branch, message, url }) => {
    const link = url === '' ? runUrl : url;
    return `| ${asCell(branch)} | ${asCell(message, 400)}${link === '' ? '' : ` See <${plainUrl(link)}>`} |`;
  });
  const message = view.pkg.notifications.failure_comment.message;
  return [
    report.intro,
    '',
    '| dist-git branch | error |',
    '|---|---|',
    ...rows,
    '',
    ...(runUrl === '' ? [] : [`The run: <${plainUrl(runUrl)}>`, '']),
    `You can retrigger it by adding a comment (\`${commentPrefix} ${report.command}\`) to this issue.`,
    ...(message === null || message === '' ? [] : ['', '---', message]),
  ].join('\n');
}

function plainUrl(url: string): string {
  return URL.canParse(url) ? new URL(url).href.replaceAll('|', '%7C').replaceAll('>', '%3E') : '';
}
