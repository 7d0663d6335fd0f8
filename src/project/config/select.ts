import { PackitError } from '../../errors.ts';
import type { LoadedConfig, PackageConfig } from './types.ts';

/**
 * The packages named by `-p/--package`, in the file's order; all of them if none is named.
 *
 * @throws PackitError `PACKAGE_UNKNOWN`
 */
export function selectPackages(config: LoadedConfig, names: readonly string[] = []): PackageConfig[] {
  const known = new Set(config.packages.map((pkg) => pkg.name));
  for (const name of names) {
    if (known.has(name)) continue;
    throw new PackitError('PACKAGE_UNKNOWN', `The configuration has no package "${name}"`, {
      hint: `Packages in it: ${[...known].join(', ')}.`,
      location: { file: config.file },
    });
  }
  return names.length === 0
    ? [...config.packages]
    : config.packages.filter((pkg) => names.includes(pkg.name));
}
