/**
 * One event, from acceptance to the last status. Everything it does can be found again by the next run, so that it may be ended at
 * any moment; `run`, `resume` and `sweep` differ in the mode alone.
 */
import type { Context } from '../../../context.ts';
import { isPackitError } from '../../../errors.ts';
import { openCopr } from '../../build/copr/index.ts';
import { brokenConfiguration, mended, missingConfiguration, refuseCommand } from './answers.ts';
import { carryOut } from './carry-out.ts';
import { completeEvent } from './complete.ts';
import type { Desk } from './desk.ts';
import type { CiEvent } from '../event/index.ts';
import { handedOn } from './fan-out.ts';
import type { CiRunInput, Mode } from './input.ts';
import { runId, runPage } from './order.ts';
import { prepare } from './prepare.ts';
import type { Prepared } from './prepare.ts';
import { nothing } from './result.ts';
import type { CiRunResult } from './result.ts';
import { createBoard, statusProject } from '../statuses/index.ts';
import { judge, mayCommand, readAllowList } from '../trust/index.ts';
import type { Trust } from '../trust/index.ts';

export type { CiRunInput, Mode } from './input.ts';

/** One event to its end, or as far as the mode goes. */
export async function handleEvent(
  desk: Desk,
  given: CiEvent,
  input: CiRunInput,
  mode: Mode,
  /** What a build in a side tag is for, is handled for the packages that wait for it. */
  handOn = true,
): Promise<CiRunResult> {
  const { ctx, forge } = desk;
  const { event: complete, ignored } = await completeEvent(forge, given);
  if (complete === undefined) return nothing(given, ignored);
  const may = await mayCommand(complete, forge);
  if (!may.trusted) return refuseCommand(desk, complete, may, input);
  const event = approved(complete);
  const page = runPage(ctx.env) ?? event.pullRequest?.url ?? event.comment?.url ?? forge.instanceUrl;
  const board = createBoard({
    ctx,
    forge,
    project: statusProject({ ...event, source: event.pullRequest?.source }),
    sha: event.sha ?? '',
    me: desk.me,
    claim: { run: runId(ctx.env) ?? `local-${ctx.now().getTime()}`, cause: mode.order.cause },
    page,
    takeOver: mode.takeOver,
    quiet: input.report === 'none' || ctx.dryRun || event.sha === undefined,
  });
  await board.read();
  let trust: Trust;
  let prepared: Prepared | undefined;
  try {
    const allow = await readAllowList({ forge, event, cwd: ctx.cwd, local: input.allow });
    const { commentPrefix: prefix } = input;
    trust = await judge(ctx, { forge, event, allow, ...(prefix === undefined ? {} : { prefix }) });
    prepared = await prepare(desk, event, trust, {
      ...input,
      instance: input.instance ?? 'prod',
      chrootsOf: (owner, project) => chrootsOf(ctx, owner, project),
    });
  } catch (error) {
    if (!isPackitError(error) || !/^(?:CONFIG|ALLOW_LIST)_/.test(error.code)) throw error;
    return brokenConfiguration(desk, event, { board, error, saying: input });
  }
  if (prepared === undefined) {
    if (input.requireConfig) throw missingConfiguration(event);
    return nothing(event, 'there is no Packit configuration in this repository');
  }
  await board.show(mended(board));
  const handed = handOn
    ? await handedOn(desk, event, prepared.config, (other) => handleEvent(desk, other, input, mode, false))
    : undefined;
  return handed ?? carryOut(desk, event, { input, mode, board, trust, prepared });
}

async function chrootsOf(
  ctx: Context,
  owner: string | undefined,
  project: string,
): Promise<string[] | undefined> {
  const { copr, close } = await openCopr(ctx);
  try {
    return (await copr.project(owner ?? (await copr.whoami()), project))?.chroots;
  } finally {
    await close();
  }
}

/** `ok-to-test` is an approval: what follows is the pull request's own event. */
function approved(event: CiEvent): CiEvent {
  if (event.comment?.command.name !== 'ok-to-test') return event;
  const { comment: _approval, ...rest } = event;
  return { ...rest, kind: 'pull_request' };
}
