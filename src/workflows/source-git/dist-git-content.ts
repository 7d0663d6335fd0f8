/** The files of dist-git as source-git wants them, written into a copy of dist-git. */
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Context } from '../../context.ts';
import { createActionRunner, packageVariables } from '../../project/actions/index.ts';
import { evaluateSpec } from '../../spec/index.ts';
import { createGit, gitText, readHead, readLayout } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';
import { chooseAuthor, chooseIdentity } from '../dist-git/index.ts';
import { makePatches } from '../make-patches.ts';
import type { MadePatch } from '../make-patches.ts';
import {
  askAboutSpecs,
  bringSpec,
  copyFiles,
  distGitSpecName,
  hasUpdateActions,
  readUpstreamSpec,
  upstreamSpecPath,
} from '../release-update/index.ts';
import type { BranchWork } from '../release-update/index.ts';
import { createUpstream } from '../upstream/index.ts';
import type { Upstream } from '../upstream/index.ts';
import type { Pair } from './pairs.ts';
import { newSources } from './pkg-tool.ts';

export interface ContentOptions {
  /** The last upstream commit, instead of the configuration's. */
  upstreamRef?: string | undefined;
  /** `fedpkg` and its like: sources are downloaded, uploaded and named in `sources`. */
  pkgTool?: string | undefined;
  noActions?: boolean | undefined;
}

/** Plain data. */
export interface DistGitContent {
  patches: MadePatch[];
  /** Files that go to the lookaside cache, not into git. */
  uploads: string[];
}

/**
 * Copies `files_to_sync`, makes the patches and names them in the spec, and lets a packaging tool take care of the sources, with the
 * actions of the configuration in between. They run in a private copy of source-git.
 * @param distGit git in the copy of dist-git, at its top
 */
export async function writeDistGit(
  ctx: Context,
  pair: Pair,
  { options, distGit, scratch }: { options: ContentOptions; distGit: Git; scratch: string },
): Promise<DistGitContent> {
  const { pkg } = pair;
  const { work, trees, name } = await openWork(ctx, pair, { options, distGit, scratch });
  const { actions, upstream } = work;
  await bringPackaging(ctx, work, { trees, name });
  const upstreamRef = options.upstreamRef ?? pkg.upstream_ref ?? '';
  let patches: MadePatch[] = [];
  if (upstreamRef !== '' && (await actions.run('create-patches')) === undefined) {
    patches = await ctx.ui.step('Making patches', () =>
      makePatches({
        pkg,
        source: createGit(ctx.run, upstream.root),
        subtree: relative(upstream.root, upstream.dir),
        upstreamRef,
        distGit,
        specName: distGitSpecName(pkg),
        evaluate: work.specs.distGit,
        macros: work.specs.macros,
        scratch,
        ui: ctx.ui,
      }),
    );
  }
  if (options.pkgTool === undefined) {
    await actions.run('post-modifications');
    return { patches, uploads: [] };
  }
  return { patches, uploads: await newSources(ctx, work, options.pkgTool) };
}

interface OpenedWork {
  work: BranchWork;
  trees: Upstream;
  /** What the directory of the package is called. */
  name: string;
}

async function openWork(
  ctx: Context,
  { pkg, sourceGit }: Pair,
  { options, distGit, scratch }: { options: ContentOptions; distGit: Git; scratch: string },
): Promise<OpenedWork> {
  const layout = await readLayout(sourceGit);
  const packagePath = pkg.paths[0] ?? '.';
  const trees = createUpstream({
    run: ctx.run,
    git: sourceGit,
    layout,
    scratch,
    packagePath,
    tag: undefined,
    writable: options.noActions !== true && hasUpdateActions(pkg),
    signal: ctx.signal,
    hint: '',
  });
  const upstream = await trees.tree('source-git');
  const [head, base] = await Promise.all([readHead(distGit), gitText(distGit, ['rev-parse', 'HEAD'])]);
  const tempDir = join(scratch, 'rpm');
  await mkdir(tempDir);
  const { default_parse_time_macros } = await ctx.userConfig();
  const work: BranchWork = {
    pkg,
    distGit: { branch: head.branch ?? '', dir: distGit.dir, git: distGit, base },
    upstream,
    specs: askAboutSpecs({
      run: ctx.run,
      tempDir,
      distGitDir: distGit.dir,
      macros: { ...default_parse_time_macros, ...pkg.parse_time_macros },
      edited: 'upstream',
      trusted: false,
    }),
    actions: createActionRunner({
      actions: options.noActions === true ? {} : pkg.actions,
      cwd: upstream.dir,
      run: ctx.run,
      ui: ctx.ui,
      redactor: ctx.redactor,
      variables: packageVariables(
        {
          name: pkg.name,
          upstreamPackageName: pkg.upstream_package_name,
          downstreamPackageName: pkg.downstream_package_name,
          specfilePath: pkg.specfile_path,
        },
        { upstreamRepository: upstream.dir, downstreamRepository: distGit.dir },
      ),
    }),
    ui: ctx.ui,
    notes: [],
  };
  return { work, trees, name: basename(join(layout.top, packagePath)) };
}

/** The spec as it is (`sync_changelog`), or with dist-git's changelog; then the other files. */
async function bringPackaging(
  ctx: Context,
  work: BranchWork,
  { trees, name }: Omit<OpenedWork, 'work'>,
): Promise<void> {
  const { pkg, actions, distGit } = work;
  if (pkg.sync_changelog) await actions.run('prepare-files');
  else {
    const release = {
      version: actions.has('prepare-files') ? '' : await specVersion(work),
      bugs: [],
      notes: () => Promise.resolve(undefined),
    };
    const author = await chooseAuthor(ctx, distGit.dir, await chooseIdentity(ctx, distGit.git));
    await bringSpec(work, release, { author, time: ctx.now(), previousVersion: undefined });
  }
  await copyFiles(work, {
    trees,
    name,
    configFile: undefined,
    kept: [],
    cloned: false,
    spec: 'upstream',
    trusts: () => Promise.resolve(false),
  });
}

/** Version and Release are source-git's business: the spec keeps the version it has. */
async function specVersion({ pkg, upstream, specs }: BranchWork): Promise<string> {
  const spec = await readUpstreamSpec(pkg, upstream, undefined);
  const evaluation = await evaluateSpec(spec, specs.own(dirname(upstreamSpecPath(pkg, upstream))), {
    expressions: ['%{version}'],
    macros: specs.macros,
  });
  return evaluation.values.get('%{version}') ?? '';
}
