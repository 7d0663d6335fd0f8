import { ServiceError, messageOf } from '../../errors.ts';
import { encodeBody } from './body.ts';
import { downloadFile, refreshFile } from './download.ts';
import { anySignal, createEngine, refusal, requestHeaders } from './engine.ts';
import type { Engine, Incoming } from './engine.ts';
import { transportError } from './errors.ts';
import { createFetch } from './fetch.ts';
import { makeResponse } from './response.ts';
import { withRetries } from './retry.ts';
import type { HttpClient, HttpClientOptions, HttpRequest, HttpResponse } from './types.ts';
import { displayUrl, requestTarget } from './url.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const DEFAULT_TIMEOUT = 120_000;

/** Makes packit's HTTP client. Nothing is loaded or opened before the first request. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const engine = createEngine(options);
  const request = (wanted: HttpRequest): Promise<HttpResponse> => requestWhole(wanted, engine);
  return {
    dryRun: options.dryRun === true,
    request,
    async json(wanted) {
      const headers = { accept: 'application/json', ...wanted.headers };
      const response = await request({ ...wanted, headers });
      return response.body.length === 0 && response.status !== 200 ? undefined : response.json();
    },
    download: (wanted) => downloadFile(wanted, engine),
    refresh: (wanted) => refreshFile(wanted, engine),
    fetch: createFetch(request),
    close: () => engine.close(),
  };
}

async function requestWhole(request: HttpRequest, engine: Engine): Promise<HttpResponse> {
  const { options } = engine;
  const method = request.method ?? 'GET';
  const access = request.access ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'write');
  const { url, authorization, secret } = requestTarget(request.url, request.query);
  options.redactor?.add(secret);
  engine.refuseWrite(access, method, url);
  const body = await encodeBody(request);
  // Downloads are taken as they are; answers may come packed.
  const headers = { ...requestHeaders(request.headers, body, authorization), 'accept-encoding': 'gzip' };
  const idempotent = request.idempotent ?? (access === 'read' || method === 'PUT' || method === 'DELETE');
  const policy = engine.policy(request, idempotent);

  return withRetries(async () => {
    const limit = AbortSignal.timeout(request.timeout ?? options.timeout ?? DEFAULT_TIMEOUT);
    const incoming = await engine.send({
      url,
      method,
      access,
      headers,
      body,
      signal: anySignal(policy.signal, limit),
      redirect: request.redirect,
      service: request.service,
      authHint: request.authHint,
    });
    const response = await readResponse(incoming, request.maxBytes ?? MAX_BYTES);
    if (!isAccepted(response.status, request.accept)) throw refusal(response, incoming.facts);
    return response;
  }, policy);
}

async function readResponse(incoming: Incoming, maxBytes: number): Promise<HttpResponse> {
  const { status, headers, url, facts } = incoming;
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming.body) {
      size += (chunk as Uint8Array).length;
      if (size > maxBytes) break;
      chunks.push(chunk as Uint8Array);
    }
  } catch (error) {
    throw transportError(error, facts);
  }
  if (size > maxBytes) {
    throw new ServiceError(
      'HTTP_TOO_LARGE',
      `The answer is larger than ${maxBytes} bytes (${displayUrl(url)})`,
    );
  }
  const body = await unpacked(Buffer.concat(chunks), incoming, maxBytes);
  return makeResponse({ status, headers, url: url.href, body }, facts);
}

async function unpacked(body: Buffer, { headers, url }: Incoming, maxBytes: number): Promise<Buffer> {
  if (body.length === 0 || !/^(x-)?gzip$/i.test(headers['content-encoding'] ?? '')) return body;
  delete headers['content-encoding'];
  delete headers['content-length'];
  const { gunzip } = await import('node:zlib');
  return new Promise((done, fail) => {
    gunzip(body, { maxOutputLength: maxBytes }, (error, result) => {
      if (error === null) done(result);
      else {
        const message = `The answer cannot be unpacked: ${messageOf(error)} (${displayUrl(url)})`;
        fail(new ServiceError('HTTP_TRUNCATED', message, { cause: error }));
      }
    });
  });
}

function isAccepted(status: number, accept: HttpRequest['accept']): boolean {
  if (status >= 200 && status < 300) return true;
  return accept === 'all' ? status < 500 : (accept?.includes(status) ?? false);
}
