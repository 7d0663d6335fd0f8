/** `mock SRPM`: binary packages in a clean chroot. */
import { lstat, mkdir, readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CommandError, PackitError } from '../../errors.ts';
import { tail } from '../process/index.ts';
import type { Run } from '../process/index.ts';
import { explainMockExit } from './exit-codes.ts';

export interface MockOptions {
  run: Run;
  /** Where the user is: mock is run here, and what it prints of relative paths is meant from here. */
  cwd: string;
  root: string;
  /** Absolute; made if it is missing. Without one mock chooses, and says where. */
  resultDir?: string;
  /** Absolute path. */
  srpm: string;
  /** Milliseconds. Default: no limit. */
  timeout?: number;
}

export interface MockBuild {
  /** Where results and logs are, absolute. */
  directory: string;
  /** Absolute paths of the packages this run made, without the source RPM; sorted. */
  rpms: string[];
}

/** mock prints it, on success and on failure, with the directory as it was given. */
const RESULTS = /^(?:INFO: )?Results and\/or logs in: (.+)$/m;

/**
 * Rebuilds a SRPM and passes mock's output on as it comes. Files that lay in the directory before are not counted as built.
 * @throws PackitError `MOCK_FAILED` with mock's exit code in words and the end of the log that shows it, `RPMS_NOT_FOUND`
 */
export async function rebuildInMock(options: MockOptions): Promise<MockBuild> {
  const { cwd, resultDir } = options;
  if (resultDir !== undefined) await mkdir(resultDir, { recursive: true });
  const before = resultDir === undefined ? new Map<string, string>() : await packagesIn(resultDir);
  const output = await runMock(options);
  const directory = resultDir ?? resultsDirectory(output, cwd);
  if (directory === undefined) {
    throw new PackitError('RPMS_NOT_FOUND', 'mock succeeded but did not say where its results are', {
      hint: 'Choose a directory with --resultdir.',
    });
  }
  const rpms = [...(await packagesIn(directory))]
    .filter(([name, state]) => before.get(name) !== state)
    .map(([name]) => join(directory, name));
  if (rpms.length > 0) return { directory, rpms };
  throw new PackitError('RPMS_NOT_FOUND', `mock succeeded but made no package in ${directory}`, {
    hint: 'A spec without a %files section makes none: see build.log there.',
  });
}

export function mockArguments({
  root,
  resultDir,
  srpm,
}: Pick<MockOptions, 'root' | 'resultDir' | 'srpm'>): string[] {
  return ['mock', '--root', root, ...(resultDir === undefined ? [] : ['--resultdir', resultDir]), srpm];
}

async function runMock(options: MockOptions): Promise<string> {
  const { run, cwd, resultDir, root, timeout } = options;
  try {
    const { stderr } = await run(mockArguments(options), {
      cwd,
      live: true,
      ...(timeout === undefined ? {} : { timeout }),
    });
    return stderr.toString('utf8');
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'COMMAND_FAILED') throw error;
    const output = Buffer.from(error.failure.stderr).toString('utf8');
    const directory = resultDir ?? resultsDirectory(output, cwd);
    const { reason, hint, log } = explainMockExit(error.failure.exitCode);
    const file = directory === undefined || log === undefined ? undefined : join(directory, log);
    throw new PackitError('MOCK_FAILED', `mock could not build in ${root}: ${reason}`, {
      details: (await endOf(file)) ?? error.details,
      hint: file === undefined ? hint : `${hint} It is ${file}`,
      cause: error,
    });
  }
}

/** The directory mock names first, absolute. */
export function resultsDirectory(stderr: string, cwd: string): string | undefined {
  const [, directory] = RESULTS.exec(stderr) ?? [];
  return directory === undefined ? undefined : resolve(cwd, directory.trim());
}

/** Packages by name, with what changes when one is written anew. */
async function packagesIn(directory: string): Promise<Map<string, string>> {
  const names: string[] = await readdir(directory).catch(() => []);
  const packages = new Map<string, string>();
  for (const name of names.sort()) {
    if (!name.endsWith('.rpm') || name.endsWith('.src.rpm') || name.endsWith('.nosrc.rpm')) continue;
    const { ino, ctimeNs, size } = await lstat(join(directory, name), { bigint: true });
    packages.set(name, `${ino} ${ctimeNs} ${size}`);
  }
  return packages;
}

async function endOf(file: string | undefined): Promise<string[] | undefined> {
  if (file === undefined) return undefined;
  const text = await readFile(file).catch(() => undefined);
  return text === undefined ? undefined : tail(text);
}
