/** `rpmbuild -bp`, with every patch of the spec as commits. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CommandError, PackitError } from '../../errors.ts';
import type { Environment, Run } from '../process/index.ts';
import { buildError } from './build-error.ts';
import { defineArguments, loadArguments } from './macro-text.ts';
import { isNotFound, missingToolError } from './missing.ts';
import { CHOOSE_TMPDIR, plainPath } from './plain-paths.ts';
import { prepHookText, quoted } from './prep-hook.ts';

export interface RunPrepOptions {
  run: Run;
  /** Absolute. */
  specFile: string;
  /** Absolute directory that holds sources and patches. */
  sourceDir: string;
  /** An existing directory of this run, without blanks in its path; everything is made below it. */
  workDir: string;
  macroFiles?: readonly string[];
  /** Of it PATH and HOME count; the rest is the business of `run`. */
  env: Environment;
  /** The spec's path as the user knows it, for messages. */
  displayPath: string;
}

/** A patch in the order of its application. */
export interface AppliedPatch {
  /** The file's name as the script saw it; empty if it came through a pipe. */
  name: string;
  content: Buffer;
  /** `am`: it was a mail, whose commits carry author and message. `reversed`: applied with `-R`. */
  kind: 'am' | 'patch' | 'reversed';
  /** The number of `-p`; undefined without one. */
  strip: number | undefined;
  /** Where it was applied, relative to the top of the sources. */
  directory: string;
  /** Full hashes: the commit before, and the last one of the patch. */
  before: string;
  after: string;
}

export interface PrepResult {
  /** Git directory that has the commits; not there if no patch was applied. */
  gitDir: string;
  patches: AppliedPatch[];
}

/** All ways `%autosetup -S` knows to apply patches. */
const KINDS = ['patch', 'gendiff', 'git', 'git_am', 'hg', 'bzr', 'quilt'];
/** Those whose repositories are made by programs that may not be there, and which nobody looks at here. */
const OWN_SETUP = ['hg', 'bzr', 'quilt'];

/**
 * Runs `%prep`. It is the spec's code, and runs as the user, with a home directory of its own and without network being
 * needed. `%patch`, `%autopatch`, `%autosetup` with any `-S` and a plain `patch` all come to the same script.
 * @throws PackitError RPM_MISSING, PREP_FAILED, SRPM_SOURCE_MISSING, PATCH_NOT_INSTALLED, PATH_WITH_MACRO
 */
export async function runPrep(options: RunPrepOptions): Promise<PrepResult> {
  const { run, specFile, sourceDir, workDir, env } = options;
  const below = (name: string): string => join(workDir, name);
  for (const name of ['records', 'bin', 'home', 'BUILD', 'tmp'])
    await mkdir(below(name), { recursive: true });
  plainPath(workDir, CHOOSE_TMPDIR);
  const hook = below('bin/packit-patch');
  const [git, patch] = [await findProgram(run, 'git', workDir), await findProgram(run, 'patch', workDir)];
  await writeFile(hook, prepHookText({ records: below('records'), git, patch }), { mode: 0o755 });
  await symlink('packit-patch', below('bin/patch'));
  await copyUserMacros(env, below('home'));
  const argv = [
    'rpmbuild',
    '-bp',
    '--nodeps',
    ...loadArguments(options.macroFiles ?? []),
    ...defineArguments({
      _topdir: workDir,
      _sourcedir: sourceDir,
      _specdir: sourceDir,
      _builddir: below('BUILD'),
      _buildrootdir: below('BUILDROOT'),
      _tmppath: below('tmp'),
    }),
    ...hookDefines(quoted(hook)),
    specFile,
  ];
  await runRpmbuild(argv, options, {
    PATH: `${below('bin')}:${env.PATH ?? '/usr/bin:/bin'}`,
    HOME: below('home'),
    TMPDIR: below('tmp'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    LC_ALL: 'C.UTF-8',
    LANGUAGE: undefined,
  });
  return { gitDir: below('records/git'), patches: await readRecords(below('records')) };
}

/** Macros with parameters cannot go through `defineArguments`: the parameters are part of the name. */
function hookDefines(hook: string): string[] {
  const flags = '%{-p:-p%{-p*}} --fuzz=%{_default_patch_fuzz} %{_default_patch_flags}';
  return [
    '--define',
    `__patch ${hook}`,
    ...KINDS.flatMap((kind) => [
      '--define',
      `__scm_apply_${kind}(qp:m:) ${hook} --packit ${kind} %{1} ${flags}`,
    ]),
    ...OWN_SETUP.flatMap((kind) => ['--define', `__scm_setup_${kind}(q) %{nil}`]),
  ];
}

async function runRpmbuild(
  argv: readonly string[],
  { run, specFile, sourceDir, displayPath }: RunPrepOptions,
  env: Environment,
): Promise<void> {
  try {
    await run(argv, { cwd: sourceDir, live: true, env });
  } catch (error) {
    if (isNotFound(error)) throw await missingToolError('rpmbuild', error);
    if (!(error instanceof CommandError) || error.code !== 'COMMAND_FAILED') throw error;
    const place = { specName: basename(specFile), displayPath };
    throw buildError(error, place, { code: 'PREP_FAILED', what: 'the patched sources (%prep)' });
  }
}

async function findProgram(run: Run, name: string, cwd: string): Promise<string> {
  const { exitCode, stdout } = await run(['sh', '-c', 'command -v "$1"', 'sh', name], {
    cwd,
    okExitCodes: [0, 1, 127],
  });
  if (exitCode === 0) return stdout.toString().trim();
  throw new PackitError(`${name.toUpperCase()}_NOT_INSTALLED`, `${name} is not installed`, {
    hint: `Install it: dnf install ${name}, apt-get install ${name} or zypper install ${name}.`,
  });
}

/** rpm's macros of the user, which may be needed to read the spec. */
async function copyUserMacros(env: Environment, home: string): Promise<void> {
  const file = env.HOME === undefined ? undefined : join(env.HOME, '.rpmmacros');
  if (file !== undefined && existsSync(file)) await copyFile(file, join(home, '.rpmmacros'));
}

async function readRecords(records: string): Promise<AppliedPatch[]> {
  if (!existsSync(join(records, 'count'))) return [];
  const read = (name: string): Promise<string> => readFile(join(records, name), 'utf8');
  const count = Number(await read('count'));
  const patches: AppliedPatch[] = [];
  for (let number = 1; number <= count; number += 1) {
    const strip = await read(`${number}.strip`);
    const kind = await read(`${number}.kind`);
    const [before = '', after = ''] = (await read(`${number}.range`)).trim().split(' ');
    patches.push({
      name: await read(`${number}.name`),
      content: await readFile(join(records, `${number}.patch`)),
      kind: kind === 'am' || kind === 'reversed' ? kind : 'patch',
      strip: /^\d+$/.test(strip) ? Number(strip) : undefined,
      directory: await read(`${number}.directory`),
      before,
      after,
    });
  }
  return patches;
}
