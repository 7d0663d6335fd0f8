/** Which configuration a command is about: its argument and `--config`. */
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { PackitError } from '../../../errors.ts';
import { CONFIG_FILE_NAMES, configDirectory, findConfigFile } from '../../../project/config/index.ts';
import type { FoundConfig } from '../../../project/config/index.ts';

export interface ConfigTarget extends FoundConfig {
  /** What paths in the configuration are relative to: see `LoadedConfig`. */
  directory: string;
}

/**
 * The argument is a directory, a configuration file, or another file of the project. A directory without a configuration of
 * its own stands for its repository.
 *
 * @throws PackitError `PATH_NOT_FOUND`, `CONFIG_NOT_FOUND`, `CONFIG_UNREADABLE`
 */
export function configTarget(
  path: string | undefined,
  configPath: string | undefined,
  cwd: string,
): ConfigTarget {
  const given = resolve(cwd, path ?? '.');
  const stats = statSync(given, { throwIfNoEntry: false });
  if (stats === undefined && configPath === undefined) {
    throw new PackitError('PATH_NOT_FOUND', `There is no ${path ?? '.'}`, {
      hint: 'Give a directory or a configuration file.',
    });
  }
  if (stats?.isFile() === true && configPath === undefined && /\.(?:ya?ml|json)$/.test(basename(given))) {
    return { file: given, ignored: [], directory: configDirectory(given) };
  }
  const root = stats?.isDirectory() === false ? dirname(given) : given;
  if (configPath === undefined) {
    const found = findConfigFile({ root: rootWithConfig(root), cwd });
    return { ...found, directory: configDirectory(found.file) };
  }
  const found = findConfigFile({ root, cwd, configPath });
  const here = dirname(found.file);
  return { ...found, directory: here === root ? here : rootWithConfig(root) };
}

/** The directory, else the root of the repository it is in: commands that work on the project start there. */
function rootWithConfig(directory: string): string {
  const has = (name: string): boolean => existsSync(join(directory, name));
  if (CONFIG_FILE_NAMES.some(has)) return directory;
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return directory;
  }
}
