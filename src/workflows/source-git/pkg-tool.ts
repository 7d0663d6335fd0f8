/** Sources of dist-git, with the tool its people use: fedpkg, centpkg and others of their kind. */
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError, isPackitError } from '../../errors.ts';
import { parseSources, planUploads } from '../../project/dist-git-sources/index.ts';
import type { Upload } from '../../project/dist-git-sources/index.ts';
import {
  configuredSources,
  downloadSources,
  planDownloads,
  remoteSpecSources,
} from '../../project/sources/index.ts';
import { createHttpClient } from '../../remote/http/index.ts';
import { evaluateSpec, patches, sources } from '../../spec/index.ts';
import type { Source } from '../../spec/index.ts';
import { distGitSpecName, readDistGitSpec } from '../release-update/index.ts';
import type { BranchWork } from '../release-update/index.ts';

/** @throws PackitError PKG_TOOL_MISSING */
export async function requireTool(ctx: Context, tool: string): Promise<void> {
  const places = tool.includes('/')
    ? [resolve(ctx.cwd, tool)]
    : (ctx.env.PATH ?? '').split(delimiter).map((directory) => join(directory, tool));
  for (const place of places) {
    if (
      await access(place, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw new PackitError('PKG_TOOL_MISSING', `${tool} is not executable or in any path`, {
    hint: 'Install it (dnf install fedpkg), or leave --pkg-tool out: then sources are neither downloaded nor uploaded.',
  });
}

/**
 * Downloads what the spec names by URL, runs the action `post-modifications`, and gives all that belongs to the lookaside cache to
 * `TOOL new-sources`, unless `sources` names every file with this very content. Returns the names of the files. A dry run does not
 * call the tool.
 * @throws PackitError PKG_TOOL_FAILED
 */
export async function newSources(ctx: Context, work: BranchWork, tool: string): Promise<string[]> {
  const { distGit, pkg } = work;
  await download(ctx, work);
  await work.actions.run('post-modifications');
  const tracked = await distGit.git.exec(['ls-files', '-z']);
  const names = new Set(tracked.stdout.toString().split('\0'));
  const files = (await specSources(work))
    .filter(({ kind, valid }) => kind === 'source' && valid !== false)
    .map(({ filename }) => join(distGit.dir, filename));
  const present: string[] = [];
  for (const file of new Set(files)) if (await exists(file)) present.push(file);
  const uploads = await planUploads({ files: present, tracked: names, hashType: 'sha512' });
  if (uploads.length === 0 || (await areListed(distGit.dir, uploads))) return [];
  if (!ctx.dryRun) await runTool(ctx, work, { tool, offline: !pkg.upload_sources, uploads });
  return uploads.map(({ filename }) => filename);
}

async function runTool(
  ctx: Context,
  { distGit }: BranchWork,
  { tool, offline, uploads }: { tool: string; offline: boolean; uploads: readonly Upload[] },
): Promise<void> {
  const program = tool.includes('/') ? resolve(ctx.cwd, tool) : tool;
  const argv = [
    program,
    'new-sources',
    ...(offline ? ['--offline'] : []),
    // All of them: the tool writes `sources` anew.
    ...uploads.map(({ path }) => path),
  ];
  try {
    await ctx.ui.step(`${tool} new-sources`, () => ctx.run(argv, { cwd: distGit.dir, live: true }));
  } catch (error) {
    if (!isPackitError(error) || !error.code.startsWith('COMMAND_')) throw error;
    throw new PackitError('PKG_TOOL_FAILED', `${tool} new-sources failed`, {
      hint: `Its output says why; often a login is missing (fkinit, kinit). Nothing was changed in either repository.`,
      details: error.details,
      cause: error,
    });
  }
}

async function download(ctx: Context, work: BranchWork): Promise<void> {
  const directory = work.distGit.dir;
  const wanted = [...configuredSources(work.pkg.sources), ...remoteSpecSources(await specSources(work))];
  const { downloads } = await planDownloads(wanted, [directory]);
  if (downloads.length === 0) return;
  const http = createHttpClient(ctx);
  try {
    await ctx.ui.step('Downloading sources', () =>
      downloadSources({
        downloads,
        directory,
        cache: join(ctx.paths.cache, 'sources'),
        http,
        ui: ctx.ui,
        signal: ctx.signal,
      }),
    );
  } finally {
    await http.close();
  }
}

/** Of the spec that source-git has brought over: the user's own. */
async function specSources({ pkg, distGit, specs }: BranchWork): Promise<Source[]> {
  const spec = await readDistGitSpec(pkg, distGit);
  if (spec === undefined) {
    throw new PackitError('SPEC_NOT_FOUND', `dist-git would have no ${distGitSpecName(pkg)}`, {
      hint: 'Let files_to_sync copy the spec file to this name, or the prepare-files action make it.',
    });
  }
  const evaluation = await evaluateSpec(spec, specs.own(distGit.dir), { macros: specs.macros });
  return [...sources(spec, evaluation), ...patches(spec, evaluation)];
}

async function areListed(directory: string, uploads: readonly Upload[]): Promise<boolean> {
  const text = await readFile(join(directory, 'sources'), 'utf8').catch(() => '');
  const { entries } = parseSources(text);
  return uploads.every(({ filename, hash, hashType }) =>
    entries.some(
      (entry) =>
        entry.filename === filename && entry.hashType === hashType && entry.hash.toLowerCase() === hash,
    ),
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
