import { lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { chmod, readdir, rm } from 'node:fs/promises';
import { Buffer } from 'node:buffer';
import { hasErrnoCode } from '../../errors.ts';
import { joinRaw } from './raw-path.ts';

/** Removes a directory with all it holds, read-only directories (Go's module cache) included. */
export async function removeTree(path: string): Promise<void> {
  // A link is removed, not what it leads to.
  const isDirectory = lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isDirectory && removeSmall(Buffer.from(path), { entries: FEW })) return;
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    if (!hasErrnoCode(error, 'EACCES') && !hasErrnoCode(error, 'EPERM')) throw error;
    await makeWritable(Buffer.from(path));
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

const FEW = 64;

/** Removes a directory of few entries at once, which is faster than to wait for each. False if anything is left to be done. */
function removeSmall(directory: Buffer, left: { entries: number }): boolean {
  try {
    const entries = readdirSync(directory, { withFileTypes: true, encoding: 'buffer' });
    left.entries -= entries.length;
    if (left.entries < 0) return false;
    for (const entry of entries) {
      const path = joinRaw(directory, entry.name);
      if (!entry.isDirectory()) unlinkSync(path);
      else if (!removeSmall(path, left)) return false;
    }
    rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

async function makeWritable(directory: Buffer): Promise<void> {
  await chmod(directory, 0o700);
  for (const entry of await readdir(directory, { withFileTypes: true, encoding: 'buffer' })) {
    if (entry.isDirectory()) await makeWritable(joinRaw(directory, entry.name));
  }
}
