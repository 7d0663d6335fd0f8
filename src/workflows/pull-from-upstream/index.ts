/** A release of the upstream project, brought into its package: configuration and spec are dist-git's own. */
import { basename, join, relative, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { CONFIG_FILE_NAMES } from '../../project/config/index.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { asDirectoryName } from '../../project/inside.ts';
import { createGit, listTags, readLayout, resolveCommit } from '../../tools/git/index.ts';
import type { Git, Layout } from '../../tools/git/index.ts';
import { openCheckout, readUserConfig } from '../checkout.ts';
import type { Checkout, CheckoutInput } from '../checkout.ts';
import { hasUpdateActions, updatePackages } from '../release-update/index.ts';
import type { ReleaseSource, ReleaseUpdateInput, ReleaseUpdateResult } from '../release-update/index.ts';
import { cloneLocation, repositoryName } from '../srpm/index.ts';
import { createUpstream, upstreamOf, upstreamWithoutGit } from '../upstream/index.ts';
import { isSameRepository } from './same-repository.ts';

export interface PullFromUpstreamInput extends CheckoutInput, ReleaseUpdateInput {
  fasUser?: string | undefined;
  keytab?: string | undefined;
}

/**
 * Brings an upstream release into the branches of the package that the checkout is of. Every branch is tried; how each
 * ended is in the result.
 * @throws PackitError what keeps all from being begun: no repository, no configuration
 * @throws InterruptedError
 */
export async function pullFromUpstream(
  ctx: Context,
  input: PullFromUpstreamInput,
  packitVersion: string,
): Promise<ReleaseUpdateResult> {
  const userConfig = await readUserConfig(ctx, input);
  const checkout = await openCheckout(ctx, input);
  try {
    const { cloned, config, packages, scratch } = checkout;
    if (cloned && input.noActions !== true && packages.some((pkg) => hasUpdateActions(pkg))) {
      ctx.ui.info(
        'The configuration of this clone has actions: commands of its authors, which run now (--no-actions leaves them out).',
      );
    }
    const settings = { input, userConfig, config, scratch: scratch.dir, packitVersion };
    return await updatePackages(ctx, packages, settings, ({ ctx }, pkg) =>
      sourceOf(ctx, input, { checkout, pkg }),
    );
  } finally {
    await checkout.scratch.dispose();
  }
}

interface Subject {
  checkout: Checkout;
  pkg: PackageConfig;
}

function sourceOf(ctx: Context, input: PullFromUpstreamInput, subject: Subject): ReleaseSource {
  const { checkout, pkg } = subject;
  const url = pkg.upstream_project_url;
  const own = isPackageOf(checkout, pkg) ? checkout.layout.top : undefined;
  const existing = input.distGitPath === undefined ? own : resolve(ctx.cwd, input.distGitPath);
  const upstream = url === null ? undefined : lazily(() => cloneUpstream(ctx, url, subject));
  const config = relative(checkout.layout.top, checkout.config.file);
  return {
    command: 'pull-from-upstream',
    job: 'pull_from_upstream',
    git: checkout.git,
    existing,
    upstreamUrl: url ?? undefined,
    tags: upstream === undefined ? undefined : async () => listTags((await upstream()).git),
    files: ({ tag }, scratch) => ({
      trees:
        upstream === undefined
          ? upstreamWithoutGit(scratch, pkg.upstream_package_name ?? pkg.name)
          : upstreamOf(async () =>
              createUpstream({
                run: ctx.run,
                ...(await upstream()),
                scratch,
                packagePath: '.',
                tag,
                writable: input.noActions !== true && hasUpdateActions(pkg),
                signal: ctx.signal,
                hint: 'Give the version of a release that is tagged, or check upstream_tag_template.',
              }),
            ),
      name: url === null ? (pkg.upstream_package_name ?? pkg.name) : repositoryName(url),
      configFile: undefined,
      kept: [...new Set([...CONFIG_FILE_NAMES, ...(config.startsWith('..') ? [] : [config])])],
      spec: 'dist-git',
      // What the user has in the own checkout is what would be built there; anything newer has yet to be looked at.
      cloned: checkout.cloned,
      trusts: async (commit) => !checkout.cloned && (await resolveCommit(checkout.git, commit)) !== undefined,
    }),
  };
}

/** The checkout is a clone of the package's dist-git repository, not upstream's with a configuration that names it. */
function isPackageOf({ cloned, remoteUrl, layout }: Checkout, pkg: PackageConfig): boolean {
  if (cloned || remoteUrl === undefined) return false;
  const { upstream_project_url: upstream, downstream_package_name: name } = pkg;
  if (upstream !== null && isSameRepository(remoteUrl, upstream)) return false;
  return name === repositoryName(remoteUrl) || name === basename(layout.top);
}

/** A clone of packit's own, whatever the user has. */
async function cloneUpstream(
  ctx: Context,
  url: string,
  { checkout, pkg }: Subject,
): Promise<{ git: Git; layout: Layout }> {
  const parent = join(checkout.scratch.dir, `upstream-of-${asDirectoryName(pkg.name)}`);
  const { dir } = await cloneLocation(ctx, url, parent);
  const git = createGit(ctx.run, dir, { isolated: true });
  return { git, layout: await readLayout(git) };
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => (value ??= make());
}
