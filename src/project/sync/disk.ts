import { constants, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, rm, rmdir, stat, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrnoCode } from '../../errors.ts';
import type { SyncOperation, Tree, TreeEntry } from './types.ts';

/** A directory tree on disk. `root` must be an absolute path without symbolic links in it. */
export function diskTree(root: string): Tree {
  return {
    root,
    stat: (path) => entryOf(join(root, path)),
    list: (path) => readdirSync(join(root, path)),
  };
}

function entryOf(path: string): TreeEntry | undefined {
  try {
    const found = lstatSync(path);
    const mode = found.mode & 0o7777;
    if (found.isSymbolicLink()) return { type: 'symlink', mode, target: readlinkSync(path) };
    if (found.isDirectory()) return { type: 'directory', mode };
    return { type: found.isFile() ? 'file' : 'other', mode };
  } catch (error) {
    if (hasErrnoCode(error, 'ENOENT') || hasErrnoCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Carries out operations in their order. Files are replaced, never written through a link. */
export async function applySync(
  operations: readonly SyncOperation[],
  roots: { source: string; destination: string },
): Promise<void> {
  for (const operation of operations) {
    const path = join(roots.destination, operation.path);
    if (operation.kind === 'delete') await remove(path);
    else if (operation.kind === 'directory') await mkdir(path, { recursive: true });
    else if (operation.kind === 'symlink') {
      await rm(path, { force: true });
      await symlink(operation.target, path);
    } else {
      await copy(join(roots.source, operation.from), path, operation.mode);
    }
  }
}

async function remove(path: string): Promise<void> {
  const found = await lstat(path);
  await (found.isDirectory() ? rmdir(path) : rm(path));
}

async function copy(from: string, to: string, mode: number): Promise<void> {
  await rm(to, { force: true });
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await chmod(to, mode);
  const { atime, mtime } = await stat(from);
  await utimes(to, atime, mtime);
}
