import { Buffer } from 'node:buffer';

/** Joins paths byte for byte: file names need not be UTF-8. */
export function joinRaw(directory: Buffer, name: Buffer): Buffer {
  return Buffer.concat([directory, Buffer.from('/'), name]);
}
