/** `%prep` of dist-git's spec, in a private place. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Context } from '../../context.ts';
import { parseSources } from '../../project/dist-git-sources/index.ts';
import { downloadSources, hashFile } from '../../project/sources/index.ts';
import { createHttpClient } from '../../remote/http/index.ts';
import type { Lookaside, LookasideDownload } from '../../remote/lookaside/index.ts';
import type { Source } from '../../spec/index.ts';
import { createGit } from '../../tools/git/index.ts';
import { fedoraStandIns, runPrep } from '../../tools/rpm/index.ts';
import type { AppliedPatch, PrepResult } from '../../tools/rpm/index.ts';
import type { InitPlaces } from './init-places.ts';

/** The files of dist-git's commit, in a new directory. The repository is only read. */
export async function exportDistGit(ctx: Context, places: InitPlaces, scratch: string): Promise<string> {
  const directory = join(scratch, 'dist-git');
  await mkdir(directory);
  const { stdout } = await places.distGit.exec(['rev-parse', '--absolute-git-dir']);
  const git = createGit(ctx.run, directory, {
    isolated: true,
    env: {
      GIT_DIR: stdout.toString().trim(),
      GIT_WORK_TREE: directory,
      GIT_INDEX_FILE: join(scratch, 'dist-git.index'),
    },
  });
  await git.exec(['read-tree', '--reset', '-u', places.dist]);
  return directory;
}

/** What the `sources` file names, and where the lookaside cache has it. */
export async function lookasideSources(
  directory: string,
  lookaside: Pick<Lookaside, 'downloads'> | undefined,
  packageName: string,
): Promise<LookasideDownload[]> {
  const text = await readFile(join(directory, 'sources'), 'utf8').catch(() => '');
  return lookaside?.downloads(packageName, parseSources(text).entries) ?? [];
}

/** Brings the archives: from the dist-git checkout, if the right ones lie there, else from the lookaside cache. */
export async function bringSources(
  ctx: Context,
  downloads: readonly LookasideDownload[],
  { from, to }: { from: string; to: string },
): Promise<void> {
  const missing: LookasideDownload[] = [];
  for (const download of downloads) {
    const { filename, expected } = download;
    const there = join(from, filename);
    const usable =
      (await stat(there).catch(() => undefined))?.isFile() === true &&
      (await hashFile(there, expected.hash.type)) === expected.hash.value;
    if (usable) await copyFile(there, join(to, filename));
    else missing.push(download);
  }
  if (missing.length === 0) return;
  const http = createHttpClient(ctx);
  try {
    await ctx.ui.step('Downloading sources', () =>
      downloadSources({
        downloads: missing,
        directory: to,
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

export interface PrepInput {
  specFile: string;
  directory: string;
  workDir: string;
  displayPath: string;
}

/** Runs `%prep`. It has a home directory of its own; what of the environment it is told is the business of the context's `run`. */
export async function prepare(ctx: Context, input: PrepInput): Promise<PrepResult> {
  const { run } = ctx;
  const text = await readFile(input.specFile);
  const { macroFile } = await fedoraStandIns({ run, text, directory: input.workDir });
  return ctx.ui.step('Running %prep', () =>
    runPrep({
      run,
      specFile: input.specFile,
      sourceDir: input.directory,
      workDir: input.workDir,
      env: ctx.env,
      displayPath: input.displayPath,
      ...(macroFile === undefined ? {} : { macroFiles: [macroFile] }),
    }),
  );
}

/** Which Patch tag each applied patch belongs to, by its name; by its content, where it came through a pipe. */
export async function matchPatches(
  applied: readonly AppliedPatch[],
  entries: readonly Source[],
  directory: string,
): Promise<Map<Source, AppliedPatch>> {
  const matched = new Map<Source, AppliedPatch>();
  const byHash = new Map<string, Source[]>();
  for (const entry of entries) {
    const content = await readFile(join(directory, basename(entry.filename))).catch(() => undefined);
    if (content === undefined) continue;
    const key = digest(content);
    byHash.set(key, [...(byHash.get(key) ?? []), entry]);
  }
  for (const patch of applied) {
    const named = entries.find((entry) => patch.name !== '' && basename(entry.filename) === patch.name);
    const entry = named ?? byHash.get(digest(patch.content))?.find((candidate) => !matched.has(candidate));
    if (entry !== undefined && !matched.has(entry)) matched.set(entry, patch);
  }
  return matched;
}

function digest(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
