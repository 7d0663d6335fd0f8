/** What of an answer is recorded: its body unpacked and masked, the headers that a client may read. */
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { messageOf } from '../errors.ts';
import type { WireAnswer } from '../remote/http/index.ts';
import { decodeExactly, storeBody } from './bodies.ts';
import type { Fault, HttpRecord } from './format.ts';
import { isSecretHeader } from './secrets.ts';
import type { Secrets } from './secrets.ts';

type Build = (directory: string, secrets: Secrets) => NonNullable<HttpRecord['answer']>;

/** Hands the answer on, and what there is to record of it once its body has gone through, to the end or not. */
export function recordAnswer(answer: WireAnswer, done: (build: Build) => void): WireAnswer {
  const chunks: Uint8Array[] = [];
  let broken: unknown;
  let written = false;
  const write = (): void => {
    if (written) return;
    written = true;
    done((directory, secrets) => {
      const { bytes, headers } = readable(Buffer.concat(chunks), answer.headers, broken !== undefined);
      return {
        status: answer.status,
        headers: recordedHeaders(headers, secrets),
        body: storeBody(directory, maskBody(bytes, headers['content-type'] ?? '', secrets)),
        ...(broken === undefined ? {} : { broken: faultOf(broken, secrets) }),
      };
    });
  };
  async function* through(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of answer.body) {
        chunks.push(chunk as Uint8Array);
        yield chunk as Uint8Array;
      }
    } catch (error) {
      broken = error;
      throw error;
    } finally {
      write();
    }
  }
  const body = Readable.from(through(), { objectMode: false });
  // The body of a redirect is thrown away unread.
  body.once('close', () => {
    write();
    answer.body.on('error', () => {}).destroy();
  });
  return { ...answer, body };
}

/** The body unpacked, so that secrets in it are seen. */
function readable(
  bytes: Buffer,
  headers: Record<string, string>,
  broken: boolean,
): { bytes: Buffer; headers: Record<string, string> } {
  if (broken || bytes.length === 0 || !/^(?:x-)?gzip$/i.test(headers['content-encoding'] ?? ''))
    return { bytes, headers };
  try {
    const { 'content-encoding': _encoding, 'content-length': _length, ...rest } = headers;
    return { bytes: gunzipSync(bytes), headers: rest };
  } catch {
    return { bytes, headers };
  }
}

/** Those that a client may read; dates, servers and traces would differ each time. */
const KEPT =
  /^(?:content-(?:type|length|range|encoding)|location|link|etag|last-modified|retry-after|accept-ranges|x-(?:total.*|next-page|page|per-page|ratelimit-.*)|koji-version)$/;

function recordedHeaders(headers: Record<string, string>, secrets: Secrets): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => KEPT.test(name) && !isSecretHeader(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, secrets.text(value)]));
}

function maskBody(bytes: Buffer, type: string, secrets: Secrets): Buffer {
  const text = decodeExactly(bytes);
  if (text === undefined) return secrets.bytes(bytes);
  if (/json/i.test(type) || /^\s*[[{]/.test(text)) {
    try {
      const value: unknown = JSON.parse(text);
      const masked = JSON.stringify(secrets.json(value));
      // Left as it came where nothing in it is secret.
      return masked === JSON.stringify(value) ? bytes : Buffer.from(masked);
    } catch {
      // Not JSON after all.
    }
  }
  return Buffer.from(maskWords(secrets.text(text)));
}

/** Output of a program, without what is secret in it. */
export function maskOutput(bytes: Buffer, secrets: Secrets): Buffer {
  const text = decodeExactly(bytes);
  return text === undefined ? secrets.bytes(bytes) : Buffer.from(maskWords(secrets.text(text)));
}

/** `password=...` as credential helpers and forms write it. */
function maskWords(text: string): string {
  return text.replace(/^((?:password|oauth_refresh_token|credential)=).+$/gim, '$1masked-by-packit');
}

/** An error as it is recorded. */
export function faultOf(error: unknown, secrets: Secrets): Fault {
  const shape = error as { name?: unknown; code?: unknown; hint?: unknown };
  return {
    name: typeof shape.name === 'string' ? shape.name : 'Error',
    code: typeof shape.code === 'string' ? shape.code : '',
    message: secrets.text(messageOf(error)),
    ...(typeof shape.hint === 'string' ? { hint: secrets.text(shape.hint) } : {}),
  };
}
