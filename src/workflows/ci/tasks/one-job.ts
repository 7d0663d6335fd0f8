/** The configuration as one job sees it, and the checkout it works in. */
import type { Context } from '../../../context.ts';
import type { DistGitBranches, LoadedConfig, PackageConfig } from '../../../project/config/index.ts';
import { branchesFor } from '../../../project/distro-aliases/index.ts';
import { projectPath } from '../../../remote/forge/index.ts';
import { createHttpClient } from '../../../remote/http/index.ts';
import { createGit, resolveCommit } from '../../../tools/git/index.ts';
import { openScratch } from '../../../project/workspace/index.ts';
import { readAliases } from '../../dist-git/index.ts';
import { checkoutRequested, cloneLocation } from '../../srpm/index.ts';
import { sameBranch } from '../select/index.ts';
import type { Unit } from '../select/index.ts';
import type { TaskInput } from './types.ts';

/** The job alone, with the package as it has it. */
export function configOfJob({ config, view }: TaskInput, pkg: PackageConfig = view.pkg): LoadedConfig {
  return { ...config, packages: [pkg], jobs: [{ ...view.job, packages: [pkg] }], warnings: [] };
}

/**
 * The same with no other branches than those of the units, each with what it is merged into. A job that names none is for the
 * default branch, which is one.
 */
export async function configOfUnits(
  ctx: Context,
  input: TaskInput,
  units: readonly Unit[],
): Promise<LoadedConfig> {
  const { pkg } = input.view;
  const configured: DistGitBranches = pkg.dist_git_branches;
  const entries = Array.isArray(configured)
    ? configured.map((name) => [name, {}] as const)
    : Object.entries(configured);
  if (entries.length === 0) return configOfJob(input);
  const http = createHttpClient(ctx);
  try {
    const aliases = await readAliases(
      ctx,
      http,
      entries.map(([name]) => name),
    );
    const kept = entries.flatMap(([name, value]) =>
      branchesFor(aliases, [name], { defaultBranch: 'rawhide', fallback: null })
        .filter((branch) => units.some(({ target }) => sameBranch(target, branch)))
        .map((branch) => [branch, value] as const),
    );
    return configOfJob(input, { ...pkg, dist_git_branches: Object.fromEntries(kept) });
  } finally {
    await http.close();
  }
}

/** The checkout where it is good for the job, else what is to be cloned: the event's own project. */
export async function locationOf(
  ctx: Context,
  input: TaskInput,
  needs: { tag?: string | undefined } = {},
): Promise<string> {
  const { checkout, forge, event } = input;
  if (checkout !== undefined) {
    const { tag } = needs;
    const git = createGit(ctx.run, checkout, { isolated: true });
    if (tag === undefined || (await resolveCommit(git, `refs/tags/${tag}`)) !== undefined) return checkout;
  }
  const project = await forge.getProject(event.project);
  return project?.gitUrls.https ?? `${event.instanceUrl}/${projectPath(event.project)}.git`;
}

/** A directory with the project at the event's commit: the caller's, or a clone that goes when the work is done. */
export async function withCheckout<T>(
  ctx: Context,
  input: TaskInput,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  if (input.checkout !== undefined) return work(input.checkout);
  const scratch = await openScratch({ temp: ctx.paths.temp, cache: ctx.paths.cache });
  try {
    const { dir } = await cloneLocation(ctx, await locationOf(ctx, input), scratch.dir);
    const { sha, tag } = input.event;
    const ref = sha ?? (tag === undefined ? undefined : `refs/tags/${tag}`);
    if (ref !== undefined) {
      await checkoutRequested(createGit(ctx.run, dir, { isolated: true }), ctx, { ref, mergePr: false });
    }
    return await work(dir);
  } finally {
    await scratch.dispose();
  }
}
