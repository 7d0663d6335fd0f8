import pLimit from 'p-limit';
import type { Context } from '../../context.ts';
import { EXIT, InterruptedError, isPackitError, messageOf } from '../../errors.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { createHttpClient } from '../../remote/http/index.ts';
import type { Ui } from '../../ui.ts';
import { prepareBranch } from './branch.ts';
import type { TargetBranch } from './branches.ts';
import { openPackage, readUserConfig } from './open-package.ts';
import type { Settings } from './open-package.ts';
import { openUpstreamProject } from './open-project.ts';
import type { PackageUpdate } from './package-update.ts';
import { publishBranch } from './publish.ts';
import type {
  BranchFailure,
  BranchResult,
  PackageResult,
  ProposeUpdateInput,
  ProposeUpdateResult,
} from './types.ts';

export type * from './types.ts';

/** Branches worked on at a time: most of the work is waiting for servers. */
const SIDE_BY_SIDE = 4;

/**
 * Brings an upstream release into the branches of dist-git. Every branch of every package is tried; how each
 * ended is in the result.
 * @throws PackitError what keeps all packages from being begun: no repository, no configuration
 * @throws InterruptedError
 */
export async function proposeUpdate(
  ctx: Context,
  input: ProposeUpdateInput,
  packitVersion: string,
): Promise<ProposeUpdateResult> {
  const userConfig = await readUserConfig(ctx, input);
  const project = await openUpstreamProject(ctx, input);
  const http = createHttpClient(ctx);
  try {
    const packages: PackageResult[] = [];
    for (const pkg of project.packages) {
      const ui = project.packages.length > 1 ? ctx.ui.scoped(pkg.name) : ctx.ui;
      const settings: Settings = { ctx: { ...ctx, ui }, input, project, userConfig, http, packitVersion };
      packages.push(await updatePackage(settings, pkg));
    }
    const [only] = packages;
    return { dryRun: ctx.dryRun, packages, exitCode: exitCodeOf(only === undefined ? [] : packages) };
  } finally {
    await http.close();
    await project.scratch.dispose();
  }
}

async function updatePackage(settings: Settings, pkg: PackageConfig): Promise<PackageResult> {
  const { ctx } = settings;
  const result: PackageResult = {
    package: pkg.name,
    version: undefined,
    tag: undefined,
    distGit: undefined,
    branches: [],
    failure: undefined,
  };
  let opened: { update: PackageUpdate; targets: TargetBranch[] };
  try {
    opened = await openPackage(settings, pkg);
  } catch (error) {
    return { ...result, failure: failureOf(error, ctx) };
  }
  const { update, targets } = opened;
  const names = targets.map(({ branch }) => branch).join(', ');
  ctx.ui.info(`Proposing ${pkg.name} ${update.version} to ${names}`);
  const limit = pLimit(SIDE_BY_SIDE);
  // An interruption ends all of them; what they work in is removed only when the last has stopped.
  const outcomes = await Promise.allSettled(
    targets.map((target) => limit(() => updateBranch(update, target, ctx.ui.scoped(target.branch)))),
  );
  const branches = outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
  return { ...result, version: update.version, tag: update.tag, distGit: update.urls.project, branches };
}

async function updateBranch(update: PackageUpdate, target: TargetBranch, ui: Ui): Promise<BranchResult> {
  const blank: BranchResult = {
    branch: target.branch,
    status: 'failed',
    version: update.version,
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
      const { skip } = prepared;
      ui.info(`skipped: ${skip.reason}`);
      return {
        ...blank,
        status: 'skipped',
        fromVersion: prepared.fromVersion,
        reason: skip.reason,
        code: skip.code,
      };
    }
    const { plan } = prepared;
    fromVersion = plan.fromVersion;
    if (update.ctx.dryRun) {
      return {
        ...blank,
        status: 'planned',
        fromVersion: plan.fromVersion,
        commit: plan.commit,
        notes: plan.notes,
        plan,
      };
    }
    const result = await publishBranch(update, plan, ui);
    const urls = result.requests.map(({ url }) => url).join(', ');
    ui.info(`${result.status}${urls === '' ? '' : `: ${urls}`}`);
    return result;
  } catch (error) {
    const failure = failureOf(error, update.ctx);
    return { ...blank, fromVersion, reason: failure.message, code: failure.code, failure };
  }
}

/** Expected failures as data; anything else, and an interruption, is passed on. */
function failureOf(error: unknown, ctx: Context): BranchFailure {
  if (ctx.signal.aborted || error instanceof InterruptedError) throw error;
  if (!isPackitError(error)) throw error;
  return {
    code: error.code,
    message: messageOf(error),
    hint: error.hint,
    details: error.details,
    exitCode: error.exitCode,
  };
}

/** 0 if nothing failed, 5 if some did, else the code of what failed: 3 only if services alone are to blame. */
export function exitCodeOf(packages: readonly PackageResult[]): number {
  const outcomes = packages.flatMap((result) =>
    result.failure === undefined ? result.branches.map(({ failure }) => failure) : [result.failure],
  );
  const failures = outcomes.filter((failure) => failure !== undefined);
  if (failures.length === 0) return EXIT.ok;
  if (failures.length < outcomes.length) return EXIT.partial;
  return failures.every(({ exitCode }) => exitCode === EXIT.service) ? EXIT.service : EXIT.failure;
}
