import { join, relative } from 'node:path';
import type { Context } from '../../context.ts';
import { actionCommands } from '../../project/actions/index.ts';
import type { ActionName } from '../../project/actions/index.ts';
import { loadConfig, selectPackages } from '../../project/config/index.ts';
import type { LoadedConfig, PackageConfig } from '../../project/config/index.ts';
import { makePrivateCheckout, openScratch } from '../../project/workspace/index.ts';
import type { LeftOut, Scratch } from '../../project/workspace/index.ts';
import { createGit, fetch, readLayout, readRemotes } from '../../tools/git/index.ts';
import type { Git, Layout } from '../../tools/git/index.ts';
import { readFacts } from './facts.ts';
import type { Facts } from './facts.ts';
import { classifyLocation, cloneLocation, repositoryName } from './locate.ts';
import type { PreparationInput } from './types.ts';

/** The repository a command works on, its configuration, and where the work happens. */
export interface Project {
  readonly scratch: Scratch;
  readonly config: LoadedConfig;
  readonly packages: readonly PackageConfig[];
  /** git in `root`. */
  readonly git: Git;
  readonly layout: Layout;
  readonly facts: Facts;
  /** The top of the tree git and actions see: the user's checkout, a copy of it, or a clone. */
  readonly root: string;
  /** What is edited is edited in `root`: it is a copy, a clone, or the user said `--in-place`. */
  readonly writable: boolean;
  /** Large files that are missing from the copy. */
  readonly leftOut: readonly LeftOut[];
  /** Lets work go on whose result is awaited later, or never: nothing is removed under its feet. */
  inBackground(work: Promise<unknown>): void;
  dispose(): Promise<void>;
}

/** Actions that run while an SRPM is made. */
const SRPM_ACTIONS: readonly ActionName[] = [
  'post-upstream-clone',
  'get-current-version',
  'create-archive',
  'create-patches',
  'fix-spec-file',
  'changelog-entry',
  'post-modifications',
];

/**
 * Opens the repository and decides where to work: in the user's checkout where nothing will be written, in a private copy where
 * actions will run. The caller must `dispose()`.
 * @param arrange last changes to a writable tree before anything is read from it (checking out a ref)
 */
export async function openProject(
  ctx: Context,
  input: PreparationInput,
  arrange?: (git: Git, ctx: Context) => Promise<void>,
): Promise<Project> {
  const target = classifyLocation(ctx.cwd, input.pathOrUrl ?? '.');
  const near = target.kind === 'path' ? target.value : undefined;
  const scratch = await openScratch({
    temp: ctx.paths.temp,
    cache: ctx.paths.cache,
    ...(near === undefined ? {} : { near }),
  });
  try {
    return await open(ctx, input, { target, scratch, arrange });
  } catch (error) {
    await scratch.dispose();
    throw error;
  }
}

interface Opening {
  target: ReturnType<typeof classifyLocation>;
  scratch: Scratch;
  arrange: ((git: Git, ctx: Context) => Promise<void>) | undefined;
}

async function open(
  ctx: Context,
  input: PreparationInput,
  { target, scratch, arrange }: Opening,
): Promise<Project> {
  const cloned = target.kind === 'url';
  const dir = cloned
    ? (await cloneLocation(ctx, target.value, scratch.dir, { submodules: input.submodules === true })).dir
    : target.value;
  const own = cloned || input.inPlace === true;
  let git = createGit(ctx.run, dir, { isolated: cloned });
  let facts = readFacts(git, input.mergedRef);
  if (arrange === undefined || !own) facts.prefetch();
  let layout = await readLayout(git);
  const mustCopy = !own && (arrange !== undefined || (input.unshallow === true && layout.shallow));

  let root = layout.top;
  let leftOut: readonly LeftOut[] = [];
  const copy = async (): Promise<void> => {
    const checkout = await copyCheckout(ctx, git, layout, scratch);
    ({ root, leftOut } = checkout);
    // Below the same subdirectory as in the original, so that a configuration there is found.
    git = createGit(ctx.run, join(root, layout.prefix), { isolated: true });
    layout = await readLayout(git);
    facts = readFacts(git, input.mergedRef);
  };
  if (mustCopy) await copy();
  if (arrange !== undefined) {
    await arrange(git, ctx);
    facts = readFacts(git, input.mergedRef);
  }
  if (input.unshallow === true && layout.shallow) {
    await unshallow(ctx, git, input.remote);
    layout = { ...layout, shallow: false };
    facts = readFacts(git, input.mergedRef);
  }

  let config = await readConfig(ctx, input, root, git, facts);
  const selected = selectPackages(config, input.packages);
  if (cloned) announceActions(ctx, selected, input);
  if (!own && !mustCopy && selected.some((pkg) => input.noActions !== true && runsActions(pkg))) {
    const below = relative(layout.top, config.directory);
    await copy();
    config = { ...config, directory: join(root, below) };
  }
  facts.prefetch();
  const background: Promise<unknown>[] = [];
  return {
    inBackground: (work) => void background.push(work.catch(() => undefined)),
    scratch,
    config,
    packages: selected,
    git,
    layout,
    facts,
    root,
    writable: own || git.isolated,
    leftOut,
    async dispose() {
      await Promise.all(background);
      await scratch.dispose();
    },
  };
}

async function readConfig(
  ctx: Context,
  input: PreparationInput,
  root: string,
  git: Git,
  facts: Facts,
): Promise<LoadedConfig> {
  const config = await loadConfig({
    root,
    cwd: git.dir,
    env: ctx.env,
    ...(input.configPath === undefined ? {} : { configPath: input.configPath }),
    repositoryName: async () => {
      const { remotes } = await facts.config();
      const remote = remotes.find(({ name }) => name === input.remote) ?? remotes[0];
      const name = remote === undefined ? '.' : repositoryName(remote.url);
      // A remote may be a path such as `..`, which names nothing: then the directory's name it is.
      return /^\.+$/.test(name) ? undefined : name;
    },
  });
  for (const warning of config.warnings) ctx.ui.warn(warning);
  return config;
}

/** True if the package's configuration has a command to run in this workflow. `fix-spec-file: []` has none. */
export function runsActions(pkg: PackageConfig): boolean {
  return SRPM_ACTIONS.some((name) => {
    if (!(name in pkg.actions)) return false;
    const value: unknown = pkg.actions[name];
    // What is of no valid shape fails when it is run; until then it counts as something to run.
    return (
      value === null || typeof value !== 'object' || (actionCommands(pkg.actions, name)?.length ?? 0) > 0
    );
  });
}

function announceActions(ctx: Context, packages: readonly PackageConfig[], input: PreparationInput): void {
  if (input.noActions === true || !packages.some(runsActions)) return;
  ctx.ui.info(
    'The configuration of this clone has actions: commands of its authors, which run now (--no-actions leaves them out).',
  );
}

async function copyCheckout(
  ctx: Context,
  git: Git,
  layout: Layout,
  scratch: Scratch,
): Promise<{ root: string; leftOut: LeftOut[] }> {
  return ctx.ui.step('Copying the checkout for the actions', async () => {
    const { root, leftOut, unreadable, botIdentity } = await makePrivateCheckout({
      git,
      layout,
      parent: scratch.dir,
      signal: ctx.signal,
    });
    for (const { path, bytes } of leftOut) {
      ctx.ui.info(
        `Left out of the copy for its size (${Math.round(bytes / 1024 ** 2)} MiB): ${path}. With --in-place actions see it.`,
      );
    }
    for (const path of unreadable) ctx.ui.info(`Left out of the copy, it cannot be read: ${path}`);
    if (botIdentity) ctx.ui.debug('No git identity is configured: commits made by actions are by "Packit".');
    return { root, leftOut };
  });
}

async function unshallow(ctx: Context, git: Git, remote?: string): Promise<void> {
  const name = remote ?? (await readRemotes(git))[0]?.name ?? 'origin';
  await ctx.ui.step(`Fetching the missing history from ${name}`, () =>
    fetch(git, name, { unshallow: true, tags: true, live: true }),
  );
}
