/** A source RPM taken apart. */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { CommandError, PackitError } from '../../errors.ts';
import type { Run } from '../process/index.ts';
import { isNotFound } from './missing.ts';

export interface UnpackedSrpm {
  /** File name of the spec in the directory. */
  specName: string;
  /** Names of all files, sorted, the spec among them. */
  names: string[];
}

/**
 * Unpacks a SRPM into `directory` (made) by `rpm2cpio` and `cpio`.
 * @param options.srpm absolute path
 * @throws PackitError `SRPM_UNREADABLE`, `RPM_MISSING`
 */
export async function unpackSrpm(options: {
  run: Run;
  srpm: string;
  directory: string;
}): Promise<UnpackedSrpm> {
  const { run, srpm, directory } = options;
  await mkdir(directory, { recursive: true });
  const archive = `${directory}.cpio`;
  try {
    await run(['rpm2cpio', srpm], { cwd: directory, stdoutFile: archive });
    // rpm2cpio of a broken file may end well with nothing written.
    if ((await stat(archive)).size === 0) throw unreadable(srpm);
    await run(
      ['cpio', '--extract', '--quiet', '--make-directories', '--no-absolute-filenames', '-F', archive],
      { cwd: directory },
    );
  } catch (error) {
    if (isNotFound(error)) {
      throw new PackitError('RPM_MISSING', 'rpm2cpio or cpio is not installed (or not on PATH)', {
        hint: 'Install rpm (rpm2cpio on Debian and Ubuntu) and cpio.',
        cause: error,
      });
    }
    throw error instanceof CommandError ? unreadable(srpm, error) : error;
  } finally {
    await rm(archive, { force: true });
  }
  const names = (await readdir(directory)).sort();
  const specName = names.find((name) => name.endsWith('.spec'));
  if (specName === undefined) throw unreadable(srpm);
  return { specName, names };
}

function unreadable(srpm: string, cause?: CommandError): PackitError {
  return new PackitError('SRPM_UNREADABLE', `${srpm} is no source RPM, or a damaged one`, {
    hint: 'Check it with: rpm -qpl FILE. packit srpm makes a new one.',
    details: cause?.details ?? [],
    ...(cause === undefined ? {} : { cause }),
  });
}
