/** The default archive: what `git archive --prefix=<name>-<version>/ HEAD` makes. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { PackitError, hasErrnoCode } from '../../errors.ts';
import { displayRaw, OWN_CHECKOUT } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';
import { missingLfsFiles, surveyTree } from './contents.ts';
import type { TreeSurvey } from './contents.ts';
import { createGzipFile } from './gzip.ts';
import { createTarScanner } from './tar-scan.ts';

export interface GitArchiveOptions {
  /**
   * git in the directory to archive: the top of the checkout, or a package's path in it (the archive then
   * holds that subtree, without the path).
   */
  git: Git;
  /** Default: `HEAD`. */
  revision?: string;
  /** The archive's root directory, without slash: `<name>-<version>`. */
  prefix: string;
  /** Absolute path of the `.tar.gz`. */
  output: string;
  /** The caller knows (`isPlainIndex`) that there are neither submodules nor files of Git LFS. */
  plain?: boolean;
  /** Put submodules in. Needs `gitIn`. */
  submodules?: boolean;
  /** git in another directory: the submodules'. */
  gitIn?: (directory: string) => Git;
}

/**
 * True if the index of a work tree names neither `.gitmodules` nor `.gitattributes`: then there are neither submodules nor files of
 * Git LFS, and a process less is needed to know it. Names may be shortened by what they share with the one before.
 */
export function isPlainIndex(gitDir: string): boolean {
  try {
    return !holdsAny(join(gitDir, 'index'), ['odules\0', 'ttributes\0']);
  } catch {
    return false;
  }
}

const PIECE = 1024 * 1024;

/** Whether one of the words is in a file, which is read piece by piece: the index of a large repository has many megabytes. */
function holdsAny(file: string, words: readonly string[]): boolean {
  const overlap = Math.max(...words.map(({ length }) => length));
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(PIECE, fstatSync(descriptor).size) + overlap);
    let kept = 0;
    for (;;) {
      const read = readSync(descriptor, buffer, kept, buffer.length - kept, null);
      if (read === 0) return false;
      const piece = buffer.subarray(0, kept + read);
      if (words.some((word) => piece.includes(word))) return true;
      // A word may lie across two pieces.
      kept = Math.min(piece.length, overlap);
      piece.copyWithin(0, piece.length - kept);
    }
  } finally {
    closeSync(descriptor);
  }
}

export interface GitArchive {
  path: string;
  /** Submodules of the revision (nested ones too, if they were put in). */
  submodules: string[];
  /** Files of which the archive holds only a Git LFS pointer. */
  lfsPointers: string[];
}

/**
 * Writes the archive: committed files only, `export-subst` and `export-ignore` honoured, compressed on all
 * processors; the same commit gives the same bytes, whatever the
 * person's settings are. Memory does not grow with the repository.
 * @throws PackitError `SUBMODULE_MISSING`, `DISK_FULL`, and what `git.exec` throws
 */
export async function createGitArchive(options: GitArchiveOptions): Promise<GitArchive> {
  const { git, revision = 'HEAD', prefix, output } = options;
  const whole: Part = { git, revision, prefix, path: '' };
  try {
    if (options.submodules === true && options.gitIn !== undefined) {
      const tree = await surveyTree(git, revision);
      const nested = await submoduleParts(options.gitIn, whole, tree);
      await writeParts([whole, ...nested], output);
      const lfsPointers = await missingLfsFiles(git, revision, tree);
      return { path: output, submodules: nested.map(({ path }) => path), lfsPointers };
    }
    if (options.plain === true) {
      await writeParts([whole], output);
      return { path: output, submodules: [], lfsPointers: [] };
    }
    // Side by side: for a small repository the listing takes as long as the archive.
    const [missing] = await Promise.all([listMissing(git, revision), writeParts([whole], output)]);
    return { path: output, ...missing };
  } catch (error) {
    await rm(output, { force: true });
    throw diskError(error, output);
  }
}

async function listMissing(git: Git, revision: string): Promise<Omit<GitArchive, 'path'>> {
  const tree = await surveyTree(git, revision);
  const submodules = tree.submodules.map(({ path }) => displayRaw(path));
  return { submodules, lfsPointers: await missingLfsFiles(git, revision, tree) };
}

interface Part {
  git: Git;
  revision: string;
  prefix: string;
  /** Path of the submodule below the archive's root; empty for the repository itself. */
  path: string;
}

async function submoduleParts(
  gitIn: (directory: string) => Git,
  parent: Part,
  { submodules }: Pick<TreeSurvey, 'submodules'>,
): Promise<Part[]> {
  const parts: Part[] = [];
  for (const entry of submodules) {
    const name = displayRaw(entry.path);
    const directory = join(parent.git.dir, name);
    const path = parent.path === '' ? name : `${parent.path}/${name}`;
    const git = gitIn(directory);
    if (!(await hasCommit(git, directory, entry.sha))) throw missingSubmodule(path, entry.sha);
    const part = { git, revision: entry.sha, prefix: `${parent.prefix}/${name}`, path };
    parts.push(part, ...(await submoduleParts(gitIn, part, await surveyTree(git, entry.sha))));
  }
  return parts;
}

/** An empty directory would make git answer for the repository around it. */
async function hasCommit(git: Git, directory: string, sha: string): Promise<boolean> {
  try {
    await stat(join(directory, '.git'));
    await git.exec(['cat-file', '-e', `${sha}^{commit}`]);
    return true;
  } catch {
    return false;
  }
}

function missingSubmodule(path: string, sha: string): PackitError {
  return new PackitError(
    'SUBMODULE_MISSING',
    `The submodule ${path} is not checked out at ${sha.slice(0, 8)}`,
    {
      hint: `Run: git submodule update --init --recursive -- ${path}`,
    },
  );
}

async function writeParts(parts: readonly Part[], output: string): Promise<void> {
  const gzip = createGzipFile(output);
  // Whoever writes to it hears of it; without a listener it would end the process.
  gzip.on('error', () => undefined);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    await archive(only, gzip);
    return;
  }
  // Several tar files become one: each without its end marker, and one marker after all of them.
  try {
    for (const part of parts) await archive(part, withoutEndMarker(gzip));
    gzip.end(Buffer.alloc(END_MARKER));
    await finished(gzip);
  } finally {
    gzip.destroy();
  }
}

const END_MARKER = 1024;

async function archive(part: Part, target: Writable): Promise<void> {
  const args = ['archive', '--format=tar', `--prefix=${part.prefix}/`, part.revision];
  await part.git.exec(args, { stdoutTo: target, env: OWN_CHECKOUT });
}

/** Passes a tar file on to `target`, which stays open. */
function withoutEndMarker(target: Writable): Writable {
  const scanner = createTarScanner(() => undefined);
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      try {
        target.write(Buffer.concat(scanner.push(chunk)), done);
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

function diskError(error: unknown, output: string): unknown {
  if (!hasErrnoCode(error, 'ENOSPC') && !hasErrnoCode(error, 'EDQUOT')) return error;
  return new PackitError(
    'DISK_FULL',
    `No space left for the archive ${basename(output)} in ${dirname(output)}`,
    {
      hint: 'Free some space, or set TMPDIR to a directory on a larger disk.',
      cause: error,
    },
  );
}
