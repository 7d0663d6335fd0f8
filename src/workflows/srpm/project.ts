import { join, relative } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import { actionCommands } from '../../project/actions/index.ts';
import type { ActionName } from '../../project/actions/index.ts';
import type { LoadedConfig, PackageConfig } from '../../project/config/index.ts';
import { createSharedCheckout, makePrivateCheckout, openScratch } from '../../project/workspace/index.ts';
import type { LeftOut, Scratch, SharedCheckout } from '../../project/workspace/index.ts';
import { createGit, fetch, readLayout, readRemotes, resolveCommit } from '../../tools/git/index.ts';
import type { Git, Layout } from '../../tools/git/index.ts';
import { readFacts } from './facts.ts';
import type { Facts } from './facts.ts';
import { classifyLocation, cloneLocation, repositoryName } from './locate.ts';
import type { PreparationInput } from './types.ts';

/** A work tree with its repository. */
export interface Tree {
  /** git in `root`. */
  readonly git: Git;
  readonly layout: Layout;
  readonly facts: Facts;
  /** The top of the tree git and actions see: the user's checkout, a copy of it, or a clone. */
  readonly root: string;
  /** What is edited is edited in `root`: it is a copy, a clone, or the user said `--in-place`. */
  readonly writable: boolean;
  /** A clone of a URL, or a pull request: written by others, and not to be believed. */
  readonly foreign: boolean;
  /** Large files that are missing from the copy. */
  readonly leftOut: readonly LeftOut[];
}

/** The repository a command works on, its configuration, and where the work happens. */
export interface Project extends Tree {
  readonly scratch: Scratch;
  /** Copies of the checkout for packages whose actions run. */
  readonly copies: SharedCheckout<Tree>;
  readonly config: LoadedConfig;
  readonly packages: readonly PackageConfig[];
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
 * Opens the repository and reads its configuration. Work on a package goes on in `withPlaceFor`. The caller must `dispose()`.
 * @param arrange last changes to a writable tree before anything is read from it (checking out a ref)
 */
export async function openProject(
  ctx: Context,
  input: PreparationInput,
  arrange?: (git: Git, ctx: Context) => Promise<void>,
): Promise<Project> {
  const target = classifyLocation(ctx.cwd, input.pathOrUrl ?? '.');
  const near = target.kind === 'path' ? target.value : undefined;
  // git answers while the rest of packit is loaded.
  const reading = near === undefined ? undefined : startReading(ctx, input, near, arrange === undefined);
  const scratch = await openScratch({
    temp: ctx.paths.temp,
    cache: ctx.paths.cache,
    // Who sets TMPDIR has chosen the place.
    ...(near === undefined || (ctx.env.TMPDIR ?? '') !== '' ? {} : { near }),
  });
  try {
    return await open(ctx, input, { target, reading, scratch, arrange });
  } catch (error) {
    await scratch.dispose();
    throw error;
  }
}

interface Reading {
  git: Git;
  facts: Facts;
}

/** Asks git what will be needed, unless something is fetched or checked out first. */
function startReading(
  ctx: Context,
  input: PreparationInput,
  dir: string,
  asItIs: boolean,
  isolated = false,
): Reading {
  const git = createGit(ctx.run, dir, { isolated });
  const facts = readFacts(git, input.mergedRef);
  if (asItIs && input.unshallow !== true) facts.prefetch();
  return { git, facts };
}

interface Opening {
  target: ReturnType<typeof classifyLocation>;
  reading: Reading | undefined;
  scratch: Scratch;
  arrange: ((git: Git, ctx: Context) => Promise<void>) | undefined;
}

async function open(
  ctx: Context,
  input: PreparationInput,
  { target, reading, scratch, arrange }: Opening,
): Promise<Project> {
  const cloned = reading === undefined;
  const own = cloned || input.inPlace === true;
  const foreign = cloned || input.foreign === true;
  const { git, facts } = reading ?? (await cloneAndRead(ctx, input, { target, scratch, arrange }));
  const layout = await readLayout(git);
  let tree: Tree = { git, layout, facts, root: layout.top, writable: own, foreign, leftOut: [] };

  const shallow = input.unshallow === true && layout.shallow;
  if (!own && (arrange !== undefined || shallow)) tree = await copyTree(ctx, input, tree, scratch.dir);
  await arrange?.(tree.git, ctx);
  if (shallow) tree = await unshallow(ctx, input, tree);
  if (arrange !== undefined) tree = { ...tree, facts: readFacts(tree.git, input.mergedRef) };

  await checkMergedRef(tree.git, input.mergedRef);

  const config = await readConfig(ctx, input, tree);
  const { selectPackages } = await import('../package-config.ts');
  const packages = selectPackages(config, input.packages);
  if (foreign) announceActions(ctx, packages, input, cloned ? 'this clone' : 'the pull request');
  const background: Promise<unknown>[] = [];
  const original = tree;
  return {
    ...tree,
    copies: createSharedCheckout({
      scratch: scratch.dir,
      source: original.layout.top,
      uses: input.noActions === true ? 0 : packages.filter(runsActions).length,
      make: async (parent) => {
        const copy = await copyTree(ctx, input, original, parent);
        copy.facts.prefetch();
        return copy;
      },
      signal: ctx.signal,
    }),
    // What one package changes is not to reach the next one.
    writable: tree.writable && (input.inPlace === true || packages.length === 1),
    scratch,
    config,
    packages,
    inBackground: (work) => void background.push(work.catch(() => undefined)),
    async dispose() {
      await Promise.all(background);
      await scratch.dispose();
    },
  };
}

async function cloneAndRead(
  ctx: Context,
  input: PreparationInput,
  { target, scratch, arrange }: Omit<Opening, 'reading'>,
): Promise<Reading> {
  const options = { submodules: input.submodules === true };
  const { dir } = await cloneLocation(ctx, target.value, scratch.dir, options);
  return startReading(ctx, input, dir, arrange === undefined, true);
}

async function checkMergedRef(git: Git, ref: string | undefined): Promise<void> {
  if (ref === undefined || ref === '' || (await resolveCommit(git, ref)) !== undefined) return;
  throw new PackitError('REF_NOT_FOUND', `There is no branch, tag or commit "${ref}" in the repository`, {
    hint: 'Name one that is there with --merged-ref: git branch --all and git tag list them.',
  });
}

/**
 * Calls `work` with a project in which the package may be worked on: the same one where no action will run, else one with a copy
 * of the checkout, which is as if it had been made for this package.
 */
export async function withPlaceFor<T>(
  ctx: Context,
  input: PreparationInput,
  project: Project,
  pkg: PackageConfig,
  work: (place: Project) => Promise<T>,
): Promise<T> {
  if (project.writable || input.noActions === true || !runsActions(pkg)) {
    project.facts.prefetch();
    return work(project);
  }
  return project.copies.use(async (tree) => {
    const directory = join(tree.root, relative(project.root, project.config.directory));
    const background: Promise<unknown>[] = [];
    try {
      return await work({
        ...project,
        ...tree,
        config: { ...project.config, directory },
        inBackground: (task) => void background.push(task.catch(() => undefined)),
      });
    } finally {
      await Promise.all(background);
    }
  });
}

async function copyTree(ctx: Context, input: PreparationInput, tree: Tree, parent: string): Promise<Tree> {
  const { root, leftOut } = await copyCheckout(ctx, tree.git, tree.layout, parent);
  // Below the same subdirectory as in the original, so that a configuration there is found.
  const git = createGit(ctx.run, join(root, tree.layout.prefix), { isolated: true });
  const layout = await readLayout(git);
  const facts = readFacts(git, input.mergedRef);
  return { git, layout, facts, root, writable: true, foreign: tree.foreign, leftOut };
}

async function readConfig(
  ctx: Context,
  input: PreparationInput,
  { root, git, facts }: Tree,
): Promise<LoadedConfig> {
  const { configInCheckout, loadConfig } = await import('../package-config.ts');
  if (input.configuration !== undefined) return configInCheckout(input.configuration, root);
  const config = await loadConfig({
    root,
    cwd: git.dir,
    env: ctx.env,
    cache: ctx.paths.cache,
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

function announceActions(
  ctx: Context,
  packages: readonly PackageConfig[],
  input: PreparationInput,
  origin: string,
): void {
  if (input.noActions === true || !packages.some(runsActions)) return;
  ctx.ui.info(
    `The configuration of ${origin} has actions: commands of its authors, which run now (--no-actions leaves them out).`,
  );
}

async function copyCheckout(
  ctx: Context,
  git: Git,
  layout: Layout,
  parent: string,
): Promise<{ root: string; leftOut: LeftOut[] }> {
  return ctx.ui.step('Copying the checkout', async () => {
    const { root, leftOut, unreadable, botIdentity } = await makePrivateCheckout({
      git,
      layout,
      parent,
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

async function unshallow(ctx: Context, input: PreparationInput, tree: Tree): Promise<Tree> {
  const name = input.remote ?? (await readRemotes(tree.git))[0]?.name ?? 'origin';
  await ctx.ui.step(`Fetching the missing history from ${name}`, () =>
    fetch(tree.git, name, { unshallow: true, tags: true, live: true, progress: ctx.ui.interactive }),
  );
  return { ...tree, layout: { ...tree.layout, shallow: false }, facts: readFacts(tree.git, input.mergedRef) };
}
