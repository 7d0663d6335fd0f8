/** Which changes are no matter of patches. */
import { join, normalize } from 'node:path';

export interface PatchSettings {
  patch_generation_ignore_paths: readonly string[];
  files_to_sync: readonly { src: readonly string[] }[];
  specfile_path: string | null;
}

/**
 * Paths, relative to the repository's top, whose changes make no patch: `patch_generation_ignore_paths`, what is copied to dist-git
 * (`files_to_sync`), and the spec file.
 * @param subtree where the package is in the repository; empty at its top
 */
export function ignoredInPatches(pkg: PatchSettings, subtree = ''): string[] {
  const ofPackage = [
    ...pkg.files_to_sync.flatMap(({ src }) => src),
    ...(pkg.specfile_path === null ? [] : [pkg.specfile_path]),
  ].map((path) => join(subtree, path));
  const paths = [...pkg.patch_generation_ignore_paths, ...ofPackage].map((path) =>
    normalize(path).replace(/\/+$/, ''),
  );
  // git takes no path out of the repository, and nothing is left of all without `.`.
  return [...new Set(paths)].filter(
    (path) => path !== '.' && path !== '' && !/^(?:\/|\.\.(?:\/|$))/.test(path),
  );
}
