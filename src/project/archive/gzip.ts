/**
 * gzip on all processors, the way pigz does it: blocks are compressed side by side, each with the 32 KiB before
 * it as its dictionary, and joined to one ordinary gzip member. The bytes depend on the content (and the zlib
 * inside Node) alone: no name, no time, whatever the number of processors.
 */
import { createWriteStream, writeFileSync } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Writable } from 'node:stream';
import { once } from 'node:events';
import { constants, crc32, deflateRaw, deflateRawSync } from 'node:zlib';

const BLOCK = 256 * 1024;
const WINDOW = 32 * 1024;
const LEVEL = 6;
/** Magic, deflate, no flags, no time, no extra flags, Unix. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);

/** Not `promisify`: importing `node:util` loads a dozen modules of Node's for one small function. */
function deflate(block: Buffer, options: object): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    deflateRaw(block, options, (error, result) => (error === null ? resolve(result) : reject(error)));
  });
}

/** Makes a stream that writes what it is given, compressed, to a file. Holds a few blocks in memory. */
export function createGzipFile(path: string): Writable {
  let target: { file: WriteStream; failed: Promise<Error> } | undefined;
  const limit = Math.max(2, Math.min(availableParallelism() + 1, 8));
  const running: Promise<Buffer>[] = [];
  let pending: Buffer[] = [];
  let pendingLength = 0;
  let dictionary = Buffer.alloc(0);
  let checksum = 0;
  let length = 0;

  const open = (): { file: WriteStream; failed: Promise<Error> } => {
    const file = createWriteStream(path);
    file.write(HEADER);
    return { file, failed: once(file, 'error').then(([error]) => error as Error) };
  };
  const writeOut = async (bytes: Buffer): Promise<void> => {
    const { file, failed } = (target ??= open());
    if (file.errored !== null) throw file.errored;
    if (!file.write(bytes)) {
      const error = await Promise.race([once(file, 'drain').then(() => undefined), failed]);
      if (error !== undefined) throw error;
    }
  };
  const writeOldest = async (): Promise<void> => {
    const oldest = running.shift();
    if (oldest !== undefined) await writeOut(await oldest);
  };
  const compress = async (block: Buffer, last: boolean): Promise<void> => {
    checksum = crc32(block, checksum);
    length += block.length;
    const work = deflate(block, {
      level: LEVEL,
      finishFlush: last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
      ...(dictionary.length === 0 ? {} : { dictionary }),
    });
    // Waited for in order; until then a failure must not count as unhandled.
    work.catch(() => undefined);
    running.push(work);
    dictionary = Buffer.from(block.subarray(Math.max(0, block.length - WINDOW)));
    if (running.length >= limit) await writeOldest();
  };
  const take = async (chunk: Buffer): Promise<void> => {
    pending.push(chunk);
    pendingLength += chunk.length;
    if (pendingLength < BLOCK) return;
    let all = Buffer.concat(pending);
    while (all.length >= BLOCK) {
      await compress(all.subarray(0, BLOCK), false);
      all = all.subarray(BLOCK);
    }
    pending = [all];
    pendingLength = all.length;
  };
  const finish = async (): Promise<void> => {
    const last = Buffer.concat(pending);
    // One block is compressed and written sooner than it could be waited for.
    if (length === 0) {
      const packed = deflateRawSync(last, { level: LEVEL });
      writeFileSync(path, Buffer.concat([HEADER, packed, trailer(crc32(last), last.length)]));
      return;
    }
    await compress(last, true);
    while (running.length > 0) await writeOldest();
    await writeOut(trailer(checksum, length));
    if (target === undefined) return;
    const { file, failed } = target;
    file.end();
    const error = await Promise.race([once(file, 'close').then(() => file.errored ?? undefined), failed]);
    if (error !== undefined) throw error;
  };

  return new Writable({
    write: (chunk: Buffer, _encoding, done) => settle(take(chunk), done),
    final: (done) => settle(finish(), done),
    destroy: (error, done) => {
      target?.file.destroy();
      done(error);
    },
  });
}

/** Checksum and length of what was compressed. */
function trailer(checksum: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(checksum, 0);
  bytes.writeUInt32LE(length % 2 ** 32, 4);
  return bytes;
}

function settle(work: Promise<void>, done: (error?: Error | null) => void): void {
  work.then(
    () => done(),
    (error: unknown) => done(error as Error),
  );
}
