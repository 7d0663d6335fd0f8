/** A release brought to dist-git: how its branches end, and what is tried again. */
import type { Context } from '../../../context.ts';
import type { LoadedConfig } from '../../../project/config/index.ts';
import type { BranchResult, PackageResult, ReleaseUpdateResult } from '../../release-update/index.ts';
import { sameBranch } from '../select/index.ts';
import type { Unit } from '../select/index.ts';
import { configOfUnits } from './one-job.ts';
import { failed, outcome } from './outcome.ts';
import type { TaskInput, TaskOutcome } from './types.ts';

export interface ReleaseTask {
  /** `Propose downstream`: what statuses begin with. */
  name: string;
  run(config: LoadedConfig): Promise<ReleaseUpdateResult>;
}

export interface ReleaseOutcome {
  outcomes: Map<string, TaskOutcome>;
  /** Branches that failed, with the whole sentence. */
  failures: { branch: string; message: string; url: string }[];
  /** Tag, else version, of what was brought. */
  release: string | undefined;
}

/** Minutes before what could not be downloaded is tried again: the archive may yet have to be uploaded. As the hosted service waits. */
const DELAYS = [1, 2, 4, 8, 16, 32];

/** Codes of what a download failed for. */
const NOT_YET = /^(?:SOURCES_DOWNLOAD_FAILED|SOURCE_IS_WEB_PAGE|HTTP_\w+)$/;

/** Brings the release into the branches of the units. Only what could not be downloaded is tried again, not the branches that went well. */
export async function bringRelease(
  ctx: Context,
  input: TaskInput,
  task: ReleaseTask,
): Promise<ReleaseOutcome> {
  const ended: ReleaseOutcome = { outcomes: new Map(), failures: [], release: undefined };
  const started = ctx.uptime();
  let left = input.units;
  await Promise.all(
    left.map((unit) => input.onProgress(unit, outcome('running', `Starting ${task.name.toLowerCase()}...`))),
  );
  for (let attempt = 0; left.length > 0; attempt += 1) {
    const { packages } = await task.run(await configOfUnits(ctx, input, left));
    const [result] = packages;
    ended.release = result?.tag ?? result?.version ?? ended.release;
    const delay = mayWait(ctx, input, { started, attempt });
    const again: Unit[] = [];
    for (const unit of left) {
      const branch = branchOf(result, unit, left.length);
      const failure = result?.failure ?? branch?.failure;
      if (failure !== undefined && NOT_YET.test(failure.code) && delay !== undefined) again.push(unit);
      else settle(ended, task, { unit, result, branch });
    }
    left = again;
    if (left.length === 0 || delay === undefined) break;
    const waiting = outcome(
      'pending',
      `${task.name}: the archive cannot be downloaded yet; tried again in ${delay} min`,
    );
    await Promise.all(left.map((unit) => input.onProgress(unit, waiting)));
    await ctx.sleep(delay * 60_000, ctx.signal);
  }
  return ended;
}

/** Minutes until the next try; undefined if there is none. */
function mayWait(
  ctx: Context,
  { wait, timeout }: TaskInput,
  { started, attempt }: { started: number; attempt: number },
): number | undefined {
  const delay = DELAYS[attempt];
  if (delay === undefined || wait === false || ctx.dryRun) return undefined;
  const spent = (ctx.uptime() - started) / 1000;
  return timeout !== undefined && spent + delay * 60 > timeout ? undefined : delay;
}

function branchOf(result: PackageResult | undefined, unit: Unit, count: number): BranchResult | undefined {
  const branches = result?.branches ?? [];
  const own = branches.find(({ branch }) => sameBranch(branch, unit.target));
  // A job that names no branch is for the default one, whatever that is called.
  return own ?? (branches.length === 1 && count === 1 ? branches[0] : undefined);
}

interface Ended {
  unit: Unit;
  result: PackageResult | undefined;
  branch: BranchResult | undefined;
}

function settle(ended: ReleaseOutcome, { name }: ReleaseTask, { unit, result, branch }: Ended): void {
  const page = branch?.requests[0]?.url ?? result?.distGit ?? '';
  const failure = result?.failure ?? branch?.failure;
  if (failure !== undefined) {
    ended.outcomes.set(unit.key, failed(`${name} failed`, failure, page));
    ended.failures.push({ branch: branch?.branch ?? unit.target ?? '', message: failure.message, url: page });
    return;
  }
  if (branch === undefined) {
    const message = `there is no branch ${unit.target ?? ''} in dist-git`;
    ended.outcomes.set(unit.key, outcome('failure', `${name} failed: ${message}`, page));
    ended.failures.push({ branch: unit.target ?? '', message, url: page });
    return;
  }
  ended.outcomes.set(unit.key, wellEnded(name, branch, page));
}

function wellEnded(name: string, { status, code, reason, version }: BranchResult, url: string): TaskOutcome {
  if (status === 'skipped') {
    const done = code === 'UP_TO_DATE';
    return outcome(done ? 'success' : 'neutral', `${name}${done ? '' : ' skipped'}: ${reason ?? ''}`, url);
  }
  if (status === 'planned') return outcome('neutral', `Dry run: ${version ?? ''} would be proposed.`, url);
  return outcome('success', `${name} finished successfully.`, url);
}
