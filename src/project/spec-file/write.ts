import { constants } from 'node:fs';
import { access, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PackitError, hasErrnoCode, messageOf } from '../../errors.ts';

/**
 * Writes a file whole or not at all: a new one beside it takes its place. Mode and owner stay as they are, a
 * symbolic link stays a link.
 * @throws PackitError `SPEC_UNWRITABLE`
 */
export async function writeSpecFile(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await replaceFile(path, bytes);
  } catch (error) {
    const reason = writeProblem(error, path);
    throw new PackitError('SPEC_UNWRITABLE', `The spec file cannot be written: ${reason}`, {
      hint: 'Write to another file with -o FILE, or see the change with --diff.',
      location: { file: path },
      cause: error,
    });
  }
}

/** Why a file could not be written, in words. */
export function writeProblem(error: unknown, path: string): string {
  if (hasErrnoCode(error, 'EACCES') || hasErrnoCode(error, 'EPERM') || hasErrnoCode(error, 'EROFS')) {
    return 'you may not write there';
  }
  if (hasErrnoCode(error, 'ENOENT')) return `there is no directory ${dirname(path)}`;
  return hasErrnoCode(error, 'EISDIR') ? 'it is a directory' : messageOf(error);
}

/** The same for any file, with the errors of the file system as they are. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const target = await realpath(path).catch((error: unknown) => {
    if (hasErrnoCode(error, 'ENOENT')) return path;
    throw error;
  });
  const before = await stat(target).catch(() => undefined);
  if (before?.isDirectory() === true) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
  // A file that is read-only is meant to stay as it is, though its directory would let it be replaced.
  if (before) await access(target, constants.W_OK);
  const partial = join(dirname(target), `.${basename(target)}.${globalThis.crypto.randomUUID().slice(0, 8)}`);
  try {
    const file = await open(partial, 'wx', before === undefined ? 0o666 : before.mode & 0o7777);
    try {
      await file.writeFile(bytes);
      if (before) {
        const made = await file.stat();
        // Only root may give a file away; a group may be kept by its members.
        if (made.uid !== before.uid || made.gid !== before.gid) {
          await file.chown(before.uid, before.gid).catch(() => file.chown(-1, before.gid).catch(() => {}));
        }
        await file.chmod(before.mode & 0o7777);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
