import { PackitError } from '../../errors.ts';
import type { LoadedConfig } from './types.ts';

export interface FindConfigOptions {
  /** The repository's root directory; searched first. */
  root: string;
  /** Searched next, if it is another directory. */
  cwd?: string;
  /** `-c`: this file and no search. Relative to `cwd`, then to `root`. */
  configPath?: string;
}

export interface LoadConfigOptions extends FindConfigOptions {
  /** For `DISTGIT_URL` and `DISTGIT_NAMESPACE`. */
  env: Readonly<Record<string, string | undefined>>;
  /**
   * The repository's name, default of the package names; asked only if the file does not name the package.
   * Default: the name of the configuration file's directory.
   */
  repositoryName?: () => string | undefined | Promise<string | undefined>;
  /**
   * Path of a spec file relative to `directory`, asked only if the file does not name one.
   * Default: the first `*.spec` of the directory, else the first below it, not under `tests/`.
   */
  findSpecfile?: (directory: string) => string | undefined | Promise<string | undefined>;
}

export interface FoundConfig {
  /** Absolute path. */
  file: string;
  /** Other configuration files in the same directory, which are not read. */
  ignored: string[];
}

/**
 * The configuration file: `.packit.yaml`, `.packit.yml`, `packit.yaml`, `packit.yml`, in the root, then in `cwd`.
 *
 * @throws PackitError `CONFIG_NOT_FOUND`
 */
export function findConfigFile(options: FindConfigOptions): FoundConfig {
  throw new PackitError('CONFIG_NOT_FOUND', `No packit configuration in ${options.root}`);
}

/**
 * Reads the configuration. Warnings are returned, not printed.
 *
 * @throws PackitError `CONFIG_NOT_FOUND`, `CONFIG_UNREADABLE`, `CONFIG_SYNTAX` (not YAML) or `CONFIG_INVALID`, with
 * the place of the first problem as location and every problem in the details.
 */
export function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  throw new PackitError('CONFIG_NOT_FOUND', `No packit configuration in ${options.root}`);
}
