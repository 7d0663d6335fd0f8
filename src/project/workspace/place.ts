import { constants, existsSync, renameSync } from 'node:fs';
import { copyFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PackitError, hasErrnoCode, messageOf } from '../../errors.ts';
import { ownPrefix, removeLeftovers } from './owner.ts';

/**
 * Moves a finished file to where the user wants it: whole or not at all, an older file of that name is replaced. Half-written
 * files of killed runs beside it are removed.
 * @throws PackitError OUTPUT_DIRECTORY_MISSING, OUTPUT_NOT_WRITABLE, DISK_FULL
 */
export async function placeFile(file: string, destination: string): Promise<void> {
  const directory = dirname(destination);
  try {
    try {
      renameSync(file, destination);
    } catch (error) {
      if (!hasErrnoCode(error, 'EXDEV')) throw error;
      await removeLeftovers(directory);
      const partial = join(directory, `.${ownPrefix()}${basename(destination)}`);
      try {
        // Exclusively: in a directory others can write to, the name may be a link already.
        await copyFile(file, partial, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
        await rename(partial, destination);
      } catch (reason) {
        await rm(partial, { force: true });
        throw reason;
      }
    }
  } catch (error) {
    throw placeError(error, destination);
  }
}

function placeError(error: unknown, destination: string): PackitError {
  const directory = dirname(destination);
  if (hasErrnoCode(error, 'ENOENT') && !existsSync(directory)) {
    return new PackitError('OUTPUT_DIRECTORY_MISSING', `The directory ${directory} does not exist`, {
      hint: `Make it first: mkdir -p '${directory}'.`,
      cause: error,
    });
  }
  if (hasErrnoCode(error, 'ENOSPC') || hasErrnoCode(error, 'EDQUOT')) {
    return new PackitError('DISK_FULL', `The disk is full: cannot write ${destination}`, {
      hint: 'Free some space, or choose another place with --output.',
      cause: error,
    });
  }
  return new PackitError('OUTPUT_NOT_WRITABLE', `Cannot write ${destination}: ${reason(error)}`, {
    hint: 'Choose a place you can write to with --output.',
    cause: error,
  });
}

/** What the system says, without the paths it was asked about. */
function reason(error: unknown): string {
  return messageOf(error).replace(/^[A-Z]+: |, \w+ '[^]*$/g, '');
}
