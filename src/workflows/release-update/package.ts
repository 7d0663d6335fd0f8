/** One package brought to all its branches. */
import pLimit from 'p-limit';
import type { PackageConfig } from '../../project/config/index.ts';
import type { Ui } from '../../ui.ts';
import { publishBranch, unknownCache } from '../dist-git/index.ts';
import type { BranchRequest, Published, TargetBranch } from '../dist-git/index.ts';
import { failureOf } from '../outcomes.ts';
import type { TargetFailure } from '../outcomes.ts';
import { prepareBranch } from './branch.ts';
import type { BranchPlan } from './branch.ts';
import { openPackage } from './open.ts';
import type { OpenedPackage, PackageUpdate, ReleaseSettings } from './open.ts';
import type { ReleaseSource } from './release.ts';

export type BranchStatus = Published['status'] | 'planned' | 'skipped' | 'failed';

export interface BranchResult {
  branch: string;
  status: BranchStatus;
  version: string | undefined;
  fromVersion: string | undefined;
  commit: string | undefined;
  requests: BranchRequest[];
  uploaded: string[];
  /** Why it was skipped or failed. */
  reason: string | undefined;
  /** Stable code of `reason`: `DOWNGRADE`, `MASK`, ... */
  code: string | undefined;
  /** In a dry run also what the run itself would be refused for. */
  failure: TargetFailure | undefined;
  notes: string[];
  /** In a dry run: what would be done. */
  plan: BranchPlan | undefined;
}

export interface PackageResult {
  package: string;
  version: string | undefined;
  tag: string | undefined;
  distGit: string | undefined;
  branches: BranchResult[];
  /** Set if no branch could be begun. */
  failure: TargetFailure | undefined;
  /** In a dry run: what the run itself would be refused for at once, so that no branch would be begun. */
  refusal: TargetFailure | undefined;
}

/** Branches worked on at a time: most of the work is waiting for servers. */
const SIDE_BY_SIDE = 4;

/**
 * Brings a release into every branch of one package; how each ended is in the result.
 * @throws InterruptedError
 */
export async function updatePackage(
  settings: ReleaseSettings,
  pkg: PackageConfig,
  openSource: () => Promise<ReleaseSource> | ReleaseSource,
): Promise<PackageResult> {
  const { ctx } = settings;
  const result: PackageResult = {
    package: pkg.name,
    version: undefined,
    tag: undefined,
    distGit: undefined,
    branches: [],
    failure: undefined,
    refusal: undefined,
  };
  let opened: OpenedPackage;
  try {
    opened = await openPackage(settings, pkg, await openSource());
  } catch (error) {
    return { ...result, failure: failureOf(error, ctx) };
  }
  const { update, targets } = opened;
  const refusal = opened.refusal === undefined ? undefined : failureOf(opened.refusal, ctx);
  const { version, tag } = update.release;
  const names = targets.map(({ branch }) => branch).join(', ');
  ctx.ui.info(`Proposing ${pkg.name} ${version} to ${names}`);
  const limit = pLimit(SIDE_BY_SIDE);
  // An interruption ends all of them; what they work in is removed only when the last has stopped.
  const outcomes = await Promise.allSettled(
    targets.map((target) => limit(() => updateBranch(update, target, ctx.ui.scoped(target.branch)))),
  );
  const branches = outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
  return { ...result, version, tag, distGit: update.place.urls.project, branches, refusal };
}

async function updateBranch(update: PackageUpdate, target: TargetBranch, ui: Ui): Promise<BranchResult> {
  const { ctx, release, destination } = update;
  const blank: BranchResult = {
    branch: target.branch,
    status: 'failed',
    version: release.version,
    fromVersion: undefined,
    commit: undefined,
    requests: [],
    uploaded: [],
    reason: undefined,
    code: undefined,
    failure: undefined,
    notes: [],
    plan: undefined,
  };
  let fromVersion: string | undefined;
  try {
    const prepared = await prepareBranch(update, target, ui);
    if (prepared.kind === 'skipped') {
      const { reason, code } = prepared.skip;
      ui.info(`skipped: ${reason}`);
      return { ...blank, status: 'skipped', fromVersion: prepared.fromVersion, reason, code };
    }
    const { plan } = prepared;
    fromVersion = plan.fromVersion;
    const planned = { ...blank, fromVersion, commit: plan.commit, notes: plan.notes };
    const refusal = unknownCache(plan.uploads, update.place);
    if (!ctx.dryRun && refusal !== undefined) throw refusal;
    if (ctx.dryRun) {
      const failure = refusal === undefined ? undefined : failureOf(refusal, ctx);
      return { ...planned, status: 'planned', plan, failure, reason: failure?.message, code: failure?.code };
    }
    const published = await publishBranch(destination, plan, ui);
    const urls = published.requests.map(({ url }) => url).join(', ');
    ui.info(`${published.status}${urls === '' ? '' : `: ${urls}`}`);
    return { ...planned, ...published };
  } catch (error) {
    const failure = failureOf(error, ctx);
    return { ...blank, fromVersion, reason: failure.message, code: failure.code, failure };
  }
}
