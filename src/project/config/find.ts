/** Where the configuration and the spec file are, and what is in the former. */
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { hasErrnoCode, messageOf, PackitError } from '../../errors.ts';
import { trackedFiles } from './tracked.ts';

/** In the order of preference; the reference takes any of several. */
export const CONFIG_FILE_NAMES = ['.packit.yaml', '.packit.yml', 'packit.yaml', 'packit.yml'] as const;

/** Of a source-git repository, relative to its root: read where there is none of the names above. Its paths are the repository's. */
export const SOURCE_GIT_CONFIG = '.distro/source-git.yaml';

/** The directory the paths in a configuration file are relative to, unless `--config` says otherwise. */
export function configDirectory(file: string): string {
  const directory = dirname(file);
  return file.endsWith(`/${SOURCE_GIT_CONFIG}`) ? dirname(directory) : directory;
}

/** Real configurations are up to 25 kB; this is what can still be read within a second. */
const MAX_BYTES = 4 * 1024 * 1024;

export interface FindConfigOptions {
  /** The repository's root directory; searched first. */
  root: string;
  /** Searched next, if it is another directory. */
  cwd?: string;
  /** `-c`: this file and no search. Relative to `cwd`, then to `root`. */
  configPath?: string;
}

export interface FoundConfig {
  /** Absolute path. */
  file: string;
  /** Names of other configuration files in the same directory, which are not read. */
  ignored: string[];
}

/**
 * The configuration file: `.packit.yaml`, `.packit.yml`, `packit.yaml`, `packit.yml`, in the root, then in `cwd`; then
 * `.distro/source-git.yaml` in the root.
 *
 * @throws PackitError `CONFIG_NOT_FOUND` or, for a directory of that name or a loop of links, `CONFIG_UNREADABLE`
 */
export function findConfigFile(options: FindConfigOptions): FoundConfig {
  const { root, cwd, configPath } = options;
  if (configPath !== undefined) return { file: givenConfig(configPath, cwd ?? root, root), ignored: [] };
  const directories = [root, ...(cwd === undefined || resolve(cwd) === resolve(root) ? [] : [cwd])];
  let unreadable: PackitError | undefined;
  for (const directory of directories) {
    const found: string[] = [];
    for (const name of CONFIG_FILE_NAMES) {
      const problem = fileProblem(join(directory, name));
      if (problem === undefined) found.push(name);
      else if (problem !== 'absent') unreadable ??= problem;
    }
    const [first, ...ignored] = found;
    if (first !== undefined) return { file: resolve(directory, first), ignored };
  }
  const sourceGit = fileProblem(join(root, SOURCE_GIT_CONFIG));
  if (sourceGit === undefined) return { file: resolve(root, SOURCE_GIT_CONFIG), ignored: [] };
  if (sourceGit !== 'absent') unreadable ??= sourceGit;
  if (unreadable !== undefined) throw unreadable;
  throw new PackitError('CONFIG_NOT_FOUND', `No Packit configuration in ${directories.join(' or ')}`, {
    hint: 'Create one with `packit init`, or name the file with --config.',
    details: [`Looked for ${[...CONFIG_FILE_NAMES, SOURCE_GIT_CONFIG].join(', ')}.`],
  });
}

function givenConfig(path: string, cwd: string, root: string): string {
  const candidates = isAbsolute(path) ? [path] : [resolve(cwd, path), resolve(root, path)];
  let unreadable: PackitError | undefined;
  for (const candidate of candidates) {
    const problem = fileProblem(candidate, true);
    if (problem === undefined) return candidate;
    if (problem !== 'absent') unreadable ??= problem;
  }
  if (unreadable !== undefined) throw unreadable;
  throw new PackitError('CONFIG_NOT_FOUND', `The configuration file ${path} does not exist`, {
    hint: 'Check the path given with --config.',
  });
}

/** Why a path is no readable file; undefined if it is one. */
function fileProblem(path: string, given = false): 'absent' | PackitError | undefined {
  try {
    const stats = statSync(path);
    // Reading a pipe that lies about would wait for ever; one that is given with -c has a writer (`-c <(...)`).
    if (stats.isFile() || (given && !stats.isDirectory())) return undefined;
    if (!stats.isDirectory()) {
      return new PackitError('CONFIG_UNREADABLE', 'The configuration is a device or a pipe, not a file', {
        hint: 'Remove it, or name the configuration file with --config.',
        location: { file: path },
      });
    }
    return new PackitError('CONFIG_UNREADABLE', 'The configuration is a directory, not a file', {
      hint: 'Rename it, or name the configuration file with --config.',
      location: { file: path },
    });
  } catch (error) {
    if (hasErrnoCode(error, 'ENOENT')) return danglingLink(path) ?? 'absent';
    if (hasErrnoCode(error, 'ENOTDIR')) return 'absent';
    return unreadableFile(path, error);
  }
}

function danglingLink(path: string): PackitError | undefined {
  try {
    lstatSync(path);
  } catch {
    return undefined;
  }
  return new PackitError('CONFIG_UNREADABLE', 'The configuration is a link to a file that does not exist', {
    hint: 'Correct the link, or remove it.',
    location: { file: path },
  });
}

function unreadableFile(path: string, error: unknown): PackitError {
  const loop = hasErrnoCode(error, 'ELOOP');
  return new PackitError(
    'CONFIG_UNREADABLE',
    loop
      ? 'The configuration is a link that leads back to itself'
      : `The configuration cannot be read: ${messageOf(error)}`,
    {
      hint: loop ? 'Replace the link by a file.' : 'Check that the file exists and that you may read it.',
      cause: error,
      location: { file: path },
    },
  );
}

/**
 * The text of a configuration.
 *
 * @throws PackitError `CONFIG_UNREADABLE`, `CONFIG_TOO_LARGE` or `CONFIG_ENCODING` (not UTF-8)
 */
export function readConfigText(file: string): string {
  try {
    const { size } = statSync(file);
    if (size > MAX_BYTES) throw tooLarge(size, file);
    return configText(readFileSync(file), file);
  } catch (error) {
    throw error instanceof PackitError ? error : unreadableFile(file, error);
  }
}

/**
 * The text in the bytes of a configuration.
 *
 * @param file what it is called in errors
 * @throws PackitError `CONFIG_TOO_LARGE`, `CONFIG_ENCODING` (not UTF-8)
 */
export function configText(bytes: Uint8Array, file: string): string {
  if (bytes.length > MAX_BYTES) throw tooLarge(bytes.length, file);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const line = firstBadLine(bytes);
    throw new PackitError('CONFIG_ENCODING', 'The configuration is not UTF-8', {
      hint: `Save the file as UTF-8; the first byte that is not is in line ${line}.`,
      cause: error,
      location: { file, line },
    });
  }
}

function tooLarge(size: number, file: string): PackitError {
  return new PackitError(
    'CONFIG_TOO_LARGE',
    `The configuration has ${Math.round(size / 1024 / 1024)} MB; at most 4 are read`,
    {
      hint: 'A configuration is some kilobytes long: check that this is the right file.',
      location: { file },
    },
  );
}

function firstBadLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(10, start);
    try {
      decoder.decode(bytes.subarray(start, end === -1 ? undefined : end));
    } catch {
      return line;
    }
    if (end === -1) return line;
    start = end + 1;
    line += 1;
  }
}

/** Directories that hold no spec file of the project: among them what `prepare-sources` made, and what a run left behind. */
const NOT_SEARCHED = /^(?:\.git|node_modules|prepare_sources_result(?:_.*)?|\.?packit-\d+-.*)$/s;

/**
 * The first `*.spec` of a directory, else the first below it that is not under its `tests/`; relative to it. The
 * reference takes them in the file system's order, we in the alphabet's, nearest first. One that git knows is preferred to
 * one of the same name that it does not know, which is a copy: the result of `prepare-sources` may be called anything.
 */
export function findSpecfile(directory: string): string | undefined {
  const specs = specFiles(directory);
  const first = specs.next().value;
  if (first === undefined || !first.includes('/')) return first;
  const isTracked = trackedFiles(directory);
  if (isTracked(join(directory, first))) return first;
  for (const spec of specs) {
    if (basename(spec) === basename(first) && isTracked(join(directory, spec))) return spec;
  }
  return first;
}

/** Relative to the directory, one of each folder, nearest first. */
function* specFiles(directory: string): Generator<string, undefined> {
  let level = [directory];
  for (let depth = 0; level.length > 0 && depth < 32; depth += 1) {
    const below: string[] = [];
    for (const folder of level) {
      const entries = listed(folder);
      const spec = entries.find((entry) => entry.name.endsWith('.spec') && isFile(entry, folder));
      if (spec !== undefined) yield relative(directory, join(folder, spec.name));
      for (const entry of entries) {
        if (!entry.isDirectory() || NOT_SEARCHED.test(entry.name)) continue;
        if (depth === 0 && entry.name === 'tests') continue;
        below.push(join(folder, entry.name));
      }
    }
    level = below;
  }
  return undefined;
}

function listed(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

function isFile(entry: Dirent, folder: string): boolean {
  if (entry.isFile()) return true;
  return (
    entry.isSymbolicLink() && statSync(join(folder, entry.name), { throwIfNoEntry: false })?.isFile() === true
  );
}
