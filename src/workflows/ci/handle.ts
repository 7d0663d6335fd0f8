/**
 * One event, from acceptance to the last status. Everything it does can be found again by the next run, so that it may be ended at
 * any moment; `run`, `resume` and `sweep` differ in the mode alone.
 */
import type { Context } from '../../context.ts';
import { ServiceError, isPackitError, messageOf } from '../../errors.ts';
import type { StatusState } from '../../remote/forge/index.ts';
import { poll } from '../../remote/poll/index.ts';
import type { Run } from '../../run-state.ts';
import { openCopr } from '../build/copr/index.ts';
import {
  acknowledge,
  advise,
  brokenConfiguration,
  mended,
  missingConfiguration,
  refuseCommand,
  tellInComment,
  tellUnsupported,
} from './answers.ts';
import { completeEvent, statusProject } from './complete.ts';
import type { Desk } from './desk.ts';
import type { CiEvent } from './event/index.ts';
import { runId, runPage } from './order.ts';
import type { CiPlanInput } from './plan.ts';
import { prepare } from './prepare.ts';
import type { Prepared } from './prepare.ts';
import { createReconciler, fitToCopr, mayPass, unitsIn, unsupported, workOf } from './reconcile/index.ts';
import type { Order, Work } from './reconcile/index.ts';
import { nothing, resultOf } from './result.ts';
import type { CiRunResult } from './result.ts';
import type { Unit } from './select/index.ts';
import { openServices } from './services.ts';
import type { OpenServices } from './services.ts';
import { createBoard, isEnd } from './statuses/index.ts';
import type { Board, Shown } from './statuses/index.ts';
import { supersede } from './supersede.ts';
import { judge, mayCommand, readAllowList } from './trust/index.ts';
import type { Trust } from './trust/index.ts';

export interface CiRunInput extends CiPlanInput {
  /** Wait for the end of what was begun. */
  wait: boolean;
  /** Seconds; after them what runs is left to `resume` or `sweep`. */
  deadline: number;
  /** Nothing is written to the forge. */
  report: 'statuses' | 'none';
  /** A local allow-list, instead of the target branch's. */
  allow: string | undefined;
  /** Builds and tests of commits that were pushed over run on. */
  keepSuperseded: boolean;
}

/** How far a run goes beyond looking. */
export interface Mode {
  order: Order;
  /** Claims of earlier runs for the event hold no more. */
  takeOver: boolean;
  /** Only units whose status is open are worked on. */
  acceptedOnly: boolean;
}

/** One event to its end, or as far as the mode goes. */
export async function handleEvent(
  desk: Desk,
  given: CiEvent,
  input: CiRunInput,
  mode: Mode,
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
    project: statusProject(event),
    sha: event.sha ?? '',
    me: desk.me,
    claim: { run: runId(ctx.env) ?? `local-${ctx.now().getTime()}`, cause: mode.order.cause },
    page,
    takeOver: mode.takeOver,
    quiet: input.report === 'none' || ctx.dryRun || event.sha === undefined,
  });
  await board.read();
  const allow = await readAllowList({ forge, event, cwd: ctx.cwd, local: input.allow });
  const { commentPrefix: prefix } = input;
  const trust = await judge(ctx, { forge, event, allow, ...(prefix === undefined ? {} : { prefix }) });
  let prepared: Prepared | undefined;
  try {
    prepared = await prepare(desk, event, trust, {
      ...input,
      instance: input.instance ?? 'prod',
      chrootsOf: (owner, project) => chrootsOf(ctx, owner, project),
    });
  } catch (error) {
    if (!isPackitError(error) || !error.code.startsWith('CONFIG_')) throw error;
    return brokenConfiguration(desk, event, { board, error, saying: input });
  }
  if (prepared === undefined) {
    if (input.requireConfig) throw missingConfiguration(event);
    return nothing(event, 'there is no Packit configuration in this repository');
  }
  await board.show(mended(board));
  return work(desk, event, { input, mode, board, trust, prepared });
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

interface Handling {
  input: CiRunInput;
  mode: Mode;
  board: Board;
  trust: Trust;
  prepared: Prepared;
}

async function work(desk: Desk, event: CiEvent, handling: Handling): Promise<CiRunResult> {
  const { ctx, forge } = desk;
  const { input, mode, board, trust, prepared } = handling;
  const isOpen = ({ status }: Unit): boolean => {
    const now = board.record(status);
    return now !== undefined && !isEnd(now.state);
  };
  const units = mode.acceptedOnly ? withNeeded(prepared.units, isOpen) : prepared.units;
  // Jobs that other commands do are not done here yet.
  let all: Work = { ...workOf(units, prepared.views), tasks: [] };
  if (units.length === 0)
    return resultOf({ event, board, prepared, work: all, finished: true, waited: true });
  if (!trust.verdict.trusted) {
    const shown: Shown = { state: 'neutral', description: trust.verdict.text, url: board.page };
    await board.show(new Map(units.map(({ status }) => [status, shown])));
    await advise(desk, event, trust.verdict.advice, input);
    return resultOf({ event, board, prepared, work: all, finished: true, waited: true });
  }
  if (ctx.dryRun) return resultOf({ event, board, prepared, work: all, finished: true, waited: true });
  if (event.comment !== undefined) await acknowledge(desk, event);
  const project = await forge.getProject(event.project);
  const repositoryUrl =
    project?.gitUrls.https ?? `${event.instanceUrl}/${event.project.namespace}/${event.project.name}`;
  const services = await openServices(ctx, { event, forge, repositoryUrl });
  const rows = ctx.ui.board();
  const mayStart = (unit: Unit): boolean => !mode.acceptedOnly || isOpen(unit);
  try {
    all = await fitted(desk, event, { work: all, services, saying: input });
    if (event.kind === 'pull_request' && !input.keepSuperseded && !mode.acceptedOnly) {
      await supersede(desk, event, { work: all, services, quiet: input.report === 'none' });
    }
    const reconciler = createReconciler({
      ctx,
      event,
      board,
      work: all,
      order: mode.order,
      services,
      mayStart,
    });
    const { done } = await poll(
      async () => {
        const { done: ended, changed } = await reconciler.round();
        rows.update(runsOf(all, board));
        return { value: undefined, done: ended || !input.wait, changed };
      },
      {
        signal: ctx.signal,
        sleep: ctx.sleep,
        now: ctx.uptime,
        timeout: input.deadline * 1000,
        delay: delayOf(ctx.env.PACKIT_POLL_DELAY),
        survives: (error) => survives(ctx, error),
      },
    );
    const finished =
      done &&
      unitsIn(all).every(
        ({ status }) => board.isTaken(status) || isEnd(board.now(status)?.state ?? 'pending'),
      );
    if (finished && board.refused) await tellInComment(desk, event, all, board, input);
    return resultOf({ event, board, prepared, work: all, finished, waited: input.wait });
  } finally {
    rows.end();
    await services.close();
  }
}

/** Chroots that Copr does not have are said once, with those it has. */
async function fitted(
  desk: Desk,
  event: CiEvent,
  { work, services, saying }: { work: Work; services: OpenServices; saying: CiRunInput },
): Promise<Work> {
  if (work.builds.length === 0) return work;
  let offered: string[];
  try {
    offered = await services.offered();
  } catch (error) {
    // Copr is away: its builds are tried again until it is back.
    if (desk.ctx.signal.aborted || !(error instanceof ServiceError)) throw error;
    return work;
  }
  const fit = fitToCopr(work, offered);
  const missing = unsupported(fit);
  if (missing.length > 0) await tellUnsupported(desk, event, { missing, offered, saying });
  return fit;
}

const RUN_STATE: Readonly<Record<StatusState, Run['state']>> = {
  pending: 'queued',
  running: 'running',
  success: 'succeeded',
  failure: 'failed',
  error: 'failed',
  neutral: 'skipped',
  cancelled: 'cancelled',
};

/** The units as rows of a table that is alive. */
function runsOf(work: Work, board: Board): Run[] {
  return unitsIn(work).map(({ status }) => {
    const { state, description, url } = board.now(status) ?? {
      state: 'pending' as const,
      description: '',
      url: '',
    };
    return { name: status, state: RUN_STATE[state], url, note: description };
  });
}

/** The forge or Copr being away for a while is no reason to leave what runs alone. */
function survives({ ui }: Context, error: unknown): boolean {
  if (!mayPass(error)) return false;
  ui.info(`${messageOf(error)}; it is asked again`);
  return true;
}

/** A round is cheap for everybody, but the services are asked in each. */
function delayOf(text: string | undefined): number {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : 15_000;
}

/** `ok-to-test` is an approval: what follows is the pull request's own event. */
function approved(event: CiEvent): CiEvent {
  if (event.comment?.command.name !== 'ok-to-test') return event;
  const { comment: _approval, ...rest } = event;
  return { ...rest, kind: 'pull_request' };
}

/** A unit that is worked on, with the builds it needs. */
function withNeeded(units: readonly Unit[], isOpen: (unit: Unit) => boolean): Unit[] {
  const keys = new Set(units.filter(isOpen).map(({ key }) => key));
  for (const unit of units.toReversed())
    if (keys.has(unit.key) && unit.needs !== undefined) keys.add(unit.needs);
  return units.filter(({ key }) => keys.has(key));
}
