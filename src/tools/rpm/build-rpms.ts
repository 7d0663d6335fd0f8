/** `rpmbuild -bb`: binary packages, on this machine. */
import { mkdir, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { CommandError, PackitError } from '../../errors.ts';
import type { Run } from '../process/index.ts';
import { binaryBuildError } from './binary-build-error.ts';
import { runsCode } from './build-srpm.ts';
import { defineArguments, loadArguments } from './macro-text.ts';
import { isNotFound, missingToolError } from './missing.ts';
import { CHOOSE_TMPDIR, plainPath, plainSpec } from './plain-paths.ts';
import { withoutPath } from './shown-output.ts';
import type { ShowOutput } from './shown-output.ts';
import { copyLinkedFiles, withFilesOf } from './staging.ts';

export interface BuildRpmsOptions {
  run: Run;
  /** The spec to build: absolute, or relative to `stagingDir`. */
  specFile: string;
  /**
   * Absolute directory that holds every source; private, because a build may write to its sources: links in it become
   * copies.
   */
  stagingDir: string;
  /** Absolute private directory for the build tree and the packages; made if it is missing. */
  workDir: string;
  macroFiles?: readonly string[];
  /** As in `buildSrpm`. */
  codeDirs?: readonly string[];
  /** The spec's path as the user knows it, for messages. */
  displayPath?: string;
  /** Is shown rpmbuild's output as it comes, but for the paths of the packages in `workDir`. */
  onOutput?: ShowOutput;
  /** Milliseconds rpmbuild may take. Default: no limit. */
  timeout?: number;
}

/**
 * Builds binary packages. The packages are found in rpmbuild's result directory,
 * not in what it prints.
 * @returns absolute paths below `workDir`, sorted
 * @throws PackitError `RPM_MISSING`, `BUILD_DEPENDENCIES_MISSING`, `ARCHITECTURE_EXCLUDED`, `RPM_BUILD_FAILED`, `DISK_FULL`,
 *   `RPMS_NOT_FOUND`
 */
export async function buildRpms(options: BuildRpmsOptions): Promise<string[]> {
  const { stagingDir, workDir, codeDirs = [] } = options;
  const specFile = resolve(stagingDir, options.specFile);
  await copyLinkedFiles(stagingDir);
  await mkdir(join(workDir, 'BUILD'), { recursive: true });
  await mkdir(join(workDir, 'tmp'), { recursive: true });
  const argv = binaryArguments({ ...options, specFile });
  const work = (): Promise<void> => runRpmbuild(argv, specFile, options);
  const linked = [...new Set(codeDirs)].filter((directory) => directory !== stagingDir);
  if (linked.length > 0 && runsCode(specFile)) await withFilesOf(linked, stagingDir, work);
  else await work();
  const rpms = await packagesIn(join(workDir, 'RPMS'));
  if (rpms.length > 0) return rpms;
  throw new PackitError('RPMS_NOT_FOUND', 'rpmbuild succeeded but made no package', {
    hint: 'A spec without a %files section makes none: add one.',
  });
}

/** The packages the spec would make, `noarch/hello-1.2-1.noarch.rpm`, without building them. */
export async function namesOfRpms(options: Omit<BuildRpmsOptions, 'timeout'>): Promise<string[]> {
  const [, , ...argv] = binaryArguments({
    ...options,
    specFile: resolve(options.stagingDir, options.specFile),
  });
  const format = '%{ARCH}/%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm\\n';
  const { stdout } = await options.run(['rpmspec', '-q', '--qf', format, ...argv], {
    cwd: options.stagingDir,
  });
  return stdout.toString('utf8').trim().split('\n');
}

/** The argument list of rpmbuild. */
export function binaryArguments(
  options: Pick<BuildRpmsOptions, 'specFile' | 'stagingDir' | 'workDir' | 'macroFiles'>,
): string[] {
  const { specFile, stagingDir, workDir } = options;
  for (const directory of [stagingDir, workDir]) plainPath(directory, CHOOSE_TMPDIR);
  const below = (name: string): string => join(workDir, name);
  return [
    'rpmbuild',
    '-bb',
    ...loadArguments(options.macroFiles ?? []),
    ...defineArguments({
      _topdir: workDir,
      _sourcedir: stagingDir,
      _specdir: stagingDir,
      _builddir: below('BUILD'),
      _buildrootdir: below('BUILDROOT'),
      _rpmdir: below('RPMS'),
      _srcrpmdir: below('SRPMS'),
      // The scripts of the sections, which rpmbuild leaves behind where one fails.
      _tmppath: below('tmp'),
    }),
    plainSpec(specFile),
  ];
}

async function runRpmbuild(
  argv: readonly string[],
  specFile: string,
  options: BuildRpmsOptions,
): Promise<void> {
  const shown = options.onOutput === undefined ? undefined : withoutPath(options.onOutput);
  try {
    await options.run(argv, {
      cwd: options.stagingDir,
      ...(shown === undefined ? {} : { onOutput: shown.pass }),
      ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
      // rpm's messages are read by packit: in English.
      env: { LC_ALL: 'C.UTF-8', LANGUAGE: undefined },
    });
  } catch (error) {
    if (isNotFound(error)) throw await missingToolError('rpmbuild', error);
    if (!(error instanceof CommandError) || error.code !== 'COMMAND_FAILED') throw error;
    const specName = basename(specFile);
    throw binaryBuildError(error, { specName, displayPath: options.displayPath ?? specName });
  } finally {
    shown?.end();
  }
}

async function packagesIn(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  return names
    .filter((name) => name.endsWith('.rpm'))
    .sort()
    .map((name) => join(directory, name));
}
