/** One release into the branches of dist-git: plan each branch, then publish it. */
import type { Context } from '../../context.ts';
import { EXIT } from '../../errors.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { createHttpClient } from '../../remote/http/index.ts';
import { exitCodeOf } from '../outcomes.ts';
import type { ReleaseSettings } from './open.ts';
import { updatePackage } from './package.ts';
import type { PackageResult } from './package.ts';
import type { ReleaseSource } from './release.ts';

export { hasUpdateActions } from './branch-work.ts';
export type { BranchWork } from './branch-work.ts';
export { bringSpec } from './bring-spec.ts';
export { copyFiles } from './copy-files.ts';
export {
  askAboutSpecs,
  distGitSpecName,
  readDistGitSpec,
  readUpstreamSpec,
  upstreamSpecPath,
} from './specs.ts';
export type { BranchPlan } from './branch.ts';
export type { ReleaseSettings, ReleaseUpdateInput } from './open.ts';
export type { Release, ReleaseSource, SourceFiles } from './release.ts';
export type { BranchResult, BranchStatus, PackageResult } from './package.ts';

export interface ReleaseUpdateResult {
  dryRun: boolean;
  packages: PackageResult[];
  exitCode: number;
}

/**
 * Brings a release of each package into its branches. Every branch of every package is tried; how each ended is in
 * the result.
 * @throws InterruptedError
 */
export async function updatePackages(
  ctx: Context,
  packages: readonly PackageConfig[],
  settings: Omit<ReleaseSettings, 'ctx' | 'http'>,
  openSource: (settings: ReleaseSettings, pkg: PackageConfig) => Promise<ReleaseSource> | ReleaseSource,
): Promise<ReleaseUpdateResult> {
  const http = createHttpClient(ctx);
  try {
    const results: PackageResult[] = [];
    for (const pkg of packages) {
      const ui = packages.length > 1 ? ctx.ui.scoped(pkg.name) : ctx.ui;
      const own: ReleaseSettings = { ...settings, ctx: { ...ctx, ui }, http };
      results.push(await updatePackage(own, pkg, () => openSource(own, pkg)));
    }
    return { dryRun: ctx.dryRun, packages: results, exitCode: exitCode(results) };
  } finally {
    await http.close();
  }
}

function exitCode(packages: readonly PackageResult[]): number {
  if (packages.length === 0) return EXIT.ok;
  return exitCodeOf(
    packages.flatMap(({ failure, refusal, branches }) => {
      const all = failure ?? refusal;
      return all === undefined ? branches.map((branch) => branch.failure) : [all];
    }),
  );
}
