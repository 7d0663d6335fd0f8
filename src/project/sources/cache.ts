import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { constants, copyFile, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { hasErrnoCode } from '../../errors.ts';

/**
 * Downloads kept between runs: `<root>/<hash of the URL>/` holds `entry.json` and the content under the name
 * of its SHA-512. The entry is replaced by rename, so a reader sees the old pair or the new one.
 */
export interface CacheEntry {
  url: string;
  size: number;
  sha512: string;
  etag?: string;
  lastModified?: string;
}

export interface CachedFile extends CacheEntry {
  path: string;
}

const ENTRY = 'entry.json';
const PART = '.part';
const OWNED = 'download.';
const ABANDONED = 'abandoned.';
/** A part of another machine that nobody has written to for so long is abandoned. */
const QUIET_MS = 10 * 60 * 1000;

/** Loading Node's cryptography takes milliseconds, and most commands that know of sources download none. */
function createHash(type: string): Hash {
  return process.getBuiltinModule('node:crypto').createHash(type);
}

/** This machine, in the names of what it is downloading. */
function host(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}

/** The directory of a URL in the cache. The URL's credentials and fragment take no part. */
export function cacheDirectory(root: string, url: string): string {
  const key = new URL(url);
  key.hash = '';
  key.username = '';
  key.password = '';
  return join(root, createHash('sha256').update(key.href).digest('hex').slice(0, 40));
}

/** What is cached, if its size and its hash are still what they were; a damaged entry is removed. */
export async function readCache(directory: string): Promise<CachedFile | undefined> {
  const entry = await readEntry(directory);
  if (entry === undefined) return undefined;
  const path = join(directory, entry.sha512);
  try {
    if ((await stat(path)).size === entry.size && (await hashFile(path, 'sha512')) === entry.sha512) {
      return { ...entry, path };
    }
  } catch {
    // Gone meanwhile, or unreadable.
  }
  await rm(join(directory, ENTRY), { force: true }).catch(() => {});
  await rm(path, { force: true }).catch(() => {});
  return undefined;
}

/** Makes a complete file, which is moved, the cached content of its directory. */
export async function writeCache(directory: string, file: string, entry: CacheEntry): Promise<CachedFile> {
  const before = await readEntry(directory);
  const path = join(directory, entry.sha512);
  await rename(file, path);
  const temporary = join(directory, `${ENTRY}.${process.pid}.${globalThis.crypto.randomUUID()}`);
  await writeFile(temporary, `${JSON.stringify(entry)}\n`);
  await rename(temporary, join(directory, ENTRY));
  if (before !== undefined && before.sha512 !== entry.sha512) {
    await rm(join(directory, before.sha512), { force: true });
  }
  return { ...entry, path };
}

async function readEntry(directory: string): Promise<CacheEntry | undefined> {
  try {
    const value = JSON.parse(await readFile(join(directory, ENTRY), 'utf8')) as Partial<CacheEntry>;
    const { url, size, sha512 } = value;
    if (typeof url !== 'string' || typeof size !== 'number' || !/^[0-9a-f]{128}$/.test(sha512 ?? ''))
      return undefined;
    return value as CacheEntry;
  } catch {
    return undefined;
  }
}

/** A file name to download to; releasing it leaves a broken download's part for whoever comes next. */
export interface Claim {
  file: string;
  release(): Promise<void>;
}

/**
 * A file name of our own to download into, with what a broken download left behind moved there to go on from.
 * The move is atomic: of several runs one gets it, the others begin anew.
 */
export async function claimDownload(directory: string): Promise<Claim> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, `${OWNED}${host()}.${process.pid}.${globalThis.crypto.randomUUID()}`);
  for (const name of await readdir(directory)) {
    if (!name.endsWith(PART) || !(await isAbandoned(directory, name))) continue;
    if (await movePart(join(directory, name), `${file}${PART}`)) break;
  }
  return {
    file,
    async release() {
      const abandoned = join(directory, `${ABANDONED}${globalThis.crypto.randomUUID()}${PART}`);
      await movePart(`${file}${PART}`, abandoned);
    },
  };
}

async function movePart(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    await rename(`${from}.json`, `${to}.json`);
    return true;
  } catch (error) {
    if (hasErrnoCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function isAbandoned(directory: string, name: string): Promise<boolean> {
  if (name.startsWith(ABANDONED)) return true;
  const [, machine, pid] = /^download\.([^.]*)\.(\d+)\./.exec(name) ?? [];
  if (pid === undefined) return false;
  if (machine === host()) return !isAlive(Number(pid));
  // Another machine or container: its processes cannot be asked.
  const facts = await stat(join(directory, name)).catch(() => undefined);
  return facts !== undefined && Date.now() - facts.mtimeMs > QUIET_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasErrnoCode(error, 'ESRCH');
  }
}

/** Puts a cached file in its place: complete from the first moment it can be seen, never a hard link. */
export async function placeFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const temporary = `${to}.${globalThis.crypto.randomUUID()}.tmp`;
  try {
    await copyFile(from, temporary, constants.COPYFILE_FICLONE);
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Lower-case hexadecimal hash of a file. `type` is one of Node's: `sha512`, `sha256`, `md5`. */
export async function hashFile(path: string, type: string): Promise<string> {
  const hash = createHash(type);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }))
    hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
