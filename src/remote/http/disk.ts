import { PackitError, hasErrnoCode, messageOf } from '../../errors.ts';

/** Gives the disk's errors a name of their own. */
export async function onDisk<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (hasErrnoCode(error, 'ENOSPC') || hasErrnoCode(error, 'EDQUOT')) {
      throw new PackitError('DISK_FULL', `No space left on the device for ${file}`, {
        hint: 'Free some space (or point XDG_CACHE_HOME and TMPDIR at a larger disk) and run again.',
        cause: error,
      });
    }
    throw new PackitError('FILE_WRITE', `Cannot write ${file}: ${messageOf(error)}`, { cause: error });
  }
}
