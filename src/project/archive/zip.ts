/** Names in a zip file, from its central directory. */
import { open } from 'node:fs/promises';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_SIZE = 22;
const MAX_COMMENT = 0xffff;
const ENTRY_SIZE = 46;

/** @throws RangeError if it is not a zip file (or one of more than 4 GiB, which no source archive is) */
export async function zipEntries(path: string): Promise<string[]> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const tail = Buffer.alloc(Math.min(size, END_SIZE + MAX_COMMENT));
    await handle.read(tail, 0, tail.length, size - tail.length);
    const end = findEnd(tail);
    const length = tail.readUInt32LE(end + 12);
    if (length > size) throw new RangeError('a damaged zip file');
    const directory = Buffer.alloc(length);
    await handle.read(directory, 0, directory.length, tail.readUInt32LE(end + 16));
    return namesIn(directory);
  } finally {
    await handle.close();
  }
}

function findEnd(tail: Buffer): number {
  for (let at = tail.length - END_SIZE; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) === END) return at;
  }
  throw new RangeError('not a zip file');
}

function namesIn(directory: Buffer): string[] {
  const names: string[] = [];
  let at = 0;
  while (at + ENTRY_SIZE <= directory.length && directory.readUInt32LE(at) === ENTRY) {
    const nameLength = directory.readUInt16LE(at + 28);
    const extraLength = directory.readUInt16LE(at + 30);
    const commentLength = directory.readUInt16LE(at + 32);
    names.push(directory.toString('utf8', at + ENTRY_SIZE, at + ENTRY_SIZE + nameLength));
    at += ENTRY_SIZE + nameLength + extraLength + commentLength;
  }
  return names;
}
