/** A configuration that was read as data, put into a checkout of its repository. */
import { join, resolve } from 'node:path';
import { findSpecfile } from './find.ts';
import type { LoadedConfig, PackageConfig } from './types.ts';

/**
 * Paths that were relative to the repository become absolute, and spec files that the configuration does not name are looked for, as
 * `loadConfig` does. Nothing is reported: that was done when it was read.
 * @param root absolute directory of the checkout
 */
export function configInCheckout(config: LoadedConfig, root: string): LoadedConfig {
  const directory = resolve(root, config.directory);
  const found = new Map<string, string | null>();
  const specIn = (path: string): string | null => {
    const known = found.get(path) ?? findSpecfile(join(directory, path)) ?? null;
    found.set(path, known);
    return known;
  };
  const placed = (pkg: PackageConfig): PackageConfig =>
    pkg.specfile_path === null ? { ...pkg, specfile_path: specIn(pkg.paths[0] ?? '.') } : pkg;
  return {
    ...config,
    file: resolve(root, config.file),
    directory,
    packages: config.packages.map(placed),
    jobs: config.jobs.map((job) => ({ ...job, packages: job.packages.map(placed) })),
    warnings: [],
  };
}
