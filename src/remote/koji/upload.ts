/** A file sent to a Koji hub in parts, each with its checksum. */
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { ServiceError } from '../../errors.ts';
import type { Hub } from './hub.ts';
import { record } from './shapes.ts';

const PART = 1024 * 1024;

export interface Upload {
  /** Absolute path. */
  file: string;
  /** Directory on the hub; default: one of its own below `cli-build`. */
  directory?: string;
  onProgress?: ((done: number, total: number) => void) | undefined;
  now: () => Date;
}

/**
 * @returns the path on the hub, to be named as the source of a build
 * @throws ServiceError `KOJI_UPLOAD` if something else arrived
 */
export async function uploadFile(hub: Hub, { file, directory, onProgress, now }: Upload): Promise<string> {
  const path = directory ?? `cli-build/${now().getTime() / 1000}.${letters(8)}`;
  const name = basename(file);
  const handle = await open(file);
  const whole = adler32();
  let offset = 0;
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(PART, Math.max(size, 1)));
    // Once at least: an empty file is a file.
    do {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
      const part = buffer.subarray(0, bytesRead);
      const own = adler32();
      own.update(part);
      whole.update(part);
      const query = {
        filename: name,
        filepath: path,
        fileverify: 'adler32',
        offset: String(offset),
        overwrite: '1',
      };
      const said = record(await hub.sendPart(query, Buffer.from(part)));
      if (Number(said.size) !== bytesRead || said.hexdigest !== own.digest()) throw damaged(name);
      offset += bytesRead;
      onProgress?.(offset, size);
      if (bytesRead === 0) break;
    } while (offset < size);
  } finally {
    await handle.close();
  }
  const call = { method: 'checkUpload', args: [path, name], keywords: { verify: 'adler32' } };
  const arrived = record(await hub.act(call));
  if (Number(arrived.size) !== offset || arrived.hexdigest !== whole.digest()) throw damaged(name);
  return `${path}/${name}`;
}

function damaged(name: string): ServiceError {
  return new ServiceError('KOJI_UPLOAD', `${name} arrived damaged at Koji`, {
    hint: 'Run again. If it stays so, something on the way (a proxy?) changes what is sent.',
  });
}

function letters(count: number): string {
  return [...randomBytes(count)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
}

const MODULUS = 65521;

/** The checksum of zlib (RFC 1950), as eight hexadecimal digits. */
export function adler32(): { update(bytes: Uint8Array): void; digest(): string } {
  let a = 1;
  let b = 0;
  return {
    update(bytes) {
      for (let start = 0; start < bytes.length; start += 3800) {
        for (const byte of bytes.subarray(start, start + 3800)) {
          a += byte;
          b += a;
        }
        a %= MODULUS;
        b %= MODULUS;
      }
    },
    digest: () => (b * 65536 + a).toString(16).padStart(8, '0'),
  };
}
