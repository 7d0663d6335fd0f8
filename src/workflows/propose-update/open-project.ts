import type { Context } from '../../context.ts';
import { loadConfig, selectPackages } from '../../project/config/index.ts';
import type { LoadedConfig, PackageConfig } from '../../project/config/index.ts';
import { openScratch } from '../../project/workspace/index.ts';
import type { Scratch } from '../../project/workspace/index.ts';
import { createGit, readHead, readLayout, readRemotes } from '../../tools/git/index.ts';
import type { Git, Layout } from '../../tools/git/index.ts';
import { classifyLocation, cloneLocation, repositoryName } from '../srpm/index.ts';
import type { ProposeUpdateInput } from './types.ts';

/** The upstream checkout, as it was found, and what its configuration says. */
export interface OpenProject {
  scratch: Scratch;
  git: Git;
  layout: Layout;
  config: LoadedConfig;
  packages: PackageConfig[];
  /** The clone is packit's own. */
  cloned: boolean;
  /** URL of the remote that says which project this is. */
  remoteUrl: string | undefined;
}

export async function openUpstreamProject(ctx: Context, input: ProposeUpdateInput): Promise<OpenProject> {
  const location = classifyLocation(ctx.cwd, input.pathOrUrl ?? '.');
  const scratch = await openScratch({
    temp: ctx.paths.temp,
    cache: ctx.paths.cache,
    ...(location.kind === 'path' ? { near: location.value } : {}),
  });
  try {
    const cloned = location.kind === 'url';
    const dir = cloned ? (await cloneLocation(ctx, location.value, scratch.dir)).dir : location.value;
    const git = createGit(ctx.run, dir, { isolated: cloned });
    const [layout, remotes] = await Promise.all([readLayout(git), readRemotes(git)]);
    const remoteUrl = (remotes.find(({ name }) => name === (input.remote ?? 'origin')) ?? remotes[0])?.url;
    const config = await loadConfig({
      root: layout.top,
      cwd: dir,
      env: ctx.env,
      repositoryName: () => (remoteUrl === undefined ? undefined : repositoryName(remoteUrl)),
      ...(input.configPath === undefined ? {} : { configPath: input.configPath }),
    });
    for (const warning of config.warnings) ctx.ui.warn(warning);
    const packages = selectPackages(config, input.packages);
    if (cloned && input.noActions !== true && packages.some((pkg) => Object.keys(pkg.actions).length > 0)) {
      ctx.ui.info(
        'The configuration of this clone has actions: commands of its authors, which run now (--no-actions leaves them out).',
      );
    }
    if (!cloned && input.localContent !== true && (await readHead(git)).dirty) {
      ctx.ui.info(
        'The checkout has uncommitted changes: they stay, and take no part in the update (--local-content takes them).',
      );
    }
    return { scratch, git, layout, config, packages, cloned, remoteUrl };
  } catch (error) {
    await scratch.dispose();
    throw error;
  }
}
