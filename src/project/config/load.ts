/** The way in for every command that needs the configuration. */
import { configDirectory, findConfigFile, readConfigText } from './find.ts';
import type { FindConfigOptions } from './find.ts';
import { inspectConfig } from './inspect.ts';
import type { InspectOptions } from './inspect.ts';
import type { LoadedConfig } from './types.ts';

export interface LoadConfigOptions
  extends FindConfigOptions,
    Pick<InspectOptions, 'env' | 'repositoryName' | 'findSpecfile' | 'cache'> {}

/**
 * Reads the configuration. Warnings are returned, not printed.
 *
 * @throws PackitError `CONFIG_NOT_FOUND`, `CONFIG_UNREADABLE`, `CONFIG_TOO_LARGE`, `CONFIG_ENCODING`, `CONFIG_SYNTAX` (not
 * YAML) or `CONFIG_INVALID`, with the place of the first problem as location and every problem in the details.
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  const { file, ignored } = findConfigFile(options);
  const text = readConfigText(file);
  const { env, repositoryName, findSpecfile, cache } = options;
  const config = await configOf({
    file,
    directory: baseDirectory(file, options),
    text,
    env,
    cache,
    ...(repositoryName === undefined ? {} : { repositoryName }),
    ...(findSpecfile === undefined ? {} : { findSpecfile }),
    cwd: options.cwd ?? options.root,
  });
  if (ignored.length > 0) {
    config.warnings.unshift({
      code: 'CONFIG_SEVERAL_FILES',
      message: `Besides this file there is ${ignored.join(', ')}, which is not read`,
      hint: 'Keep one of them.',
      location: { file },
    });
  }
  return config;
}

export interface ConfigOfOptions extends InspectOptions {
  directory: string;
  /** What places in errors are relative to. */
  cwd: string;
}

/**
 * The configuration in a text, wherever that is from. Warnings are returned, not printed.
 *
 * @throws PackitError `CONFIG_SYNTAX`, `CONFIG_INVALID`, as `loadConfig`
 */
export async function configOf(options: ConfigOfOptions): Promise<LoadedConfig> {
  const { file, directory, text } = options;
  const { packages, jobs, problems, raw } = await inspectConfig(options);
  const config: LoadedConfig = {
    file,
    directory,
    packages,
    jobs,
    ...(raw?.hasJobs === false ? { defaultJobs: true } : {}),
    warnings: [],
  };
  if (problems.length > 0) {
    const { configError, diagnose, warningOf } = await import('./diagnostics.ts');
    const diagnostics = diagnose(problems, text, file);
    if (diagnostics.some((diagnostic) => diagnostic.severity === 'error')) {
      throw configError(diagnostics, text, options.cwd);
    }
    config.warnings.push(...diagnostics.map(warningOf));
  }
  return config;
}

/** A file that `--config` names may be kept anywhere, as `.distro/packit.yaml`: what it says is of the repository all the same. */
function baseDirectory(file: string, { root, cwd, configPath }: LoadConfigOptions): string {
  const here = configDirectory(file);
  return configPath === undefined || here === (cwd ?? root) ? here : root;
}
