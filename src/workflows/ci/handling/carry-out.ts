/** The units of an event, worked on until all have ended: builds and tests in rounds, the jobs of other commands beside them. */
import type { Context } from '../../../context.ts';
import { ServiceError, isOutage, messageOf } from '../../../errors.ts';
import { projectPath } from '../../../remote/forge/index.ts';
import type { StatusState } from '../../../remote/forge/index.ts';
import { poll } from '../../../remote/poll/index.ts';
import type { Run } from '../../../run-state.ts';
import { pollDelay } from '../../build/index.ts';
import { acknowledge, advise, tellInComment, tellUnsupported } from './answers.ts';
import type { Desk } from './desk.ts';
import type { CiEvent } from '../event/index.ts';
import type { CiRunInput, Handling } from './input.ts';
import { createReconciler, fitToCopr, unsupported, workOf } from '../reconcile/index.ts';
import type { Work } from '../reconcile/index.ts';
import { resultOf, unitsShown } from './result.ts';
import type { CiRunResult } from './result.ts';
import { runTasks } from './run-tasks.ts';
import type { Unit } from '../select/index.ts';
import { openServices } from './services.ts';
import type { OpenServices } from './services.ts';
import { isEnd } from '../statuses/index.ts';
import type { Board, Shown } from '../statuses/index.ts';
import { supersede } from './supersede.ts';

/** Works on the units until all have ended, the time is up, or once. */
export async function carryOut(desk: Desk, event: CiEvent, handling: Handling): Promise<CiRunResult> {
  const { ctx, forge } = desk;
  const { input, mode, board, trust, prepared } = handling;
  const isOpen = ({ status }: Unit): boolean => {
    const now = board.record(status);
    return now !== undefined && !isEnd(now.state);
  };
  const units = mode.acceptedOnly ? withNeeded(prepared.units, isOpen) : prepared.units;
  let all = workOf(units, prepared.views);
  const asItIs = (): CiRunResult =>
    resultOf({ event, board, prepared, work: all, finished: true, waited: true });
  if (units.length === 0) return asItIs();
  if (!trust.verdict.trusted) {
    const shown: Shown = { state: 'neutral', description: trust.verdict.text, url: board.page };
    await board.show(new Map(units.map(({ status }) => [status, shown])));
    await advise(desk, event, trust.verdict.advice, input);
    return asItIs();
  }
  if (ctx.dryRun) return asItIs();
  if (event.comment !== undefined) await acknowledge(desk, event);
  const project = await forge.getProject(event.project);
  const projectUrl = project?.webUrl ?? `${event.instanceUrl}/${projectPath(event.project)}`;
  const repositoryUrl = project?.gitUrls.https ?? projectUrl;
  const services = await openServices(ctx, { event, forge, me: desk.me, repositoryUrl, projectUrl });
  const rows = ctx.ui.board();
  const mayStart = (unit: Unit): boolean => !mode.acceptedOnly || isOpen(unit);
  try {
    all = await fitted(desk, event, { work: all, services, saying: input });
    if (event.kind === 'pull_request' && !input.keepSuperseded && !mode.acceptedOnly) {
      await supersede(desk, event, { work: all, services, quiet: input.report === 'none' });
    }
    const reconciler = createReconciler({
      ctx,
      board,
      work: all,
      order: mode.order,
      services,
      mayStart,
    });
    let done = false;
    await Promise.all([
      poll(
        async () => {
          const round = await reconciler.round();
          done = round.done;
          rows.update(runsOf(all, board));
          return { value: undefined, done: done || !input.wait, changed: round.changed };
        },
        {
          signal: ctx.signal,
          sleep: ctx.sleep,
          now: ctx.uptime,
          timeout: input.deadline * 1000,
          // A round is cheap for everybody, but the services are asked in each.
          delay: 15_000,
          ...pollDelay(ctx.env),
          survives: (error) => survives(ctx, error),
        },
      ),
      runTasks(desk, event, { handling, tasks: all.tasks, mayStart }),
    ]);
    const isEnded = ({ status }: Unit): boolean =>
      board.isTaken(status) || isEnd(board.now(status)?.state ?? 'pending');
    const finished = done && all.tasks.every(({ unit }) => isEnded(unit));
    if (finished && board.refused) await tellInComment(desk, event, all, board, input);
    const seen = mode.order.builds === 'none' ? withoutUnseen(all, board) : all;
    return resultOf({ event, board, prepared, work: seen, finished, waited: input.wait });
  } finally {
    rows.end();
    await services.close();
  }
}

/** Who asks for tests alone is told of builds where there are some. */
function withoutUnseen(work: Work, board: Board): Work {
  return {
    ...work,
    builds: work.builds.map((build) => ({
      ...build,
      chroots: build.chroots.filter(({ status }) => board.now(status) !== undefined),
    })),
  };
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
  return unitsShown(work, board).map(({ status, state, description, url }) => ({
    name: status,
    state: RUN_STATE[state],
    url,
    note: description,
  }));
}

/** The forge or Copr being away for a while is no reason to leave what runs alone. */
function survives({ ui }: Context, error: unknown): boolean {
  if (!isOutage(error)) return false;
  ui.info(`${messageOf(error)}; it is asked again`);
  return true;
}

/** A unit that is worked on, with the builds it needs. */
function withNeeded(units: readonly Unit[], isOpen: (unit: Unit) => boolean): Unit[] {
  const keys = new Set(units.filter(isOpen).map(({ key }) => key));
  for (const unit of units.toReversed())
    if (keys.has(unit.key) && unit.needs !== undefined) keys.add(unit.needs);
  return units.filter(({ key }) => keys.has(key));
}
