/** Versions of packit and of what it stands on, for bug reports and recordings. */
import { CommandError } from '../../errors.ts';
import type { Run } from '../process/index.ts';
import { osName, readOsRelease } from './os-release.ts';

export interface Versions {
  packit: string;
  node: string;
  /** `none` where it is not installed, `unknown` where it does not say. */
  git: string;
  rpm: string;
  /** `linux x64` */
  system: string;
  /** `Fedora Linux 43 (Workstation Edition)` */
  os: string;
}

export async function readVersions(options: { run: Run; cwd: string; packit: string }): Promise<Versions> {
  const { run, cwd, packit } = options;
  const ask = async (program: string): Promise<string> =>
    (await programVersion([program, '--version'], { run, cwd })) ?? 'none';
  const [git, rpm, osRelease] = await Promise.all([ask('git'), ask('rpm'), readOsRelease()]);
  return {
    packit,
    node: process.versions.node,
    git,
    rpm,
    system: `${process.platform} ${process.arch}`,
    os: osName(osRelease) ?? 'unknown',
  };
}

const TIMEOUT_MS = 20_000;

/** The first number a program prints about itself; `unknown` without one, undefined if it cannot be started. */
export async function programVersion(
  argv: readonly string[],
  { run, cwd }: { run: Run; cwd: string },
): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(argv, { cwd, env: { LC_ALL: 'C' }, timeout: TIMEOUT_MS });
    return versionIn(stdout.toString('utf8')) ?? versionIn(stderr.toString('utf8')) ?? 'unknown';
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return error.code === 'COMMAND_NOT_FOUND' ? undefined : 'unknown';
  }
}

/** `2.39.5` of `git version 2.39.5`; `9.2p1` of `OpenSSH_9.2p1 Debian-2`. */
export function versionIn(text: string): string | undefined {
  return /(?:^|[\sv_(])(\d+(?:\.\d+)+(?:p\d+|-?rc\d+)?)/.exec(text)?.[1];
}
