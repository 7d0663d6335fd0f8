/** The repository a command is started for: as it was found, or cloned, and what its configuration says. */
import type { Context } from '../context.ts';
import { configInCheckout, loadConfig, selectPackages } from '../project/config/index.ts';
import type { LoadedConfig, PackageConfig, UserConfig } from '../project/config/index.ts';
import { openScratch } from '../project/workspace/index.ts';
import type { Scratch } from '../project/workspace/index.ts';
import { createGit, readLayout, readRemotes } from '../tools/git/index.ts';
import type { Git, Layout, Remote } from '../tools/git/index.ts';
import { classifyLocation, cloneLocation, repositoryName } from './srpm/index.ts';

export interface CheckoutInput {
  /** A directory, a file in it, or the URL of a git repository. Default: where the command was started. */
  pathOrUrl?: string | undefined;
  packages?: readonly string[] | undefined;
  configPath?: string | undefined;
  /** Name of the remote that says which project this is. Default: `origin`, else the first. */
  remote?: string | undefined;
  /**
   * Read already, as data: it is not looked for. Who gives it works for others, whose code is not handed the user's secrets, as
   * if the checkout were a clone of packit's own.
   */
  configuration?: LoadedConfig | undefined;
}

export interface Checkout {
  scratch: Scratch;
  git: Git;
  layout: Layout;
  config: LoadedConfig;
  /** Those selected, all by default. */
  packages: PackageConfig[];
  /** The clone is packit's own, or treated so. */
  cloned: boolean;
  remotes: readonly Remote[];
  /** URL of the remote that says which project this is. */
  remoteUrl: string | undefined;
}

/** Opens a repository and reads its configuration. The caller must dispose of `scratch`. Nothing is written to it. */
export async function openCheckout(ctx: Context, input: CheckoutInput): Promise<Checkout> {
  const location = classifyLocation(ctx.cwd, input.pathOrUrl ?? '.');
  const scratch = await openScratch({
    temp: ctx.paths.temp,
    cache: ctx.paths.cache,
    ...(location.kind === 'path' ? { near: location.value } : {}),
  });
  try {
    const url = location.kind === 'url';
    const cloned = url || input.configuration !== undefined;
    const dir = url ? (await cloneLocation(ctx, location.value, scratch.dir)).dir : location.value;
    const git = createGit(ctx.run, dir, { isolated: cloned });
    const [layout, remotes] = await Promise.all([readLayout(git), readRemotes(git)]);
    const remoteUrl = (remotes.find(({ name }) => name === (input.remote ?? 'origin')) ?? remotes[0])?.url;
    const config = await readConfig(ctx, input, { layout, dir, remoteUrl });
    for (const warning of config.warnings) ctx.ui.warn(warning);
    const packages = selectPackages(config, input.packages);
    return { scratch, git, layout, config, packages, cloned, remotes, remoteUrl };
  } catch (error) {
    await scratch.dispose();
    throw error;
  }
}

function readConfig(
  ctx: Context,
  { configuration, configPath }: CheckoutInput,
  { layout, dir, remoteUrl }: { layout: Layout; dir: string; remoteUrl: string | undefined },
): Promise<LoadedConfig> {
  if (configuration !== undefined) return Promise.resolve(configInCheckout(configuration, layout.top));
  return loadConfig({
    root: layout.top,
    cwd: dir,
    env: ctx.env,
    cache: ctx.paths.cache,
    repositoryName: () => (remoteUrl === undefined ? undefined : repositoryName(remoteUrl)),
    ...(configPath === undefined ? {} : { configPath }),
  });
}

/** The user's own configuration with what the command line says instead. */
export async function readUserConfig(
  ctx: Context,
  input: { fasUser?: string | undefined; keytab?: string | undefined },
): Promise<UserConfig> {
  const config = await ctx.userConfig();
  return {
    ...config,
    fas_user: input.fasUser ?? config.fas_user,
    keytab_path: input.keytab ?? config.keytab_path,
  };
}
