/** Paths that come from a repository or its configuration must not lead out of it, symbolic links included. */
import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { PackitError, hasErrnoCode } from '../errors.ts';

const MAX_LINKS = 40;

/** True if `path` is `directory` or below it once every link is followed. Neither has to exist. */
export function isInside(directory: string, path: string): boolean {
  const below = relative(followed(directory), followed(path));
  return below !== '..' && !below.startsWith('../');
}

/** Where a path leads: also through links whose target is missing, as a write would make it. */
function followed(path: string, links = 0): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!hasErrnoCode(error, 'ENOENT') && !hasErrnoCode(error, 'ENOTDIR')) throw error;
  }
  const parent = dirname(path);
  if (parent === path) return path;
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry?.isSymbolicLink() === true && links < MAX_LINKS) {
    return followed(resolve(followed(parent), readlinkSync(path)), links + 1);
  }
  return join(followed(parent, links), basename(path));
}

/** @throws PackitError `PATH_OUTSIDE` */
export function requireInside(directory: string, path: string, what: string): void {
  if (isInside(directory, path)) return;
  throw new PackitError('PATH_OUTSIDE', `${what} leads out of the repository`, {
    hint: 'Name a path inside the repository; symbolic links must not lead out of it either.',
    details: [`The repository is ${directory}`],
  });
}

/** A name (of a package) as part of a directory's name: nothing in it can lead elsewhere. */
export function asDirectoryName(name: string): string {
  return encodeURIComponent(name).replaceAll('%', '=');
}
