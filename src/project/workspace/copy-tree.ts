import { Buffer } from 'node:buffer';
import {
  chmodSync,
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { hasErrnoCode } from '../../errors.ts';
import { joinRaw } from './raw-path.ts';

export interface CopyOptions {
  source: string;
  target: string;
  /** Paths relative to `source` (bytes as `latin1`, no slash at the end) that are not copied. */
  leaveOut: ReadonlySet<string>;
  signal?: AbortSignal;
}

/** A nested `.git` file: a submodule or a linked work tree in there. */
export interface GitLinkFile {
  /** Directory relative to the source. */
  directory: string;
  /** What the file points to. */
  gitDir: string;
}

const FILES_PER_TURN = 200;

export interface CopyResult {
  links: GitLinkFile[];
  /** Paths relative to the source (bytes as `latin1`) that this user may not read. */
  unreadable: string[];
}

/**
 * Copies a work tree: modes, times, symbolic links and names in any encoding; reflinks where the file system has them, never hard
 * links. The `.git` at the top and nested `.git` files are left out; the latter are returned.
 * Absolute links that point into the source point into the copy afterwards: whoever writes through one must not reach the source.
 */
export async function copyTree(options: CopyOptions): Promise<CopyResult> {
  const links: GitLinkFile[] = [];
  const unreadable: string[] = [];
  let files = 0;
  const readable = <T>(path: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!hasErrnoCode(error, 'EACCES')) throw error;
      unreadable.push(path);
      return undefined;
    }
  };
  const copyDirectory = async (source: Buffer, target: Buffer, path: string): Promise<void> => {
    for (const entry of readable(path, () =>
      readdirSync(source, { withFileTypes: true, encoding: 'buffer' }),
    ) ?? []) {
      const name = entry.name.toString('latin1');
      const entryPath = path === '' ? name : `${path}/${name}`;
      if (options.leaveOut.has(entryPath) || (path === '' && name === '.git')) continue;
      const from = joinRaw(source, entry.name);
      const to = joinRaw(target, entry.name);
      if (entry.isDirectory()) {
        mkdirSync(to, { mode: 0o700 });
        await copyDirectory(from, to, entryPath);
        copyMetadata(from, to);
      } else if (entry.isSymbolicLink()) {
        copyOne(from, to, options);
      } else if (entry.isFile() && name === '.git') {
        const gitDir = /^gitdir: (.+)/.exec(readFileSync(from, 'utf8'))?.[1];
        if (gitDir !== undefined) links.push({ directory: Buffer.from(path, 'latin1').toString(), gitDir });
      } else if (entry.isFile()) {
        readable(entryPath, () => {
          copyOne(from, to, options);
        });
        files += 1;
        if (files % FILES_PER_TURN === 0) {
          await setImmediate();
          options.signal?.throwIfAborted();
        }
      }
      // Sockets, pipes and devices are nothing to copy.
    }
  };
  await copyDirectory(Buffer.from(options.source), Buffer.from(options.target), '');
  return { links, unreadable };
}

/** Copies a file or a symbolic link to where nothing is. */
export function copyOne(from: Buffer, to: Buffer, options: Pick<CopyOptions, 'source' | 'target'>): void {
  const stat = lstatSync(from);
  if (stat.isSymbolicLink()) {
    symlinkSync(moveLink(readlinkSync(from, { encoding: 'buffer' }), options), to);
    return;
  }
  // It takes the mode along, but for the bits that writing removes.
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  if ((stat.mode & SPECIAL_BITS) !== 0) chmodSync(to, stat.mode & 0o7777);
  utimesSync(to, stat.atimeMs / 1000, stat.mtimeMs / 1000);
}

/** Set user, set group and sticky. */
const SPECIAL_BITS = 0o7000;

function copyMetadata(from: Buffer, to: Buffer): void {
  const { mode, atimeMs, mtimeMs } = lstatSync(from);
  chmodSync(to, mode & 0o7777);
  utimesSync(to, atimeMs / 1000, mtimeMs / 1000);
}

function moveLink(link: Buffer, { source, target }: Pick<CopyOptions, 'source' | 'target'>): Buffer {
  const text = link.toString();
  if (!isAbsolute(text)) return link;
  const inside = relative(source, text);
  if (inside.startsWith('..') || isAbsolute(inside)) return link;
  return Buffer.from(join(target, inside));
}

/** Bytes in a file or directory tree, as far as it can be read. */
export async function treeSize(path: Buffer, signal?: AbortSignal): Promise<number> {
  await setImmediate();
  signal?.throwIfAborted();
  let total = 0;
  try {
    const stat = lstatSync(path);
    if (!stat.isDirectory()) return stat.size;
    for (const entry of readdirSync(path, { withFileTypes: true, encoding: 'buffer' })) {
      const inside = joinRaw(path, entry.name);
      total += entry.isDirectory() ? await treeSize(inside, signal) : lstatSync(inside).size;
    }
  } catch (error) {
    if (!isErrno(error)) throw error;
  }
  return total;
}

function isErrno(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errno' in error;
}
