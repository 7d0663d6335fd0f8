/** What is said to people beside the statuses: one comment for each purpose, edited where it changes. */
import type { Context } from '../../../context.ts';
import { EXIT, PackitError, isPackitError, messageOf } from '../../../errors.ts';
import type { Thread } from '../../../remote/forge/index.ts';
import { asBlock, asCell, asText, sayOnce } from '../comments/index.ts';
import { atDesk } from './desk.ts';
import type { Desk } from './desk.ts';
import type { CiEvent, Reply } from '../event/index.ts';
import type { Work } from '../reconcile/index.ts';
import { nothing, unitsShown } from './result.ts';
import type { CiRunResult } from './result.ts';
import { statusText } from '../statuses/index.ts';
import type { Board, Shown } from '../statuses/index.ts';

/** Name of the status that a configuration with mistakes gets. */
export const CONFIG_STATUS = 'packit:config';

interface Saying {
  /** `report` of the command. */
  report: 'statuses' | 'none';
}

/** Where an event is talked about. Undefined: nowhere. */
export function threadOf({ pullRequest, issue, sha, comment }: CiEvent): Thread | undefined {
  if (pullRequest !== undefined) return { on: 'pull-request', number: pullRequest.number };
  if (issue !== undefined) return { on: 'issue', number: issue };
  return sha === undefined || (comment !== undefined && comment.on !== 'commit')
    ? undefined
    : { on: 'commit', sha };
}

/** That a comment cannot be written keeps nothing else from being done. */
async function say(
  { ctx, forge }: Desk,
  event: CiEvent,
  said: { purpose: string; key: string; body: string },
  { report }: Saying,
): Promise<void> {
  const thread = threadOf(event);
  if (thread === undefined || report === 'none' || ctx.dryRun) return;
  try {
    await sayOnce(forge, event.project, thread, said);
  } catch (error) {
    if (ctx.signal.aborted || !isPackitError(error)) throw error;
    ctx.ui.warn({ code: 'CI_COMMENT_REFUSED', message: `No comment could be written: ${error.message}` });
  }
}

/** Eyes on the comment: it was read. */
export async function acknowledge({ ctx, forge }: Desk, event: CiEvent): Promise<void> {
  const thread = threadOf(event);
  if (thread === undefined || event.comment === undefined) return;
  await forge.acknowledge(event.project, thread, event.comment.id).catch((error: unknown) => {
    ctx.ui.debug(`The comment was not acknowledged: ${messageOf(error)}`);
  });
}

/** How somebody who is not trusted gets there: for people to read, once. */
export function advise(desk: Desk, event: CiEvent, advice: string, saying: Saying): Promise<void> {
  return say(desk, event, { purpose: 'trust', key: event.actor.toLowerCase(), body: advice }, saying);
}

/** The comment of somebody who may not give this command. */
export async function refuseCommand(
  desk: Desk,
  event: CiEvent,
  { text, advice }: { text: string; advice: string },
  saying: Saying,
): Promise<CiRunResult> {
  await say(desk, event, { purpose: 'refusal', key: event.comment?.id ?? '', body: advice }, saying);
  return nothing(event, text);
}

/** Answers a comment that asks for help, or whose command cannot be read. */
export async function answerReply(ctx: Context, reply: Reply, { report }: Saying): Promise<void> {
  if (report === 'none' || ctx.dryRun) return;
  const { project, thread, comment: key, body } = reply;
  await atDesk(ctx, reply, ({ forge }) => sayOnce(forge, project, thread, { purpose: 'reply', key, body }));
}

/** A configuration with mistakes: one failing status with the place, and one comment that is edited until it is mended. */
export async function brokenConfiguration(
  desk: Desk,
  event: CiEvent,
  { board, error, saying }: { board: Board; error: PackitError; saying: Saying },
): Promise<CiRunResult> {
  const { location } = error;
  const place =
    location === undefined
      ? ''
      : `${location.file}${location.line === undefined ? '' : `:${location.line}`}: `;
  const shown: Shown = {
    state: 'failure',
    description: statusText(`${place}${error.message}`),
    url: board.page,
  };
  await board.show(new Map([[CONFIG_STATUS, shown]]));
  const lines = [
    `${place}${error.message}`,
    ...error.details,
    ...(error.hint === undefined ? [] : ['', error.hint]),
  ];
  const body = `The Packit configuration of this commit cannot be used:\n\n${asBlock(lines.join('\n'))}\n`;
  // A push has nobody to talk to; its status says it.
  if (event.pullRequest !== undefined)
    await say(desk, event, { purpose: 'config', key: 'config', body }, saying);
  throw error;
}

/** What a mended configuration shows, if it was broken before. */
export function mended(board: Board): Map<string, Shown> {
  const before = board.record(CONFIG_STATUS);
  return before === undefined || before.state === 'success'
    ? new Map()
    : new Map([
        [CONFIG_STATUS, { state: 'success', description: 'The configuration is valid.', url: board.page }],
      ]);
}

/** For an account that may not set statuses: how everything ended, in one comment. */
export function tellInComment(
  desk: Desk,
  event: CiEvent,
  work: Work,
  board: Board,
  saying: Saying,
): Promise<void> {
  const rows = unitsShown(work, board).map(
    ({ status, state, description, url }) =>
      `| ${asCell(status)} | ${state} | ${asText(description)} | ${url} |`,
  );
  const table = ['| check | state | | details |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const body = `How the jobs ended for ${event.sha ?? ''}:\n\n${table}\n`;
  return say(desk, event, { purpose: 'results', key: event.sha ?? '', body }, saying);
}

/** Chroots that the configuration names and Copr does not have. */
export function tellUnsupported(
  desk: Desk,
  event: CiEvent,
  { missing, offered, saying }: { missing: readonly string[]; offered: readonly string[]; saying: Saying },
): Promise<void> {
  const body = `Copr has no chroot ${missing.join(', ')}: nothing is built for it. It has:\n\n${asBlock(offered.join('\n'), offered.length)}\n`;
  return say(desk, event, { purpose: 'unsupported-targets', key: 'targets', body }, saying);
}

export function missingConfiguration({ project }: CiEvent): PackitError {
  return new PackitError(
    'CONFIG_NOT_FOUND',
    `${project.namespace}/${project.name} has no Packit configuration`,
    {
      hint: 'Add .packit.yaml (packit init writes one), or run without --require-config.',
      exitCode: EXIT.failure,
    },
  );
}
