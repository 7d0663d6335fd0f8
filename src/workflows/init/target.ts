/** What the argument of `packit init` means. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export interface InitTarget {
  /** The directory that gets the configuration; absolute. */
  directory: string;
  /** The spec file that was named, relative to the directory. */
  specfile?: string;
}

/**
 * A directory is itself. A file belongs to the repository it is in, else to the current directory if it is below that, else to
 * the directory it is in; a spec file is then the one of the package.
 */
export function initTarget(path: string | undefined, cwd: string): InitTarget {
  const given = resolve(cwd, path ?? '.');
  if (statSync(given, { throwIfNoEntry: false })?.isFile() !== true) return { directory: given };
  const below = `${given}/`.startsWith(`${resolve(cwd)}/`) ? resolve(cwd) : dirname(given);
  const directory = repositoryOf(dirname(given)) ?? below;
  return given.endsWith('.spec') ? { directory, specfile: relative(directory, given) } : { directory };
}

function repositoryOf(directory: string): string | undefined {
  if (existsSync(join(directory, '.git'))) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : repositoryOf(parent);
}
