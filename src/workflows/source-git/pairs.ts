/** Which packages of a source-git repository a command works on, and where dist-git is for each. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { PackitError, isPackitError } from '../../errors.ts';
import { loadConfig, SOURCE_GIT_CONFIG } from '../../project/config/index.ts';
import type { PackageConfig } from '../../project/config/index.ts';
import { createGit } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';

export interface PairInput {
  /** Directories, relative to the context's. */
  sourceGit: string;
  distGit: string;
}

export interface Pair {
  pkg: PackageConfig;
  /** git at the top of each. */
  sourceGit: Git;
  distGit: Git;
  /** As the user wrote it; of a folder of repositories, with the one it is in. */
  names: { sourceGit: string; distGit: string };
}

export interface OpenedPairs {
  pairs: Pair[];
  /** DIST_GIT is a folder of repositories; those that do not belong to the source-git repository are no error. */
  folder: boolean;
}

/**
 * The package whose `downstream_package_name` is the name of DIST_GIT's directory, else the only one there is; if DIST_GIT is a
 * plain folder, every repository in it that has a package's name. The configuration is always `.distro/source-git.yaml`.
 * @throws PackitError DIRECTORY_MISSING, SOURCE_GIT_CONFIG_MISSING, and those of `loadConfig`
 */
export async function openPairs(ctx: Context, input: PairInput): Promise<OpenedPairs> {
  const sourceGit = await directory(ctx, input.sourceGit, 'SOURCE_GIT');
  const distGit = await directory(ctx, input.distGit, 'DIST_GIT');
  if (!existsSync(join(sourceGit, SOURCE_GIT_CONFIG))) throw configMissing(input, sourceGit, distGit);
  const config = await loadConfig({
    root: sourceGit,
    configPath: SOURCE_GIT_CONFIG,
    cwd: sourceGit,
    env: ctx.env,
  });
  for (const warning of config.warnings) ctx.ui.warn(warning);
  const open = (pkg: PackageConfig, dir: string, name: string): Pair => ({
    pkg,
    sourceGit: createGit(ctx.run, sourceGit),
    distGit: createGit(ctx.run, dir),
    names: { sourceGit: input.sourceGit, distGit: name },
  });
  const { packages } = config;
  const repository = existsSync(join(distGit, '.git'));
  const named = packages.filter((pkg) => pkg.downstream_package_name === basename(distGit));
  const chosen = named.length > 0 ? named : packages.length === 1 ? packages : [];
  if (repository && chosen.length > 0) {
    return { pairs: chosen.map((pkg) => open(pkg, distGit, input.distGit)), folder: false };
  }
  const pairs: Pair[] = [];
  for (const name of repository ? [] : (await readdir(distGit)).sort()) {
    if (!existsSync(join(distGit, name, '.git'))) continue;
    for (const pkg of packages) {
      if (pkg.downstream_package_name !== name) continue;
      pairs.push(open(pkg, join(distGit, name), join(input.distGit, name)));
    }
  }
  if (pairs.length === 0) {
    ctx.ui.warn({
      code: 'SOURCE_GIT_NO_PACKAGE',
      message: `No match found for source git ${input.sourceGit} and dist git ${input.distGit}`,
      hint: `DIST_GIT is a git repository, or a folder with repositories that are called as the packages are: ${packages.map((pkg) => pkg.downstream_package_name ?? pkg.name).join(', ')}.`,
    });
  }
  return { pairs, folder: true };
}

/**
 * Does something for each pair, one after the other. In a folder of repositories those are passed over that the trailers of the
 * source-git repository do not speak of.
 */
export async function forEachPair<Result>(
  ctx: Context,
  input: PairInput,
  work: (pair: Pair) => Promise<Result>,
): Promise<Result[]> {
  const { pairs, folder } = await openPairs(ctx, input);
  const results: Result[] = [];
  for (const pair of pairs) {
    try {
      results.push(await work(pair));
    } catch (error) {
      if (!folder || !isPackitError(error) || error.code !== 'SYNC_COMMIT_UNKNOWN') throw error;
      ctx.ui.info(`${pair.names.distGit} is passed over: ${error.message}`);
    }
  }
  return results;
}

async function directory(ctx: Context, path: string, argument: string): Promise<string> {
  const absolute = resolve(ctx.cwd, path);
  const found = await stat(absolute).catch(() => undefined);
  if (found?.isDirectory() === true) return realpath(absolute);
  throw new PackitError('DIRECTORY_MISSING', `${argument}: there is no directory ${path}`, {
    hint: 'The order of the repositories is: update-dist-git SOURCE_GIT DIST_GIT, update-source-git DIST_GIT SOURCE_GIT, status SOURCE_GIT DIST_GIT.',
  });
}

function configMissing(input: PairInput, sourceGit: string, distGit: string): PackitError {
  const swapped = existsSync(join(distGit, SOURCE_GIT_CONFIG));
  return new PackitError(
    'SOURCE_GIT_CONFIG_MISSING',
    `${input.sourceGit} is no source-git repository: it has no ${SOURCE_GIT_CONFIG}`,
    {
      hint: swapped
        ? `${input.distGit} has one: give the two repositories the other way round.`
        : 'Make one with packit source-git init, or check out the branch that has it.',
      location: { file: join(sourceGit, SOURCE_GIT_CONFIG) },
    },
  );
}
