import { access, constants, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pLimit from 'p-limit';
import { EXIT, InterruptedError, PackitError, ServiceError, hasErrnoCode, messageOf } from '../../errors.ts';
import { displayUrl } from '../../remote/http/index.ts';
import type { DownloadResult, HttpClient } from '../../remote/http/index.ts';
import type { Ui } from '../../ui.ts';
import { requireInside } from '../inside.ts';
import { cacheDirectory, claimDownload, hashFile, placeFile, readCache, writeCache } from './cache.ts';
import type { CachedFile } from './cache.ts';
import type { DownloadedSource, RemoteSource } from './types.ts';

export interface DownloadOptions {
  downloads: readonly RemoteSource[];
  /** Absolute directory the files are put into. */
  directory: string;
  /** Directory shared between runs: `<ctx.paths.cache>/sources`. Without it nothing is kept. */
  cache?: string;
  http: HttpClient;
  ui: Pick<Ui, 'info' | 'warn' | 'debug' | 'progress'>;
  signal?: AbortSignal;
  /** Downloads at a time. Default 4. */
  concurrency?: number;
}

const CONCURRENCY = 4;
const ARCHIVE = /\.(tar(\.\w+)?|t[gbx]z|tzst|zip|gem|crate|gz|bz2|xz|zst|lz|7z|whl|jar)$/i;

/**
 * Downloads everything that is planned, several files at a time. One failure does not end the others; all of them
 * are reported together.
 * @throws ServiceError, PackitError the failure itself if there is one, `SOURCES_DOWNLOAD_FAILED` for several
 * @throws InterruptedError
 */
export async function downloadSources(options: DownloadOptions): Promise<DownloadedSource[]> {
  const limit = pLimit(options.concurrency ?? CONCURRENCY);
  const cache = await usableCache(options);
  const outcomes = await Promise.allSettled(
    options.downloads.map((source) => limit(() => downloadOne(source, { ...options, cache }))),
  );

  const failures: { source: RemoteSource; error: unknown }[] = [];
  const done: DownloadedSource[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const source = options.downloads[index];
    if (outcome.status === 'fulfilled') done.push(outcome.value);
    else if (source !== undefined) failures.push({ source, error: outcome.reason });
  }
  const interrupted = failures.find(({ error }) => error instanceof InterruptedError);
  if (interrupted !== undefined) throw interrupted.error;
  for (const { source, error } of failures.filter(({ source }) => source.optional === true)) {
    options.ui.warn({
      code: 'OPTIONAL_SOURCE_FAILED',
      message: `${source.origin} (${source.filename}) was not downloaded: ${messageOf(error)}`,
    });
  }
  const serious = failures.filter(({ source }) => source.optional !== true);
  if (serious.length > 0) throw together(serious, options.downloads.length);
  return done;
}

type OneDownload = Omit<DownloadOptions, 'cache'> & { cache: string | undefined };

async function downloadOne(source: RemoteSource, options: OneDownload): Promise<DownloadedSource> {
  const target = join(options.directory, source.filename);
  const { url, filename } = source;
  try {
    requireInside(options.directory, dirname(target), `${source.origin} (${filename})`);
    if (options.cache === undefined) {
      const file = `${target}.${globalThis.crypto.randomUUID()}.tmp`;
      try {
        const result = await transfer(source, file, options);
        if (result === undefined) throw new ServiceError('HTTP_STATUS', `${displayUrl(url)} sent nothing`);
        await verify(source, file, result);
        await rename(file, target);
        return { filename, url, size: result.size, sha512: result.sha512, from: 'network' };
      } finally {
        for (const suffix of ['', '.part', '.part.json']) await rm(`${file}${suffix}`, { force: true });
      }
    }
    const directory = cacheDirectory(options.cache, url);
    for (let again = false; ; again = true) {
      const { file, from } = await throughCache(source, directory, options);
      try {
        await placeFile(file.path, target);
        return { filename, url, size: file.size, sha512: file.sha512, from };
      } catch (error) {
        // Another run has just replaced what is cached: its content is as good.
        if (again || !hasErrnoCode(error, 'ENOENT')) throw error;
      }
    }
  } catch (error) {
    throw described(error, source, target);
  }
}

async function throughCache(
  source: RemoteSource,
  directory: string,
  options: OneDownload,
): Promise<{ file: CachedFile; from: DownloadedSource['from'] }> {
  const cached = await readCache(directory);
  if (cached !== undefined && (await isAsExpected(source, cached))) {
    options.ui.debug(`${source.filename}: taken from the cache, its hash is right`);
    return { file: cached, from: 'cache' };
  }
  const claim = await claimDownload(directory);
  try {
    const result = await transfer(source, claim.file, options, cached);
    if (result === undefined && cached !== undefined) {
      options.ui.debug(`${source.filename}: taken from the cache, unchanged at its source`);
      return { file: cached, from: 'cache' };
    }
    if (result === undefined) throw new ServiceError('HTTP_STATUS', `${displayUrl(source.url)} sent nothing`);
    await verify(source, claim.file, result);
    if (cached !== undefined && cached.sha512 !== result.sha512)
      warnOfChange(source, cached, result, options);
    const { size, sha512, etag, lastModified } = result;
    const entry = { url: displayUrl(source.url), size, sha512 };
    const file = await writeCache(directory, claim.file, {
      ...entry,
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
    });
    return { file, from: 'network' };
  } catch (error) {
    if (cached === undefined || source.expected?.hash !== undefined || !isUnreachable(error)) throw error;
    options.ui.info(`${source.filename}: ${messageOf(error)}; the copy in the cache is used`);
    return { file: cached, from: 'cache' };
  } finally {
    await rm(claim.file, { force: true });
    await claim.release();
  }
}

async function transfer(
  source: RemoteSource,
  file: string,
  options: OneDownload,
  cached?: CachedFile,
): Promise<DownloadResult | undefined> {
  const progress = options.ui.progress(`Downloading ${source.filename}`);
  try {
    return await options.http.refresh({
      url: source.url,
      file,
      ...(source.expected?.size === undefined ? {} : { expectedSize: source.expected.size }),
      ...(cached === undefined ? {} : { etag: cached.etag, lastModified: cached.lastModified }),
      onProgress: (done, total) => progress.update(done, total),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } finally {
    progress.end();
  }
}

/** Without a known hash the server has to be asked whether the file is still the same. */
async function isAsExpected(source: RemoteSource, cached: CachedFile): Promise<boolean> {
  const hash = source.expected?.hash;
  if (hash === undefined) return false;
  const actual = hash.type === 'sha512' ? cached.sha512 : await hashFile(cached.path, hash.type);
  return actual === hash.value;
}

async function verify(source: RemoteSource, file: string, result: DownloadResult): Promise<void> {
  const hash = source.expected?.hash;
  if (hash !== undefined) {
    const actual = hash.type === 'sha512' ? result.sha512 : await hashFile(file, hash.type);
    if (actual !== hash.value) {
      throw new ServiceError(
        'SOURCE_CHECKSUM',
        `${displayUrl(source.url)} has the ${hash.type} sum ${actual} instead of ${hash.value}`,
        { hint: 'The file was replaced at its source, or something else is served in its place.' },
      );
    }
  }
  if (ARCHIVE.test(source.filename) && (await looksLikeWebPage(file))) {
    throw new ServiceError('SOURCE_IS_WEB_PAGE', `${displayUrl(source.url)} is a web page, not an archive`, {
      hint: 'Open the URL in a browser: the server may want a login, or the file may have moved.',
    });
  }
}

async function looksLikeWebPage(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    return /^\s*<(!doctype html|html)/i.test(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await handle.close();
  }
}

function warnOfChange(
  source: RemoteSource,
  old: CachedFile,
  now: DownloadResult,
  options: OneDownload,
): void {
  options.ui.warn({
    code: 'SOURCE_CHANGED',
    message: `${displayUrl(source.url)} is not what it was the last time (${old.size} bytes then, ${now.size} now)`,
    hint: 'Released files should not change: check that this is meant before publishing it.',
  });
}

/** The network or the service is down; that the file is gone or forbidden is another matter. */
function isUnreachable(error: unknown): boolean {
  return (
    error instanceof ServiceError &&
    (error.status === undefined ? error.code.startsWith('HTTP_') : error.status >= 500)
  );
}

/** Undefined, with a word, where the cache cannot be written: a read-only home must not stop a build. */
async function usableCache(options: DownloadOptions): Promise<string | undefined> {
  if (options.cache === undefined || options.downloads.length === 0) return undefined;
  try {
    // Sources may be private; the XDG specification wants this mode, too.
    await mkdir(options.cache, { recursive: true, mode: 0o700 });
    await access(options.cache, constants.W_OK);
    return options.cache;
  } catch (error) {
    options.ui.info(`Downloads are not kept: ${options.cache} cannot be written (${messageOf(error)})`);
    return undefined;
  }
}

/** Says which Source failed, and what else helps. */
function described(error: unknown, source: RemoteSource, target: string): unknown {
  if (error instanceof InterruptedError) return error;
  if (!(error instanceof PackitError)) {
    const full = hasErrnoCode(error, 'ENOSPC') || hasErrnoCode(error, 'EDQUOT');
    return new PackitError(full ? 'DISK_FULL' : 'FILE_WRITE', `Cannot write ${target}: ${messageOf(error)}`, {
      cause: error,
      ...(full ? { hint: 'Free some space and run again.' } : {}),
    });
  }
  const message = `${source.origin} (${source.filename}): ${error.message}`;
  const options = {
    hint: hintFor(error, source),
    details: error.details,
    exitCode: error.exitCode,
    cause: error,
  };
  if (!(error instanceof ServiceError)) return new PackitError(error.code, message, options);
  return new ServiceError(error.code, message, {
    ...options,
    ...(error.status === undefined ? {} : { status: error.status }),
  });
}

function hintFor(error: PackitError, source: RemoteSource): string {
  if (error.code === 'HTTP_NOT_FOUND' || error.code === 'HTTP_FORBIDDEN') {
    return `Check ${source.origin} and the Version it is made of, or put ${source.filename} beside the spec file.`;
  }
  return error.hint ?? `Or put ${source.filename} beside the spec file.`;
}

function together(failures: { source: RemoteSource; error: unknown }[], total: number): unknown {
  const [first] = failures;
  if (failures.length === 1) return first?.error;
  const errors = failures.map(({ error }) => error);
  const onlyServices = errors.every((error) => error instanceof ServiceError);
  const hints = new Set(errors.map((error) => (error instanceof PackitError ? error.hint : undefined)));
  const [hint] = hints;
  return new PackitError(
    'SOURCES_DOWNLOAD_FAILED',
    `${failures.length} of ${total} sources were not downloaded`,
    {
      details: errors.map(messageOf),
      exitCode: onlyServices ? EXIT.service : EXIT.failure,
      hint: hints.size === 1 && hint !== undefined ? hint : 'Run again: what has come is kept in the cache.',
      cause: first?.error,
    },
  );
}
