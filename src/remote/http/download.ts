import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, utimes } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PackitError, ServiceError } from '../../errors.ts';
import { onDisk } from './disk.ts';
import { anySignal, refusal, requestHeaders } from './engine.ts';
import type { Engine, Incoming } from './engine.ts';
import { transportError } from './errors.ts';
import { forget, noteFacts, resumable } from './part-file.ts';
import type { Transfer } from './part-file.ts';
import { makeResponse } from './response.ts';
import { withRetries } from './retry.ts';
import type { DownloadRequest, DownloadResult, RefreshRequest } from './types.ts';
import { displayUrl, requestTarget } from './url.ts';

/** Slower than this over a whole window is as good as dead (what rpkg tells curl). */
const SLOW_BYTES_PER_SECOND = 1000;
const SLOW_WINDOW_MS = 60_000;
const ERROR_BODY_BYTES = 16 * 1024;

/**
 * Downloads to `file` by way of `<file>.part`, which is continued (`Range`, `If-Range`) if the server gives
 * a strong validator and begun again if it does not. The caller sees to it that no two of them share a file.
 * @throws ServiceError as `request`; `HTTP_TRUNCATED`, `DOWNLOAD_SIZE`
 * @throws PackitError `DISK_FULL`, `FILE_WRITE`
 */
export async function downloadFile(request: DownloadRequest, engine: Engine): Promise<DownloadResult> {
  const result = await refreshFile(request, engine);
  if (result !== undefined) return result;
  throw new ServiceError('HTTP_STATUS', `${displayUrl(request.url)} answered 304 to a question nobody asked`);
}

/** `downloadFile`, unless the server says that it still has what `etag` and `lastModified` describe. */
export async function refreshFile(
  request: RefreshRequest,
  engine: Engine,
): Promise<DownloadResult | undefined> {
  const { url, authorization, secret } = requestTarget(request.url);
  engine.options.redactor?.add(secret);
  const part = `${request.file}.part`;
  const transfer: Transfer = { part, facts: `${part}.json`, url, resumedFrom: 0 };
  const policy = engine.policy(request, true);
  const headers = requestHeaders(request.headers, undefined, authorization);
  await onDisk(request.file, () => mkdir(dirname(request.file), { recursive: true }));

  const result = await withRetries(() => attempt(request, transfer, headers, engine), policy).catch(
    async (error: unknown) => {
      // A part that cannot be completed must not keep the disk full.
      if (error instanceof PackitError && error.code === 'DISK_FULL') await forget(transfer);
      throw error;
    },
  );
  if (result === undefined) return undefined;
  await onDisk(request.file, async () => {
    if (request.keepTime !== false && result.lastModified !== undefined) {
      const time = new Date(result.lastModified);
      if (!Number.isNaN(time.getTime())) await utimes(part, time, time);
    }
    await rename(part, request.file);
    await rm(transfer.facts, { force: true });
  });
  return result;
}

async function attempt(
  request: RefreshRequest,
  transfer: Transfer,
  headers: Record<string, string>,
  engine: Engine,
): Promise<DownloadResult | undefined> {
  const earlier = await resumable(transfer);
  const extra: Record<string, string> = {};
  if (earlier !== undefined) {
    extra.range = `bytes=${earlier.size}-`;
    extra['if-range'] = earlier.validator;
  } else if (request.etag !== undefined) {
    extra['if-none-match'] = request.etag;
  } else if (request.lastModified !== undefined) {
    extra['if-modified-since'] = request.lastModified;
  }
  const slow = new AbortController();
  const incoming = await engine.send({
    url: transfer.url,
    method: 'GET',
    access: 'read',
    headers: { ...headers, ...extra },
    signal: anySignal(engine.options.signal, request.signal, slow.signal),
    service: request.service,
    authHint: request.authHint,
  });
  if (incoming.status === 304) {
    incoming.body.on('error', () => {}).destroy();
    return undefined;
  }
  const from = startOf(incoming, earlier?.size);
  if (from === undefined) {
    incoming.body.on('error', () => {}).destroy();
    await forget(transfer);
    // The rest that was asked for is not there: what came before belongs to another file.
    throw new ServiceError('HTTP_TRUNCATED', `${displayUrl(transfer.url)} changed while it was downloaded`);
  }
  if (incoming.status !== 200 && incoming.status !== 206) throw await badAnswer(incoming);

  const total = announcedSize(incoming, from);
  checkSize(total, request, transfer);
  const hash = createHash('sha512');
  if (from > 0) await hashFile(transfer.part, hash);
  await noteFacts(transfer, incoming);
  transfer.resumedFrom = Math.max(from, transfer.resumedFrom);
  const slowWindow = engine.options.slowWindow ?? SLOW_WINDOW_MS;
  const size = await receive({ request, transfer, incoming, from, total, hash, slow, slowWindow });
  if (total !== undefined && size < total) {
    throw new ServiceError(
      'HTTP_TRUNCATED',
      `Only ${size} of ${total} bytes came (${displayUrl(transfer.url)})`,
      {
        hint: 'Try again: what has come is kept and continued.',
      },
    );
  }
  if (size !== (request.expectedSize ?? size)) {
    await forget(transfer);
    throw wrongSize(size, request, transfer);
  }
  return {
    url: incoming.url.href,
    size,
    sha512: hash.digest('hex'),
    resumedFrom: transfer.resumedFrom,
    ...(incoming.headers.etag === undefined ? {} : { etag: incoming.headers.etag }),
    ...(incoming.headers['last-modified'] === undefined
      ? {}
      : { lastModified: incoming.headers['last-modified'] }),
  };
}

/** Where the body begins in the file; undefined if the server sent a range nobody asked for, or none. */
function startOf(incoming: Incoming, asked: number | undefined): number | undefined {
  if (incoming.status === 416) return undefined;
  if (incoming.status !== 206) return 0;
  const start = /^bytes (\d+)-/.exec(incoming.headers['content-range'] ?? '')?.[1];
  return start !== undefined && Number(start) === asked ? asked : undefined;
}

function announcedSize(incoming: Incoming, from: number): number | undefined {
  const whole = /\/(\d+)$/.exec(incoming.headers['content-range'] ?? '')?.[1];
  if (incoming.status === 206 && whole !== undefined) return Number(whole);
  const length = incoming.headers['content-length'];
  return length === undefined ? undefined : from + Number(length);
}

interface Reception {
  request: DownloadRequest;
  transfer: Transfer;
  incoming: Incoming;
  from: number;
  total: number | undefined;
  hash: Hash;
  slow: AbortController;
  slowWindow: number;
}

async function receive(reception: Reception): Promise<number> {
  const { request, transfer, incoming, from, total, hash, slow, slowWindow } = reception;
  const { part } = transfer;
  let done = from;
  let windowStart = done;
  const watch = setInterval(() => {
    if (done - windowStart < (SLOW_BYTES_PER_SECOND * slowWindow) / 1000) {
      slow.abort(new DOMException('too slow', 'TimeoutError'));
    }
    windowStart = done;
  }, slowWindow).unref();
  const file = await onDisk(part, () => open(part, from > 0 ? 'a' : 'w'));
  try {
    request.onProgress?.(done, total);
    for await (const chunk of chunksOf(incoming)) {
      await onDisk(part, () => writeAll(file, chunk));
      hash.update(chunk);
      done += chunk.length;
      // Something endless in its place must not fill the disk first.
      if (done > (request.expectedSize ?? done)) break;
      request.onProgress?.(done, total);
    }
    return done;
  } finally {
    clearInterval(watch);
    await file.close();
  }
}

/** Errors of the network on their own, apart from those of the disk. */
async function* chunksOf(incoming: Incoming): AsyncGenerator<Uint8Array> {
  const iterator = incoming.body[Symbol.asyncIterator]();
  try {
    for (;;) {
      let next: IteratorResult<Uint8Array, unknown>;
      try {
        next = (await iterator.next()) as IteratorResult<Uint8Array, unknown>;
      } catch (error) {
        throw transportError(error, incoming.facts);
      }
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    incoming.body.on('error', () => {}).destroy();
  }
}

async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, at);
    at += bytesWritten;
  }
}

async function badAnswer(incoming: Incoming): Promise<ServiceError> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of chunksOf(incoming)) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > ERROR_BODY_BYTES) break;
    }
  } catch {
    // The status alone has to do.
  }
  const { status, headers, url, facts } = incoming;
  return refusal(makeResponse({ status, headers, url: url.href, body: Buffer.concat(chunks) }, facts), facts);
}

function checkSize(total: number | undefined, request: DownloadRequest, transfer: Transfer): void {
  if (total !== undefined && request.expectedSize !== undefined && total !== request.expectedSize) {
    throw wrongSize(total, request, transfer);
  }
}

function wrongSize(size: number, request: DownloadRequest, transfer: Transfer): ServiceError {
  return new ServiceError(
    'DOWNLOAD_SIZE',
    `${displayUrl(transfer.url)} has ${size} bytes instead of ${request.expectedSize}`,
    { hint: 'The file was replaced at its source, or something else is served in its place.' },
  );
}

async function hashFile(file: string, hash: Hash): Promise<void> {
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
}
