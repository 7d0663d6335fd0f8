/** `rpmbuild -bs`. */
import { readFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { CommandError, PackitError } from '../../errors.ts';
import type { Environment, Run, RunResult } from '../process/index.ts';
import { buildError } from './build-error.ts';
import { parseComplaints } from './complaints.ts';
import { defineArguments, loadArguments } from './macro-text.ts';
import { isNotFound, missingToolError } from './missing.ts';
import { CHOOSE_TMPDIR, plainPath, plainSpec } from './plain-paths.ts';
import { withoutPath } from './shown-output.ts';
import type { ShowOutput } from './shown-output.ts';
import { isMostlyCompressed, normalizeFiles, withFilesOf } from './staging.ts';

export interface BuildSrpmOptions {
  run: Run;
  /** The spec to build, usually in `stagingDir`: absolute, or relative to it. */
  specFile: string;
  /** Absolute directory that holds every source; rpmbuild's `_sourcedir` and working directory. */
  stagingDir: string;
  /** Absolute directory the SRPM is written to; made if it is missing. */
  outDir: string;
  /** Seconds since 1970: everything the SRPM records of time, host and files becomes reproducible. */
  epoch?: number;
  macros?: Readonly<Record<string, string>>;
  macroFiles?: readonly string[];
  env?: Environment;
  /** Is shown rpmbuild's output as it comes, but for the path of the SRPM: `outDir` need not be where it stays. */
  onOutput?: ShowOutput;
  /**
   * `stagingDir` is the user's own directory (`--in-place`): its files are not touched, whatever `epoch` is.
   */
  inPlace?: boolean;
  /**
   * The directories the spec was written for: its own, then the one rpmbuild was run in. If the spec runs code
   * (`%(git describe)`, `%include`), their files are linked into the staging directory during the build; the
   * first of a name counts.
   */
  codeDirs?: readonly string[];
  /** The spec's path as the user knows it, for messages. Default: the name of `specFile`. */
  displayPath?: string;
}

export interface BuiltSrpm {
  /** Absolute path. */
  path: string;
  /** What rpm complained of, though it succeeded. */
  warnings: string[];
}

/**
 * Builds a SRPM.
 *
 * The directory macros are relative and rpmbuild runs in the staging directory, because the header of a SRPM
 * holds the expanded spec with all paths in it. All of them are the same directory, so that rpmbuild makes none.
 * @throws PackitError `RPM_MISSING`, `SRPM_SOURCE_MISSING`, `DISK_FULL`, `SRPM_BUILD_FAILED`, `SRPM_NOT_FOUND`
 */
export async function buildSrpm(options: BuildSrpmOptions): Promise<BuiltSrpm> {
  const { stagingDir, codeDirs = [] } = options;
  const specFile = plainSpec(resolve(plainPath(stagingDir, CHOOSE_TMPDIR), options.specFile));
  const inPlace = options.inPlace === true;
  if (options.epoch !== undefined && !inPlace) await normalizeFiles(stagingDir, options.epoch);
  const payload = payloadMacros(options, inPlace);
  const argv = rpmbuildArguments({ ...options, specFile }, payload);
  const work = (): Promise<RunResult> => runRpmbuild(argv, specFile, options);
  const linked = [...new Set(codeDirs)].filter((directory) => directory !== stagingDir);
  const needsCode = linked.length > 0 && !inPlace && runsCode(specFile);
  const result = needsCode ? await withFilesOf(linked, stagingDir, work) : await work();
  const path = writtenSrpm(result.stdout.toString('utf8'));
  if (path === undefined) {
    throw new PackitError('SRPM_NOT_FOUND', 'rpmbuild succeeded but did not say where it wrote the SRPM', {
      details: result.stdout.toString('utf8').trim().split('\n').slice(-20),
    });
  }
  const warnings = parseComplaints(result.stderr.toString('utf8'), basename(specFile));
  return { path: resolve(stagingDir, path), warnings: warnings.map(({ message }) => message) };
}

async function runRpmbuild(
  argv: readonly string[],
  specFile: string,
  options: BuildSrpmOptions,
): Promise<RunResult> {
  const shown = options.onOutput === undefined ? undefined : withoutPath(options.onOutput);
  try {
    return await options.run(argv, {
      cwd: options.stagingDir,
      ...(shown === undefined ? {} : { onOutput: shown.pass }),
      env: {
        ...options.env,
        // rpm's messages are read by packit: in English.
        LC_ALL: 'C.UTF-8',
        LANGUAGE: undefined,
        ...(options.epoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(options.epoch), TZ: 'UTC' }),
      },
    });
  } catch (error) {
    if (isNotFound(error)) throw await missingToolError('rpmbuild', error);
    if (!(error instanceof CommandError)) throw error;
    throw buildError(error, {
      specName: basename(specFile),
      displayPath: options.displayPath ?? basename(specFile),
    });
  } finally {
    shown?.end();
  }
}

/** The argument list of rpmbuild; later `--define`s win over earlier ones. */
export function rpmbuildArguments(
  options: Pick<BuildSrpmOptions, 'specFile' | 'stagingDir' | 'outDir' | 'epoch' | 'macros' | 'macroFiles'>,
  payload: Readonly<Record<string, string>> = {},
): string[] {
  return [
    'rpmbuild',
    '-bs',
    ...loadArguments(options.macroFiles ?? []),
    ...defineArguments({
      _topdir: '.',
      _sourcedir: '.',
      _specdir: '.',
      _builddir: '.',
      _rpmdir: '.',
      _buildrootdir: '.',
      _srcrpmdir: plainPath(options.outDir, CHOOSE_TMPDIR),
      ...(options.epoch === undefined ? {} : REPRODUCIBLE),
      ...payload,
      ...options.macros,
    }),
    specArgument(options.specFile, options.stagingDir),
  ];
}

/** `./x.spec` for a spec of the staging directory: a name that begins with `-` is no option. */
function specArgument(specFile: string, stagingDir: string): string {
  return dirname(specFile) === stagingDir ? `./${relative(stagingDir, specFile)}` : specFile;
}

/** The second and third are the same wish to rpm before and since 4.20. */
const REPRODUCIBLE = {
  use_source_date_epoch_as_buildtime: '1',
  clamp_mtime_to_source_date_epoch: '1',
  build_mtime_policy: 'clamp_to_source_date_epoch',
  // rpm would take the epoch from the newest changelog entry instead.
  source_date_epoch_from_changelog: '0',
  _buildhost: 'reproducible',
  // The header names the owner of every file.
  _srcdefattr: '(-,root,root)',
};

/**
 * rpm's default payload (gzip level 9 upstream) is kept, except for large sources that are compressed
 * already: those are stored (`w.ufdio`). That is Fedora's own default for SRPMs, every rpm reads it (no
 * `rpmlib(PayloadIs...)` dependency, EL 6 included), and 200 MB take 0.9 s instead of 7 at 0.03% more bytes.
 */
function payloadMacros(options: BuildSrpmOptions, inPlace: boolean): Record<string, string> {
  if (inPlace || Object.hasOwn(options.macros ?? {}, '_source_payload')) return {};
  return isMostlyCompressed(options.stagingDir) ? { _source_payload: 'w.ufdio' } : {};
}

/** True if rpm runs programs or reads other files while it parses the spec. */
export function runsCode(specFile: string): boolean {
  try {
    return /%\(|%\{?[?!]*(?:lua|include|load|exists)\b/.test(readFileSync(specFile, 'latin1'));
  } catch {
    // rpmbuild says it better.
    return false;
  }
}

/** The path rpmbuild says it wrote; `nosrc` for specs with NoSource. */
export function writtenSrpm(stdout: string): string | undefined {
  const pattern = /^Wrote: (.+\.(?:no)?src\.rpm)\s*$/gm;
  return [...stdout.matchAll(pattern)].at(-1)?.[1];
}
