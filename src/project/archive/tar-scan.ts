/** Reading the headers of a tar file as its bytes go by, whoever wrote it: ustar, GNU and pax. */

const BLOCK = 512;
/** Long names and pax records are kept in memory; the longest path Linux knows has 4 KiB. */
const MAX_META = 1024 * 1024;

export interface TarEntry {
  /** As in the archive; the bytes read as UTF-8. */
  name: string;
  /** The type flag: `0` file, `5` directory, `2` symbolic link, ... */
  type: string;
  size: number;
}

export interface TarScanner {
  /**
   * Takes the next bytes. Returns what is known to come before the end-of-archive marker, in order; the bytes of
   * a header are held back until it is whole.
   * @throws RangeError if the bytes are not a tar file
   */
  push(chunk: Buffer): Buffer[];
  /** True once the end marker was seen. */
  readonly ended: boolean;
  /** True between entries: an archive may end here without a marker. False before the first one. */
  readonly atBoundary: boolean;
}

interface Meta {
  type: string;
  chunks: Buffer[];
}

/** Makes a scanner. Nothing but one header and one long name is kept in memory. */
export function createTarScanner(onEntry: (entry: TarEntry) => void): TarScanner {
  let header = Buffer.alloc(0);
  /** Bytes of data (with padding) before the next header, and how many of them belong to a long name. */
  let data = 0;
  let meta: Meta | undefined;
  let metaLeft = 0;
  let longName: string | undefined;
  let longSize: number | undefined;
  let ended = false;
  let entries = 0;

  const endMeta = (): void => {
    if (meta === undefined) return;
    const content = Buffer.concat(meta.chunks);
    if (meta.type === 'L') longName = content.toString('utf8').replace(/\0[^]*$/, '');
    if (meta.type === 'x') {
      const records = paxRecords(content);
      longName = records.get('path') ?? longName;
      const size = records.get('size');
      if (size !== undefined) longSize = Number(size);
    }
    meta = undefined;
  };

  const readHeader = (): void => {
    if (header.every((byte) => byte === 0)) {
      ended = true;
      return;
    }
    if (!hasValidChecksum(header)) throw new RangeError('not a tar header');
    const type = header.toString('latin1', 156, 157).replace('\0', '0');
    const isMeta = type === 'x' || type === 'g' || type === 'L' || type === 'K';
    const size = isMeta ? sizeOf(header) : (longSize ?? sizeOf(header));
    // Links and directories may carry a size and have no data; git and tar write 0 there.
    data = Math.ceil(size / BLOCK) * BLOCK;
    if (isMeta) {
      if (size > MAX_META) throw new RangeError('a name in it is longer than any name can be');
      meta = { type, chunks: [] };
      metaLeft = size;
      if (size === 0) endMeta();
      return;
    }
    entries += 1;
    onEntry({ name: longName ?? nameOf(header), type, size });
    longName = undefined;
    longSize = undefined;
  };

  return {
    get ended() {
      return ended;
    },
    get atBoundary() {
      return entries > 0 && data === 0 && header.length === 0;
    },
    push(chunk) {
      const passed: Buffer[] = [];
      let at = 0;
      while (at < chunk.length) {
        if (ended) break;
        if (data > 0) {
          const part = chunk.subarray(at, at + data);
          if (meta !== undefined) {
            const wanted = Buffer.from(part.subarray(0, metaLeft));
            meta.chunks.push(wanted);
            metaLeft -= wanted.length;
          }
          passed.push(part);
          data -= part.length;
          at += part.length;
          if (data === 0) endMeta();
          continue;
        }
        const part = chunk.subarray(at, at + BLOCK - header.length);
        header = Buffer.concat([header, part]);
        at += part.length;
        if (header.length < BLOCK) continue;
        readHeader();
        if (!ended) passed.push(header);
        header = Buffer.alloc(0);
      }
      return passed;
    },
  };
}

function text(header: Buffer, from: number, to: number): string {
  const end = header.indexOf(0, from);
  return header.toString('utf8', from, end < 0 || end > to ? to : end);
}

function nameOf(header: Buffer): string {
  const prefix = text(header, 257, 263) === 'ustar' ? text(header, 345, 500) : '';
  const name = text(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Octal digits, or with the high bit set a big-endian number (GNU, for 8 GiB and more). */
function sizeOf(header: Buffer): number {
  if ((header.readUInt8(124) & 0x80) !== 0) return Number(header.readBigUInt64BE(128));
  return Number.parseInt(text(header, 124, 136).trim() || '0', 8);
}

function hasValidChecksum(header: Buffer): boolean {
  const expected = Number.parseInt(text(header, 148, 156).trim(), 8);
  let sum = 0;
  for (const [index, byte] of header.entries()) sum += index >= 148 && index < 156 ? 32 : byte;
  return sum === expected;
}

/** `<length> <key>=<value>\n`, again and again. */
function paxRecords(content: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < content.length) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.toString('latin1', at, space));
    if (space < 0 || !Number.isInteger(length) || length <= 0) break;
    const record = content.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}
