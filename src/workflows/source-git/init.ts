import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError } from '../../errors.ts';
import { chooseDistGit } from '../../project/dist-git/index.ts';
import {
  FROM_DIST_GIT,
  openWorkshop,
  patchIdDigits,
  pickPatches,
  placeCommits,
  readCommitObject,
  withTrailers,
  writeCommitObject,
} from '../../project/source-git/index.ts';
import type { PatchCommits, PickedPatch, Workshop } from '../../project/source-git/index.ts';
import { openScratch } from '../../project/workspace/index.ts';
import { createHttpClient } from '../../remote/http/index.ts';
import { createLookaside } from '../../remote/lookaside/index.ts';
import type { Lookaside } from '../../remote/lookaside/index.ts';
import { displayText, evaluateSpec, parseSpec, patches } from '../../spec/index.ts';
import type { Evaluation, Source, SpecDocument } from '../../spec/index.ts';
import { gitText } from '../../tools/git/index.ts';
import { runForStrangers } from '../../tools/process/index.ts';
import type { AppliedPatch } from '../../tools/rpm/index.ts';
import { withEvaluator } from '../spec-evaluator.ts';
import { committerIn } from './committer.ts';
import { stageDistro } from './init-distro.ts';
import { findInitPlaces } from './init-places.ts';
import type { InitInput, InitPlaces } from './init-places.ts';
import { bringSources, exportDistGit, lookasideSources, matchPatches, prepare } from './init-prep.ts';

export interface InitializedSourceGit {
  package: string;
  /** Top directories. */
  repositories: { sourceGit: string; distGit: string };
  upstreamRef: string;
  /** Full hashes: upstream's commit, dist-git's, and the last new one. */
  upstream: string;
  distGit: string;
  head: string;
  /** The branch that was made; undefined if what was checked out moved on. */
  branch: string | undefined;
  /** Patches that became commits, in the order of their application. */
  patches: PickedPatch[];
  /** Patches that `%prep` did not apply here: they stay files. */
  unapplied: string[];
  /** False in a dry run. */
  written: boolean;
}

/**
 * `packit source-git init`: makes a source-git repository of an upstream checkout, with the packaging of dist-git in `.distro` and a
 * commit for every patch that `%prep` of its spec applies. All of it is made elsewhere; dist-git is only read.
 * @throws PackitError those of `findInitPlaces`, SPEC_NOT_FOUND, PREP_FAILED, PATCH_REVERSED, INIT_PATCH_CONFLICT, and of downloads
 */
export async function initSourceGit(ctx: Context, input: InitInput): Promise<InitializedSourceGit> {
  const places = await findInitPlaces(ctx, input);
  // rpm's macros cannot cope with blanks in a path.
  const temp = /^[\w/.+-]+$/.test(ctx.paths.temp) ? ctx.paths.temp : '/tmp';
  const scratch = await openScratch({ temp, cache: ctx.paths.cache });
  try {
    return await make(ctx, input, { places, scratch: scratch.dir });
  } finally {
    await scratch.dispose();
  }
}

interface Work {
  places: InitPlaces;
  scratch: string;
}

async function make(ctx: Context, input: InitInput, work: Work): Promise<InitializedSourceGit> {
  const { places, scratch } = work;
  const { sourceGit, distGit, packageName } = places;
  const directory = await exportDistGit(ctx, places, scratch);
  const specFile = join(directory, `${packageName}.spec`);
  const spec = await readSpec(specFile, distGit.dir);
  const listed = patches(spec).length > 0;
  const lookaside = await openLookaside(ctx, input, scratch);
  const downloads = await lookasideSources(directory, lookaside, packageName);
  const committer = await committerIn(ctx, sourceGit);
  const prep = listed
    ? await runPatches(ctx, work, { specFile, spec, directory, downloads })
    : { evaluation: undefined, entries: [], matched: new Map<Source, AppliedPatch>(), objects: undefined };
  const commits = await patchCommits(places, prep.matched, committer);
  const unapplied = prep.entries.filter((entry) => !prep.matched.has(entry));
  for (const { filename } of unapplied) {
    ctx.ui.warn({
      code: 'INIT_PATCH_NOT_APPLIED',
      message: `%prep does not apply ${displayText(filename)} here: it stays a file in .distro`,
      hint: 'It may belong to another architecture or distribution; or apply it by hand as a commit with the trailer Patch-name.',
    });
  }
  const workshop = await openWorkshop({
    run: ctx.run,
    repository: sourceGit,
    others: [distGit],
    ...(prep.objects === undefined ? {} : { objects: [prep.objects] }),
    scratch,
    start: places.upstream,
  });
  await stageDistro(workshop, {
    distGit: places.dist,
    spec,
    evaluation: prep.evaluation,
    commits: commits.map(({ entry }) => entry),
    files: unapplied,
    config: {
      upstreamUrl: places.upstreamUrl,
      upstreamRef: input.upstreamRef,
      packageName,
      digits: patchIdDigits(patches(spec)),
      sources: downloads.map(({ filename, url }) => ({ path: filename, url })),
    },
  });
  const first = await commitDistro(workshop, places, committer);
  const { picked, tip } = await pickPatches({
    workshop,
    parent: first,
    patches: commits,
    distGit: places.dist,
    committer,
  });
  if (!ctx.dryRun) await place(places, workshop, tip);
  return {
    package: packageName,
    repositories: { sourceGit: sourceGit.dir, distGit: distGit.dir },
    upstreamRef: input.upstreamRef,
    upstream: places.upstream,
    distGit: places.dist,
    head: tip,
    branch: places.branches.sourceGit,
    patches: picked,
    unapplied: unapplied.map(({ filename }) => displayText(filename)),
    written: !ctx.dryRun,
  };
}

async function readSpec(file: string, repository: string): Promise<SpecDocument> {
  const content = await readFile(file).catch(() => undefined);
  if (content !== undefined) return parseSpec(content);
  const name = file.slice(file.lastIndexOf('/') + 1);
  throw new PackitError('SPEC_NOT_FOUND', `${repository} has no ${name}`, {
    hint: 'The spec file is called as the directory of dist-git; give the name of the package with --pkg-name.',
  });
}

async function openLookaside(ctx: Context, input: InitInput, cwd: string): Promise<Lookaside | undefined> {
  const defaultPkgTool = (await ctx.userConfig()).pkg_tool;
  // `--pkg-tool` may be a path.
  const pkgTool = input.pkgTool?.replace(/^.*\//, '');
  const { lookaside } = chooseDistGit({ pkg_tool: pkgTool }, { env: ctx.env, defaultPkgTool });
  if (lookaside === undefined) return undefined;
  const http = createHttpClient(ctx);
  return createLookaside({ service: lookaside, http, run: ctx.run, cwd, signal: ctx.signal });
}

interface PatchRun {
  evaluation: Evaluation | undefined;
  entries: readonly Source[];
  matched: Map<Source, AppliedPatch>;
  /** Object directory with the commits; undefined if nothing was applied. */
  objects: string | undefined;
}

async function runPatches(
  ctx: Context,
  { places, scratch }: Work,
  input: {
    specFile: string;
    spec: SpecDocument;
    directory: string;
    downloads: Parameters<typeof bringSources>[1];
  },
): Promise<PatchRun> {
  const { specFile, spec, directory } = input;
  await bringSources(ctx, input.downloads, { from: places.distGit.dir, to: directory });
  const displayPath = join(places.distGit.dir, `${places.packageName}.spec`);
  ctx.ui.info(`%prep of ${displayPath} runs now: it is code of that repository.`);
  const strangers = {
    ...ctx,
    run: runForStrangers(ctx.run, ctx.env),
    paths: { ...ctx.paths, temp: scratch },
  };
  const evaluation = await withEvaluator(strangers, specFile, (evaluate) => evaluateSpec(spec, evaluate));
  const entries = patches(spec, evaluation);
  const prep = await prepare(strangers, { specFile, directory, workDir: scratch, displayPath });
  const matched = await matchPatches(prep.patches, entries, directory);
  requireForwards(prep.patches);
  for (const [entry, patch] of matched) checkPatch(ctx, entry, patch);
  const objects = prep.patches.length === 0 ? undefined : join(prep.gitDir, 'objects');
  return { evaluation, entries, matched, objects };
}

function requireForwards(applied: readonly AppliedPatch[]): void {
  const reversed = applied.find(({ kind }) => kind === 'reversed');
  if (reversed === undefined) return;
  const name = reversed.name === '' ? 'a patch' : reversed.name;
  throw new PackitError('PATCH_REVERSED', `%prep takes ${name} back (-R), which no commit can say`, {
    hint: 'Replace it in dist-git by a patch that applies forwards.',
  });
}

function checkPatch(ctx: Context, entry: Source, patch: AppliedPatch): void {
  const name = displayText(entry.filename);
  if ((patch.strip ?? 1) > 1 || patch.directory !== '') {
    ctx.ui.warn({
      code: 'INIT_PATCH_PLACE',
      message: `%prep applies ${name} ${patch.directory === '' ? `with -p${patch.strip}` : `in ${patch.directory}`}; packit would write it anew for -p1 at the top`,
      hint: 'It stays as it is while its commit does; before changing the commit, make %prep apply it with -p1 at the top.',
    });
  }
}

/** In the order of application; the author of what is no mail is who added the file to dist-git. */
async function patchCommits(
  { distGit, dist }: InitPlaces,
  matched: ReadonlyMap<Source, AppliedPatch>,
  committer: string,
): Promise<PatchCommits[]> {
  const result: PatchCommits[] = [];
  for (const [entry, patch] of matched) {
    const mail = patch.kind === 'am';
    const added = mail
      ? ''
      : await gitText(
          distGit,
          ['log', '--diff-filter=A', '--max-count=1', '--format=%H', dist, '--', entry.filename],
          { env: { GIT_LITERAL_PATHSPECS: '1' } },
        );
    const author = added === '' ? committer : (await readCommitObject(distGit, added)).author;
    const range = `${patch.before}..${patch.after}`;
    result.push({ entry, mail, noPrefix: patch.strip === 0, author, range });
  }
  return result;
}

async function commitDistro(workshop: Workshop, places: InitPlaces, committer: string): Promise<string> {
  const message = await withTrailers(workshop.git, Buffer.from('Initialize as a source-git repository\n'), [
    { token: FROM_DIST_GIT, value: places.dist },
  ]);
  const tree = await workshop.writeTree();
  const parent = places.upstream;
  return writeCommitObject(workshop.git, {
    tree,
    parent,
    author: committer,
    committer,
    encoding: undefined,
    message,
  });
}

/** The source-git repository last: until then nothing of it is seen. */
async function place(
  { sourceGit, distGit, branches, upstream }: InitPlaces,
  workshop: Workshop,
  tip: string,
): Promise<void> {
  if (branches.distGit !== undefined) {
    await distGit.exec(['checkout', '--quiet', '--no-overwrite-ignore', branches.distGit, '--'], {
      uninterrupted: true,
    });
  }
  await placeCommits({ repository: sourceGit, workshop, tip, base: upstream, branch: branches.sourceGit });
}
