/** Which configuration a command is about: its argument and `--config`. */
import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { PackitError } from '../../../errors.ts';
import { findConfigFile } from '../../../project/config/index.ts';
import type { FoundConfig } from '../../../project/config/index.ts';

/**
 * The argument is a directory, a configuration file, or another file of the project.
 *
 * @throws PackitError `PATH_NOT_FOUND`, `CONFIG_NOT_FOUND`, `CONFIG_UNREADABLE`
 */
export function configTarget(
  path: string | undefined,
  configPath: string | undefined,
  cwd: string,
): FoundConfig {
  const given = resolve(cwd, path ?? '.');
  const stats = statSync(given, { throwIfNoEntry: false });
  if (stats === undefined && configPath === undefined) {
    throw new PackitError('PATH_NOT_FOUND', `There is no ${path ?? '.'}`, {
      hint: 'Give a directory or a configuration file.',
    });
  }
  if (stats?.isFile() === true && configPath === undefined && /\.(?:ya?ml|json)$/.test(basename(given))) {
    return { file: given, ignored: [] };
  }
  const root = stats?.isDirectory() === false ? dirname(given) : given;
  return findConfigFile({ root, cwd, ...(configPath === undefined ? {} : { configPath }) });
}
