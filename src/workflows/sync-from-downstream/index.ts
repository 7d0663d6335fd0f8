/** What has changed in dist-git, brought back to the upstream project. */
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { createHttpClient } from '../../remote/http/index.ts';
import { openCheckout, readUserConfig } from '../checkout.ts';
import { exitCodeOf, failureOf } from '../outcomes.ts';
import type { TargetFailure } from '../outcomes.ts';
import { syncBranch } from './branch.ts';
import type { BranchSync } from './branch.ts';
import { openSync } from './open.ts';
import type { OpenedSync, SyncFromDownstreamInput, SyncSettings } from './open.ts';

export type { BranchSync } from './branch.ts';
export type { SyncFromDownstreamInput } from './open.ts';

export interface PackageSync {
  package: string;
  distGit: string | undefined;
  upstream: string | undefined;
  branches: BranchSync[];
  /** Set if no branch could be begun. */
  failure: TargetFailure | undefined;
}

export interface SyncFromDownstreamResult {
  dryRun: boolean;
  packages: PackageSync[];
  exitCode: number;
}

/**
 * Brings the files of `files_to_sync` from branches of dist-git to upstream: as a pull request for each branch, or
 * into the checkout. Every branch is tried; how each ended is in the result.
 * @throws PackitError what keeps all packages from being begun
 * @throws InterruptedError
 */
export async function syncFromDownstream(
  ctx: Context,
  input: SyncFromDownstreamInput,
): Promise<SyncFromDownstreamResult> {
  const userConfig = await readUserConfig(ctx, input);
  const checkout = await openCheckout(ctx, input);
  const http = createHttpClient(ctx);
  try {
    if (checkout.cloned && input.pr === false) {
      throw new PackitError(
        'SYNC_NOWHERE',
        'With --no-pr the files go into your checkout, but a URL was given',
        {
          hint: 'Start packit in a checkout of the upstream project, or leave out --no-pr.',
        },
      );
    }
    const packages: PackageSync[] = [];
    for (const pkg of checkout.packages) {
      const ui = checkout.packages.length > 1 ? ctx.ui.scoped(pkg.name) : ctx.ui;
      packages.push(await syncPackage({ ctx: { ...ctx, ui }, input, userConfig, checkout, http }, pkg));
    }
    return { dryRun: ctx.dryRun, packages, exitCode: exitCodeOf(packages.flatMap(failuresOf)) };
  } finally {
    await http.close();
    await checkout.scratch.dispose();
  }
}

function failuresOf({ failure, branches }: PackageSync): (TargetFailure | undefined)[] {
  return failure === undefined ? branches.map((branch) => branch.failure) : [failure];
}

async function syncPackage(settings: SyncSettings, pkg: PackageConfig): Promise<PackageSync> {
  const { ctx } = settings;
  let sync: OpenedSync;
  try {
    sync = await openSync(settings, pkg);
  } catch (error) {
    const failure = failureOf(error, ctx);
    return { package: pkg.name, distGit: undefined, upstream: undefined, branches: [], failure };
  }
  ctx.ui.info(`Syncing ${pkg.name} from ${sync.branches.join(', ')}`);
  const branches: BranchSync[] = [];
  for (const branch of sync.branches) {
    const ui = ctx.ui.scoped(branch);
    try {
      branches.push(await syncBranch(sync, branch, ui));
    } catch (error) {
      const failure = failureOf(error, ctx);
      branches.push({ ...BLANK, branch, status: 'failed', reason: failure.message, failure });
    }
  }
  const { place, upstreamUrl: upstream } = sync;
  return { package: pkg.name, distGit: place.urls.project, upstream, branches, failure: undefined };
}

const BLANK: Omit<BranchSync, 'branch' | 'status'> = {
  commit: undefined,
  files: [],
  requests: [],
  reason: undefined,
  failure: undefined,
  plan: undefined,
};
