/**
 * Who made a scratch directory, told by its name: `packit-<pid>-<start>-<pid namespace>-<random>`. The name exists from the
 * first moment on, so a run that was killed at any point can be recognised and cleaned up after.
 */
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PackitError, hasErrnoCode, messageOf } from '../../errors.ts';
import { removeTree } from './remove.ts';

const NAME = /^\.?packit-(\d+)-(\d+)-(\d+)-/;
/** A process of another container cannot be looked up: its directory is a leftover after this time. */
const FOREIGN_AGE_MS = 24 * 60 * 60 * 1000;

/** The part of a name that tells the process `pid` from every other, past ones included; undefined if there is none. */
function identify(pid: number | 'self'): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command's name in parentheses, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const number = pid === 'self' ? stat.split(' ')[0] : pid;
    return `${number}-${fields[19] ?? 0}-${pidNamespace()}`;
  } catch {
    return pid === 'self' || isAlive(pid) ? `${pid === 'self' ? process.pid : pid}-0-0` : undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasErrnoCode(error, 'EPERM');
  }
}

function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}

/** `packit-<pid>-<start>-<namespace>-`: what names of this process start with. */
export function ownPrefix(): string {
  return `packit-${identify('self')}-`;
}

/** Makes a new private directory in `base`. @throws PackitError SCRATCH_FAILED */
export function makeScratchDirectory(base: string): string {
  try {
    mkdirSync(base, { recursive: true, mode: 0o700 });
    return mkdtempSync(join(base, ownPrefix()));
  } catch (error) {
    throw new PackitError(
      hasErrnoCode(error, 'ENOSPC') ? 'DISK_FULL' : 'SCRATCH_FAILED',
      `Cannot make a working directory in ${base}: ${messageOf(error)}`,
      { hint: 'Set TMPDIR to a directory you can write to, on a disk with space.', cause: error },
    );
  }
}

/** Removes what processes that are no more left behind in `directory`; never fails. Returns the removed paths. */
export async function removeLeftovers(directory: string): Promise<string[]> {
  const removed: string[] = [];
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    const match = NAME.exec(name);
    if (match === null) continue;
    const path = join(directory, name);
    try {
      if (!(await isLeftover(path, match))) continue;
      await removeTree(path);
      removed.push(path);
    } catch {
      // Somebody else's, or another run is removing it right now.
    }
  }
  return removed;
}

async function isLeftover(path: string, [, pid, start, namespace]: RegExpExecArray): Promise<boolean> {
  const { uid, mtimeMs } = await lstat(path);
  if (process.getuid !== undefined && uid !== process.getuid()) return false;
  if (namespace !== pidNamespace()) return Date.now() - mtimeMs > FOREIGN_AGE_MS;
  return identify(Number(pid)) !== `${pid}-${start}-${namespace}`;
}
