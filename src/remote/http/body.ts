import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { PackitError, messageOf } from '../../errors.ts';
import type { EncodedBody, HttpRequest, Part } from './types.ts';
import { encodeFields } from './url.ts';

const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';

/** The bytes of a request's body and their type. Files are not read before `open`. */
export async function encodeBody(request: HttpRequest): Promise<EncodedBody | undefined> {
  if (request.multipart !== undefined) return multipartBody(request.multipart, request.onUpload);
  if (request.json !== undefined) return bytesBody(JSON.stringify(request.json), 'application/json');
  if (request.form !== undefined) return bytesBody(encodeFields(request.form).toString(), FORM);
  return request.body === undefined ? undefined : bytesBody(request.body);
}

function bytesBody(content: Uint8Array | string, type?: string): EncodedBody {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return { length: bytes.length, open: () => bytes, ...(type === undefined ? {} : { type }) };
}

async function multipartBody(
  parts: readonly Part[],
  onUpload: HttpRequest['onUpload'],
): Promise<EncodedBody> {
  const boundary = `packit-${globalThis.crypto.randomUUID()}`;
  const pieces: (Uint8Array | { file: string; size: number })[] = [];
  for (const part of parts) {
    if ('value' in part) {
      pieces.push(Buffer.from(`${opening(boundary, part)}\r\n\r\n${part.value}\r\n`));
      continue;
    }
    const { filename = basename(part.file), type = 'application/octet-stream' } = part;
    pieces.push(Buffer.from(`${opening(boundary, { ...part, filename, type })}\r\n\r\n`));
    pieces.push({ file: part.file, size: await fileSize(part.file) }, Buffer.from('\r\n'));
  }
  pieces.push(Buffer.from(`--${boundary}--\r\n`));
  const length = pieces.reduce((sum, piece) => sum + ('file' in piece ? piece.size : piece.length), 0);

  async function* bytes(): AsyncGenerator<Uint8Array> {
    let done = 0;
    for (const piece of pieces) {
      for await (const chunk of 'file' in piece ? fileChunks(piece.file, piece.size) : [piece]) {
        yield chunk;
        done += chunk.length;
        onUpload?.(done, length);
      }
    }
  }
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    length,
    open: () => Readable.from(bytes(), { objectMode: false }),
  };
}

function opening(
  boundary: string,
  { name, filename, type }: Pick<Part, 'name' | 'filename' | 'type'>,
): string {
  const file = filename === undefined ? '' : `; filename="${quoted(filename)}"`;
  const content = type === undefined ? '' : `\r\nContent-Type: ${type}`;
  return `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"${file}${content}`;
}

/** Quotes and line ends in names as browsers escape them (the URL standard's multipart encoding). */
function quoted(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

async function fileSize(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    throw new PackitError('FILE_READ', `Cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
}

async function* fileChunks(file: string, size: number): AsyncGenerator<Uint8Array> {
  if (size === 0) return;
  let seen = 0;
  // The length is announced already: a file that grows meanwhile must not spill over.
  for await (const chunk of createReadStream(file, { end: size - 1, highWaterMark: 256 * 1024 })) {
    seen += (chunk as Uint8Array).length;
    yield chunk as Uint8Array;
  }
  if (seen < size) throw new PackitError('FILE_READ', `${file} became shorter while it was sent`);
}
