/** Bodies of a session: small ones in the document, as readable as they are; others in files named by their SHA-256. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PackitError } from '../errors.ts';
import { BODIES } from './format.ts';
import type { StoredBody } from './format.ts';

/** Larger bodies get a file. Bytes. */
const INLINE_LIMIT = 8 * 1024;

/** Stores bytes that have been masked already. */
export function storeBody(directory: string, bytes: Buffer): StoredBody {
  if (bytes.length > INLINE_LIMIT) return storeFile(directory, bytes);
  const text = decodeExactly(bytes);
  if (text === undefined) return { base64: bytes.toString('base64') };
  return asJson(text) ?? { lines: text.split('\n') };
}

export function storeFile(directory: string, bytes: Buffer): { file: string; size: number } {
  const file = createHash('sha256').update(bytes).digest('hex');
  const path = join(directory, BODIES, file);
  mkdirSync(join(directory, BODIES), { recursive: true });
  if (!existsSync(path)) writeFileSync(path, bytes);
  return { file, size: bytes.length };
}

/** @throws PackitError `RECORDING_INVALID` if the file of a body is missing or was changed */
export function loadBody(directory: string, body: StoredBody): Buffer {
  if ('json' in body) return Buffer.from(JSON.stringify(body.json, undefined, body.indent));
  if ('lines' in body) return Buffer.from(body.lines.join('\n'));
  if ('base64' in body) return Buffer.from(body.base64, 'base64');
  return loadFile(directory, body.file);
}

export function loadFile(directory: string, file: string): Buffer {
  const path = join(directory, BODIES, file);
  const bytes = /^[0-9a-f]{64}$/.test(file) && existsSync(path) ? readFileSync(path) : undefined;
  if (bytes === undefined || createHash('sha256').update(bytes).digest('hex') !== file) {
    throw new PackitError(
      'RECORDING_INVALID',
      `A body of the recorded session is missing or was changed: ${path}`,
      {
        hint: 'Copy the whole directory of the recording, `bodies` included.',
      },
    );
  }
  return bytes;
}

/** The text, if encoding it gives the same bytes again. */
export function decodeExactly(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

function asJson(text: string): StoredBody | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    const indent = [0, 2, 4, 1].find((spaces) => JSON.stringify(json, undefined, spaces) === text);
    return indent === undefined ? undefined : { json, indent };
  } catch {
    return undefined;
  }
}
