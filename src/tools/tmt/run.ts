/** `tmt run`: the tests of a repository, plan by plan. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { CommandError, PackitError } from '../../errors.ts';
import type { Run } from '../process/index.ts';
import { judgePlan } from './results.ts';
import type { PlanVerdict } from './results.ts';

/** Where tests run: a container of the image, or this machine itself, which tests may change. */
export type Provision =
  | { how: 'container'; image: string }
  | { how: 'local' }
  | { how: 'virtual'; image: string };

export interface TmtOptions {
  run: Run;
  /** The directory whose plans are run. */
  cwd: string;
  /** Absolute directory for tmt's files of this run; kept by the caller. */
  runDir: string;
  provision: Provision;
  /** Regular expressions; none: every plan. */
  plans: readonly string[];
  /** Absolute paths of packages that are installed before the plan's own preparation. */
  packages: readonly string[];
  /** Milliseconds tmt may take. Default: no limit. */
  timeout?: number;
}

/** tmt: 0 passed, 1 a test failed, 2 an error, 3 no results, 4 everything skipped. */
const ANSWERS = [0, 1, 2, 3, 4];
const CHECK_TIMEOUT = 60_000;

/** @throws PackitError `TMT_MISSING` */
export async function checkTmt(run: Run, cwd: string): Promise<void> {
  try {
    await run(['tmt', '--version'], { cwd, timeout: CHECK_TIMEOUT });
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'COMMAND_NOT_FOUND') throw error;
    throw new PackitError('TMT_MISSING', 'tmt is not installed (or not on PATH)', {
      hint: 'On Fedora: sudo dnf install tmt tmt+provision-container. Elsewhere: pipx install tmt.',
      cause: error,
    });
  }
}

/** Removes files and guests of earlier runs, as `tmt clean` does. */
export async function cleanTmt(run: Run, cwd: string): Promise<void> {
  await run(['tmt', 'clean'], { cwd, live: true });
}

/**
 * The argument list. `--all` takes every step of the plan; `prepare --insert` adds a phase where plain `prepare --how` would
 * replace the plan's own.
 */
export function tmtArguments(options: Omit<TmtOptions, 'run' | 'cwd'>): string[] {
  const { provision, plans, packages, runDir } = options;
  return [
    'tmt',
    ...(provision.how === 'local' ? ['--feeling-safe'] : []),
    '--context',
    'initiator=packit',
    'run',
    '--id',
    runDir,
    '--all',
    ...(plans.length === 0 ? [] : ['plan', ...plans.map((name) => `--name=${name}`)]),
    'provision',
    '--how',
    provision.how,
    ...(provision.how === 'local' ? [] : ['--image', provision.image]),
    ...(packages.length === 0
      ? []
      : ['prepare', '--insert', '--how', 'install', ...packages.flatMap((path) => ['--package', path])]),
  ];
}

/**
 * Runs the plans and judges each by the results file tmt wrote for it.
 * @returns one verdict for each plan, in the order of their names; none if tmt found no plan
 * @throws PackitError `TMT_FAILED` if tmt ended with an error and no plan has results
 */
export async function runTmt(options: TmtOptions): Promise<PlanVerdict[]> {
  const { run, cwd, runDir, timeout } = options;
  await mkdir(dirname(runDir), { recursive: true });
  const { exitCode, stderr } = await run(tmtArguments(options), {
    cwd,
    live: true,
    okExitCodes: ANSWERS,
    ...(timeout === undefined ? {} : { timeout }),
  });
  const plans = await readPlans(runDir, exitCode);
  if (plans.length > 0) return plans;
  const said = stderr.toString('utf8').trim().split('\n').slice(-20);
  const none = said.some((line) => /No plans found/i.test(line));
  throw new PackitError(
    none ? 'TMT_NO_PLANS' : 'TMT_FAILED',
    none ? 'There is no test plan to run' : `tmt failed before any test ran (exit code ${exitCode})`,
    {
      details: said,
      hint: none
        ? 'See what there is: tmt plans ls. A repository without any begins with: tmt init --template mini.'
        : 'Its output has been shown as it came; tmt lint checks the plans.',
    },
  );
}

/** A plan's directory has its steps; its path below `runDir` is the plan's name. */
async function readPlans(runDir: string, exitCode: number): Promise<PlanVerdict[]> {
  const verdicts: PlanVerdict[] = [];
  for (const directory of await planDirectories(runDir)) {
    const file = join(directory, 'execute', 'results.yaml');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    const name = `/${relative(runDir, directory)}`;
    verdicts.push(judgePlan(name, text, { directory, exitCode, log: join(runDir, 'log.txt') }));
  }
  return verdicts;
}

async function planDirectories(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries.sort((one, other) => one.name.localeCompare(other.name))) {
    if (!entry.isDirectory()) continue;
    const path = join(directory, entry.name);
    // Below a plan are its steps and a copy of the repository, which may hold anything.
    if (existsSync(join(path, 'discover', 'step.yaml'))) found.push(path);
    else found.push(...(await planDirectories(path)));
  }
  return found;
}
