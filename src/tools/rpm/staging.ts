/** The directory rpmbuild sees as `_sourcedir`: what is done to its files around a build. */
import { closeSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import {
  chmod,
  copyFile,
  constants,
  lstat,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  utimes,
} from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrnoCode } from '../../errors.ts';

/**
 * Makes what a SRPM records of the files themselves depend on nothing but their content: mode 0644 (0755 for
 * executable ones) and the given time. Links become copies first, so that no file elsewhere is touched.
 * For a private directory only.
 * @param epoch seconds since 1970
 */
export async function normalizeFiles(directory: string, epoch: number): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    const file = await lstat(path);
    const linked = file.isSymbolicLink() || (file.isFile() && file.nlink > 1);
    const target = linked ? await statIfThere(path) : file;
    if (target === undefined || !target.isFile()) continue;
    if (linked) await replaceByCopy(path);
    await chmod(path, (target.mode & 0o111) === 0 ? 0o644 : 0o755);
    await utimes(path, epoch, epoch);
  }
}

/** Makes every linked file of a private directory a copy: what is written to it reaches nothing else. */
export async function copyLinkedFiles(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isSymbolicLink() && (await statIfThere(path))?.isFile() === true) await replaceByCopy(path);
  }
}

async function replaceByCopy(path: string): Promise<void> {
  const copied = `${path}.copy`;
  await copyFile(path, copied, constants.COPYFILE_FICLONE);
  await rename(copied, path);
}

async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch {
    return undefined;
  }
}

const BIG_ENOUGH = 8 * 1024 * 1024;
const MOSTLY = 0.9;

/** How compressed files begin: gzip, xz, bzip2, zstd, lz4, lzip, zip. Ruby's gems are tar files of compressed ones. */
const MAGIC = ['1f8b', 'fd377a585a00', '425a68', '28b52ffd', '04224d18', '4c5a4950', '504b0304'];

/**
 * True if there is much to pack and nearly all of it is compressed: then a second compression costs seconds and
 * saves nothing.
 */
export function isMostlyCompressed(directory: string): boolean {
  let total = 0;
  let compressed = 0;
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const file = statSync(path, { throwIfNoEntry: false });
    if (file === undefined || !file.isFile()) continue;
    total += file.size;
    if (file.size > BIG_ENOUGH / 100 && (name.endsWith('.gem') || beginsCompressed(path))) {
      compressed += file.size;
    }
  }
  return total >= BIG_ENOUGH && compressed >= total * MOSTLY;
}

function beginsCompressed(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const start = Buffer.alloc(6);
    const read = readSync(file, start);
    const hex = start.toString('hex', 0, read);
    return MAGIC.some((magic) => hex.startsWith(magic));
  } finally {
    closeSync(file);
  }
}

/**
 * Makes the files of other directories visible in `directory` by links, where nothing of that name is there, for
 * the time of `work`. The links are removed, never what they lead to.
 */
export async function withFilesOf<T>(
  others: readonly string[],
  directory: string,
  work: () => Promise<T>,
): Promise<T> {
  const links: string[] = [];
  try {
    for (const other of others) {
      for (const name of await readdir(other)) {
        const link = join(directory, name);
        if (await addLink(join(other, name), link)) links.push(link);
      }
    }
    return await work();
  } finally {
    await Promise.all(links.map((link) => rm(link, { force: true })));
  }
}

async function addLink(target: string, link: string): Promise<boolean> {
  try {
    await symlink(target, link);
    return true;
  } catch (error) {
    if (hasErrnoCode(error, 'EEXIST')) return false;
    throw error;
  }
}
