import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { cp, mkdir, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { PackitError, hasErrnoCode, messageOf } from '../errors.ts';
import type { PackageConfig } from '../project/config/index.ts';
import { isInside as staysInside } from '../project/inside.ts';
import {
  checkoutRequested,
  forEachPackage,
  openProject,
  preparePackage,
  wantsRef,
  withPlaceFor,
} from './srpm/index.ts';
import type { FailedPackage, PreparationInput, PreparedPackage, RefRequest } from './srpm/index.ts';

export interface PrepareSourcesInput extends PreparationInput, RefRequest {
  /** Default: `prepare_sources_result` in the current directory, with the package's path as suffix. */
  resultDir?: string;
  /** Work with the values of this job of the package (counted from 0) instead of the package's own. */
  jobConfigIndex?: number;
  /** Link an archive that is made outside of the spec's directory; else copy it. */
  createSymlinks: boolean;
}

export interface PreparedSources {
  package: string;
  /** Absolute path of the directory with the spec and its sources. */
  resultDir: string;
  version: string;
}

export interface PrepareSourcesResult {
  prepared: PreparedSources[];
  failed: FailedPackage[];
}

/** Prepares the sources of SRPMs as `srpm` does, into directories, for a service that builds them elsewhere. */
export async function prepareSources(
  ctx: Context,
  input: PrepareSourcesInput,
): Promise<PrepareSourcesResult> {
  const arrange = wantsRef(input)
    ? (git: Parameters<typeof checkoutRequested>[0]) => checkoutRequested(git, ctx, input)
    : undefined;
  const foreign = input.prId !== undefined && input.prId !== '';
  const project = await openProject(ctx, { ...input, foreign }, arrange);
  try {
    const packages = jobPackages(project.packages, project.config, input.jobConfigIndex);
    const { done, failed } = await forEachPackage(ctx, packages, (pkg, packageCtx) =>
      withPlaceFor(packageCtx, input, project, pkg, async (place) => {
        const prepared = await preparePackage(packageCtx, input, place, pkg, {
          symlinks: input.createSymlinks,
        });
        const resultDir = resolve(ctx.cwd, input.resultDir ?? defaultResultDir(pkg));
        await copySources(prepared, resultDir);
        ctx.ui.info(`Directory with sources: ${resultDir}`);
        return { package: pkg.name, resultDir, version: prepared.version };
      }),
    );
    return { prepared: done, failed };
  } finally {
    await project.dispose();
  }
}

/**
 * The packages with the values of a job. Jobs are counted for each package among those about it, as the reference counts them: in a
 * configuration of one package that is its place in `jobs`.
 */
function jobPackages(
  packages: readonly PackageConfig[],
  config: { jobs: readonly { packages: readonly PackageConfig[] }[]; file: string },
  index: number | undefined,
): readonly PackageConfig[] {
  if (index === undefined) return packages;
  return packages.map(({ name }) => {
    const own = config.jobs.flatMap((job) => job.packages.find((pkg) => pkg.name === name) ?? []);
    const values = own[index];
    if (values !== undefined) return values;
    const about = packages.length === 1 ? '' : ` about ${name}`;
    throw new PackitError(
      'JOB_INDEX_INVALID',
      `The configuration has no job ${index}${about}: there are ${own.length}, counted from 0`,
      {
        location: { file: config.file },
        hint:
          own.length === 0
            ? 'Leave --job-config-index out.'
            : `Give --job-config-index a number from 0 to ${own.length - 1}.`,
      },
    );
  });
}

/** As the reference names it: `./prepare_sources_result[_<path of the package>]`. */
function defaultResultDir(pkg: PackageConfig): string {
  const path = (pkg.paths[0] ?? '').replace(/^[./\\]+|[./\\]+$/g, '');
  return path === '' ? 'prepare_sources_result' : `prepare_sources_result_${path}`;
}

/** Adds the content of the spec's directory, with what was prepared, to `target`; what else is there stays. */
async function copySources(prepared: PreparedPackage, target: string): Promise<void> {
  try {
    await makeDirectories(target);
    const { project } = prepared.work;
    const leaveOut = (path: string): boolean => {
      if (!project.foreign || staysInside(project.root, path)) return false;
      prepared.work.ctx.ui.info(
        `Left out, as it leads out of the repository: ${relative(project.root, path)}`,
      );
      return true;
    };
    if (prepared.specDir !== prepared.workDir) await copyInto(prepared.specDir, target, leaveOut);
    await copyInto(prepared.workDir, target, leaveOut);
  } catch (error) {
    if (error instanceof PackitError) throw error;
    if (hasErrnoCode(error, 'ENOSPC')) {
      throw new PackitError('DISK_FULL', `The disk is full: cannot copy the sources to ${target}`, {
        hint: 'Free some space, or choose another directory with --result-dir.',
        cause: error,
      });
    }
    throw new PackitError(
      'RESULT_DIR_NOT_WRITABLE',
      `Cannot copy the sources to ${target}: ${messageOf(error)}`,
      {
        hint: 'Choose a directory you can write to with --result-dir.',
        cause: error,
      },
    );
  }
}

/** One at a time: below `/proc` the recursive `mkdir` of Node never ends. */
async function makeDirectories(path: string): Promise<void> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  if (dirname(path) !== path) await makeDirectories(dirname(path));
  await mkdir(path).catch((error: unknown) => {
    // Another run may have been quicker.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  });
}

async function copyInto(from: string, target: string, leaveOut: (path: string) => boolean): Promise<void> {
  const [source, result] = [await realpath(from), await realpath(target)];
  if (source === result) return;
  for (const name of await readdir(source)) {
    if (name === '.git' || leaveOut(join(source, name))) continue;
    await copyEntry(join(source, name), join(result, name), result);
  }
}

async function copyEntry(from: string, to: string, result: string): Promise<void> {
  if (isInside(result, from)) {
    // The result is somewhere below what is copied: everything else of that directory, but not the result itself.
    if (from === result) return;
    await mkdir(to, { recursive: true });
    for (const name of await readdir(from)) await copyEntry(join(from, name), join(to, name), result);
    return;
  }
  const stat = lstatSync(from);
  if (stat.isSymbolicLink() && keepsMeaning(from)) {
    await rm(to, { force: true, recursive: true });
    await symlink(readlinkSync(from), to);
    return;
  }
  const real = statSync(from, { throwIfNoEntry: false });
  if (real === undefined || (!real.isFile() && !real.isDirectory())) return;
  const there = statSync(to, { throwIfNoEntry: false });
  if (there?.ino === real.ino && there.dev === real.dev) return;
  if (real.isFile()) await rm(to, { force: true, recursive: true });
  await cp(await realpath(from), to, {
    recursive: true,
    force: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    mode: constants.COPYFILE_FICLONE,
  });
}

/** A relative link to something beside it; any other would dangle once the working copy is gone. */
function keepsMeaning(link: string): boolean {
  const target = readlinkSync(link);
  return !isAbsolute(target) && !target.split('/').includes('..');
}

function isInside(path: string, directory: string): boolean {
  const inside = relative(directory, path);
  return !inside.startsWith('..') && !isAbsolute(inside);
}
