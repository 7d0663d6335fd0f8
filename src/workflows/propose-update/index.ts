/** The release of an upstream checkout, brought to dist-git. */
import { join, relative, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { listTags, readHead } from '../../tools/git/index.ts';
import { openCheckout, readUserConfig } from '../checkout.ts';
import type { Checkout, CheckoutInput } from '../checkout.ts';
import { hasUpdateActions, updatePackages } from '../release-update/index.ts';
import type { ReleaseSource, ReleaseUpdateInput, ReleaseUpdateResult } from '../release-update/index.ts';
import { createUpstream } from '../upstream/index.ts';

export interface ProposeUpdateInput extends CheckoutInput, ReleaseUpdateInput {
  /** Take the checkout as it is instead of the release's tag. */
  localContent?: boolean | undefined;
  upstreamRef?: string | undefined;
  fasUser?: string | undefined;
  keytab?: string | undefined;
}

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
): Promise<ReleaseUpdateResult> {
  const userConfig = await readUserConfig(ctx, input);
  const checkout = await openCheckout(ctx, input);
  try {
    await explain(ctx, input, checkout);
    const { config, packages, scratch } = checkout;
    const settings = { input, userConfig, config, scratch: scratch.dir, packitVersion };
    return await updatePackages(ctx, packages, settings, ({ ctx }, pkg) =>
      sourceOf(ctx, input, { checkout, pkg }),
    );
  } finally {
    await checkout.scratch.dispose();
  }
}

/** Says what a person may not expect. */
async function explain(ctx: Context, input: ProposeUpdateInput, checkout: Checkout): Promise<void> {
  const { cloned, packages, git } = checkout;
  if (cloned && input.noActions !== true && packages.some(({ actions }) => Object.keys(actions).length > 0)) {
    ctx.ui.info(
      'The configuration of this clone has actions: commands of its authors, which run now (--no-actions leaves them out).',
    );
  }
  if (!cloned && input.localContent !== true && (await readHead(git)).dirty) {
    ctx.ui.info(
      'The checkout has uncommitted changes: they stay, and take no part in the update (--local-content takes them).',
    );
  }
}

function sourceOf(
  ctx: Context,
  input: ProposeUpdateInput,
  { checkout, pkg }: { checkout: Checkout; pkg: PackageConfig },
): ReleaseSource {
  const { git, layout } = checkout;
  const packagePath = pkg.paths[0] ?? '.';
  // Empty is none.
  const upstreamRef = (input.upstreamRef ?? pkg.upstream_ref ?? '') || undefined;
  return {
    command: 'propose-update',
    job: 'propose_downstream',
    git,
    existing: input.distGitPath === undefined ? undefined : resolve(ctx.cwd, input.distGitPath),
    upstreamUrl: pkg.upstream_project_url ?? checkout.remoteUrl,
    tags: () => listTags(git),
    files: ({ tag }, scratch) => ({
      trees: createUpstream({
        run: ctx.run,
        git,
        layout,
        scratch,
        packagePath,
        tag: input.localContent === true || upstreamRef !== undefined ? undefined : tag,
        writable: input.noActions !== true && hasUpdateActions(pkg),
        signal: ctx.signal,
        hint: 'Give the version of a release that is tagged, check upstream_tag_template, or take the checkout as it is with --local-content.',
      }),
      cloned: checkout.cloned,
      name: sourceName(checkout, packagePath),
      configFile: configFileOf(checkout, pkg, packagePath),
      kept: [],
      upstreamRef,
      spec: 'upstream',
      trusts: () => Promise.resolve(false),
    }),
  };
}

function sourceName({ layout }: Checkout, packagePath: string): string {
  const path = join(layout.top, packagePath).replace(/\/+$/, '');
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The configuration file, where it is inside the package's directory. */
function configFileOf(
  { config, layout }: Checkout,
  pkg: PackageConfig,
  packagePath: string,
): string | undefined {
  const path = relative(join(layout.top, packagePath), config.file);
  return path.startsWith('..') ? (pkg.config_file_path ?? undefined) : path;
}
