import { setTimeout as sleepFor } from 'node:timers/promises';
import { isRateLimit } from './failure.ts';
import type { HttpFetch } from '../http/index.ts';
import type { RetryPolicy } from './types.ts';

export interface TransportOptions {
  /** One attempt: proxies, certificates and time limits are its business. */
  fetch: HttpFetch;
  retry?: RetryPolicy;
  signal?: AbortSignal;
  /** Told before each repetition. */
  onRetry?: (message: string) => void;
  sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

export interface Sending {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
  /** A POST that only asks: it may be repeated, and sent in a dry run. */
  readOnly?: boolean;
}

/** An answer that has come completely. */
export interface Reply {
  status: number;
  headers: Headers;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Sends a request, again where that can help and can do no harm. Throws what `fetch` threw last. */
export type Transport = (request: Sending) => Promise<Reply>;

/** Failures in which the request never left: any request may be repeated. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'HTTP_DNS',
  'HTTP_REFUSED',
]);
const RETRIED_STATUS = new Set([500, 502, 503, 504]);

/**
 * Repeats what failed for a passing reason: no answer, a server error, a rate limit with a bearable
 * `Retry-After`. A POST creates something, and a lost answer does not tell whether it did: it is repeated only
 * if it surely was not carried out; the callers look first and create then, so a new run does no harm.
 */
export function createTransport(options: TransportOptions): Transport {
  const { attempts = 3, baseDelay = 1000, maxDelay = 60_000 } = options.retry ?? {};
  const sleep =
    options.sleep ??
    ((ms: number, signal?: AbortSignal) => sleepFor(ms, undefined, signal ? { signal } : {}));

  return async function send(request) {
    const { url, readOnly, ...init } = request;
    if (options.signal !== undefined) init.signal ??= options.signal;
    const mayRepeat = readOnly === true || request.method !== 'POST';
    // A redirected POST would become a GET, and look like a success.
    const redirect = request.method === 'GET' ? 'follow' : 'manual';
    const access = readOnly === true || request.method === 'GET' ? 'read' : 'write';
    for (let attempt = 1; ; attempt += 1) {
      const backOff = Math.min(maxDelay, baseDelay * 2 ** (attempt - 1));
      const last = attempt >= attempts;
      let reply: Reply;
      try {
        reply = await readAll(await options.fetch(url, { ...init, redirect, access }));
      } catch (error) {
        init.signal?.throwIfAborted();
        if (last || !(mayRepeat || wasNeverSent(error))) throw error;
        await pause(backOff, 'no answer');
        continue;
      }
      const wait = last ? undefined : delayFor(reply, mayRepeat, backOff, maxDelay);
      if (wait === undefined) return reply;
      await pause(wait, `status ${reply.status}`);
    }

    async function pause(ms: number, reason: string): Promise<void> {
      options.onRetry?.(`${request.method} ${hostOf(request.url)}: ${reason}, trying again in ${ms} ms`);
      await sleep(ms, init.signal);
    }
  };
}

/** Reads to the end, so that an answer cut short counts as none. */
async function readAll(response: Response): Promise<Reply> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes };
}

/** Milliseconds to wait before another attempt; undefined = the answer is final. */
function delayFor(reply: Reply, mayRepeat: boolean, backOff: number, maxDelay: number): number | undefined {
  const asked = retryAfter(reply.headers);
  if (isRateLimit(reply.status, reply.headers)) {
    if (asked === undefined) return reply.status === 429 ? backOff : undefined;
    return asked <= maxDelay ? asked : undefined;
  }
  if (!RETRIED_STATUS.has(reply.status)) return undefined;
  if (reply.status === 503 && asked !== undefined) return asked <= maxDelay ? asked : undefined;
  return mayRepeat ? backOff : undefined;
}

/** RFC 9110: seconds or a date. In milliseconds. */
function retryAfter(headers: Headers): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

export function wasNeverSent(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string' && NEVER_SENT.has(current.code)) return true;
  }
  return false;
}

function hostOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

/** The shape of the platform's `fetch` on top of a transport: what Octokit takes. */
export function asFetch(send: Transport): typeof fetch {
  return async (input, init) => {
    const url = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
    const method = (init?.method ?? 'GET').toUpperCase();
    const request: Sending = { method: method as Sending['method'], url, headers: {} };
    new Headers(init?.headers).forEach((value, name) => {
      request.headers[name] = value;
    });
    if (typeof init?.body === 'string') request.body = init.body;
    if (init?.signal) request.signal = init.signal;
    const { status, headers, bytes } = await send(request);
    return new Response(status === 204 || status === 304 ? null : bytes, { status, headers });
  };
}
