import { chmod, readdir, rm } from 'node:fs/promises';
import { Buffer } from 'node:buffer';
import { hasErrnoCode } from '../../errors.ts';
import { joinRaw } from './raw-path.ts';

/** Removes a directory with all it holds, read-only directories (Go's module cache) included. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    if (!hasErrnoCode(error, 'EACCES') && !hasErrnoCode(error, 'EPERM')) throw error;
    await makeWritable(Buffer.from(path));
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function makeWritable(directory: Buffer): Promise<void> {
  await chmod(directory, 0o700);
  for (const entry of await readdir(directory, { withFileTypes: true, encoding: 'buffer' })) {
    if (entry.isDirectory()) await makeWritable(joinRaw(directory, entry.name));
  }
}
