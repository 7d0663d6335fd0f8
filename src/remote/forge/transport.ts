import type { HttpFetch } from '../http/index.ts';

export interface TransportOptions {
  /** Proxies, certificates, time limits, repeats and dry runs are its business. */
  fetch: HttpFetch;
  signal?: AbortSignal;
}

export interface Sending {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
  /** A POST that only asks: it may be repeated, and sent in a dry run. */
  readOnly?: boolean;
  /** A write that may be sent again when nobody knows whether it came to pass: it leaves the same behind. */
  repeatable?: boolean;
}

/** An answer that has come completely. */
export interface Reply {
  status: number;
  headers: Headers;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Sends a request and reads all of the answer, whatever its status. Throws what `fetch` throws. */
export type Transport = (request: Sending) => Promise<Reply>;

export function createTransport(options: TransportOptions): Transport {
  return async function send({ url, readOnly, repeatable, ...init }) {
    if (options.signal !== undefined) init.signal ??= options.signal;
    const reads = readOnly === true || init.method === 'GET';
    const response = await options.fetch(url, {
      ...init,
      access: reads ? 'read' : 'write',
      ...(repeatable === true ? { idempotent: true } : {}),
      // A redirected POST would become a GET, and look like a success.
      redirect: reads ? 'follow' : 'manual',
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, bytes };
  };
}

/** The shape of the platform's `fetch` on top of a transport: what Octokit takes. `nature`: what is so of all its requests. */
export function asFetch(
  send: Transport,
  nature: Pick<Sending, 'readOnly' | 'repeatable'> = {},
): typeof fetch {
  return async (input, init) => {
    const url = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
    const method = (init?.method ?? 'GET').toUpperCase();
    const request: Sending = { method: method as Sending['method'], url, headers: {}, ...nature };
    new Headers(init?.headers).forEach((value, name) => {
      request.headers[name] = value;
    });
    if (typeof init?.body === 'string') request.body = init.body;
    if (init?.signal) request.signal = init.signal;
    const { status, headers, bytes } = await send(request);
    return new Response(status === 204 || status === 304 ? null : bytes, { status, headers });
  };
}
