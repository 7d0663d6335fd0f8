/** The end of a build's log, of whatever size, packed or not. */
import { createGunzip } from 'node:zlib';
import { isPackitError } from '../../errors.ts';
import type { HttpClient } from '../http/index.ts';

export interface CoprLog {
  url: string;
  /** The last part of it; the first line may be cut. */
  text: string;
}

/** Names in a result directory, the best first: while it is written the log is not packed. */
const NAMES = ['builder-live.log.gz', 'builder-live.log', 'build.log.gz', 'build.log'] as const;
const KEPT = 512 * 1024;

/**
 * Undefined if there is no log (any more). One that is there and cannot be read, being too large or cut, has no text: it only
 * explains what is known already.
 */
export async function readLog(http: HttpClient, resultUrl: string): Promise<CoprLog | undefined> {
  let unread: CoprLog | undefined;
  for (const name of NAMES) {
    const url = `${resultUrl}${name}`;
    try {
      const headers = name.endsWith('.gz') ? {} : { range: `bytes=-${KEPT}` };
      const accept = [403, 404, 410, 416];
      const answer = await http.request({ url, headers, accept, service: 'Copr', retries: 1 });
      if (answer.status < 400) return { url, text: await tail(answer.body) };
    } catch (error) {
      if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
      unread ??= { url, text: '' };
    }
  }
  return unread;
}

async function tail(body: Uint8Array): Promise<string> {
  const packed = body[0] === 0x1f && body[1] === 0x8b;
  const decoder = new TextDecoder();
  if (!packed) return decoder.decode(body.subarray(Math.max(0, body.length - KEPT)));
  let kept = Buffer.alloc(0);
  const gunzip = createGunzip();
  gunzip.end(body);
  try {
    for await (const chunk of gunzip) {
      kept = Buffer.concat([kept, chunk as Buffer]);
      if (kept.length > 2 * KEPT) kept = Buffer.from(kept.subarray(kept.length - KEPT));
    }
  } catch {
    // Cut short: what came is worth reading.
  }
  return decoder.decode(kept.subarray(Math.max(0, kept.length - KEPT)));
}
