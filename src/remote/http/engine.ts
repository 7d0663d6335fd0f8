/** What the parts of the client share: one request sent, redirects followed, failures named. */
import type { Readable } from 'node:stream';
import { PackitError, ServiceError } from '../../errors.ts';
import { createDispatchers } from './dispatchers.ts';
import type { Dispatchers } from './dispatchers.ts';
import { redact, responseError, transportError, waitTime } from './errors.ts';
import type { RequestFacts } from './errors.ts';
import { pause, rememberWait, throwIfAborted } from './retry.ts';
import type { RetryPolicy } from './retry.ts';
import type {
  Access,
  EncodedBody,
  HttpClientOptions,
  HttpRequest,
  HttpResponse,
  Method,
  WireAnswer,
} from './types.ts';
import { displayUrl } from './url.ts';

const MAX_REDIRECTS = 10;
/** Set by the bundle. */
const VERSION = process.env.PACKIT_CLI_VERSION ?? 'dev';
const USER_AGENT = `packit-cli/${VERSION}`;
/** Not sent on to another host. */
const CREDENTIAL_HEADERS = ['authorization', 'cookie', 'private-token', 'job-token', 'x-api-key'];

/** What the parts of the client share. */
export interface Engine {
  options: HttpClientOptions;
  /** Sends once, follows redirects, leaves the body to the caller. */
  send(outgoing: Outgoing): Promise<Incoming>;
  /** @throws PackitError `DRY_RUN_WRITE` */
  refuseWrite(access: Access, method: string, url: URL): void;
  policy(
    request: { retries?: number | undefined; signal?: AbortSignal | undefined },
    idempotent: boolean,
  ): RetryPolicy;
  close(): Promise<void>;
}

export interface Outgoing {
  url: URL;
  method: Method;
  access: Access;
  headers: Record<string, string>;
  body?: EncodedBody | undefined;
  signal: AbortSignal | undefined;
  service?: string | undefined;
  authHint?: string | undefined;
  redirect?: 'follow' | 'manual' | undefined;
}

export interface Incoming {
  status: number;
  headers: Record<string, string>;
  url: URL;
  body: Readable;
  /** For errors while the body comes in. */
  facts: RequestFacts;
}

export function createEngine(options: HttpClientOptions): Engine {
  const dispatchers = createDispatchers(options);
  return {
    options,
    send(outgoing) {
      // The reference's variable for services that want to know who is calling.
      const agent = { 'user-agent': options.env.PACKIT_USER_AGENT ?? USER_AGENT };
      return send({ ...outgoing, headers: { ...agent, ...outgoing.headers } }, dispatchers, options);
    },
    refuseWrite(access, method, url) {
      if (access === 'read' || options.dryRun !== true) return;
      throw new PackitError('DRY_RUN_WRITE', `Not done in a dry run: ${method} ${displayUrl(url)}`, {
        hint: 'Run without --dry-run to have it done.',
      });
    },
    policy: (request, idempotent) => ({
      retries: request.retries ?? options.retries ?? 3,
      delay: options.retryDelay ?? Number(options.env.PACKIT_RETRY_DELAY ?? 1000),
      maxDelay: options.maxRetryDelay ?? 120_000,
      idempotent,
      signal: anySignal(options.signal, request.signal),
      sleep: options.sleep ?? pause,
      onRetry(error, wait) {
        const when = wait < 1000 ? `${wait} ms` : `${Math.round(wait / 1000)} s`;
        options.ui?.info(`${error.message}; trying again in ${when}`);
      },
    }),
    close: () => dispatchers.close(),
  };
}

const answers = new WeakMap<Error, HttpResponse>();

/** The error for an answer that is none, with the time the service asks to wait noted for the retries. */
export function refusal(response: HttpResponse, facts: RequestFacts): ServiceError {
  const error = responseError(response, facts);
  rememberWait(error, waitTime(response));
  answers.set(error, response);
  return error;
}

/** The answer behind an error of `request` or `json`: a service's own error codes are in there. */
export function answerOf(error: unknown): HttpResponse | undefined {
  return error instanceof Error ? answers.get(error) : undefined;
}

export function requestHeaders(
  given: HttpRequest['headers'] = {},
  body?: EncodedBody,
  authorization?: string,
): Record<string, string> {
  const result: Record<string, string> = {
    accept: '*/*',
    'accept-encoding': 'identity',
  };
  if (authorization !== undefined) result.authorization = authorization;
  if (body?.type !== undefined) result['content-type'] = body.type;
  if (body !== undefined) result['content-length'] = String(body.length);
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) result[name.toLowerCase()] = value;
  }
  return result;
}

async function send(outgoing: Outgoing, ways: Dispatchers, options: HttpClientOptions): Promise<Incoming> {
  let { url, method, headers, body } = outgoing;
  const { access } = outgoing;
  for (let redirects = 0; ; redirects += 1) {
    throwIfAborted(options.signal);
    const facts: RequestFacts = {
      method,
      url,
      service: outgoing.service,
      authHint: outgoing.authHint,
      redactor: options.redactor,
    };
    const wire = { ...outgoing, url, method, headers, body };
    const really = (): Promise<WireAnswer> => sendTo(wire, facts, ways);
    const { interceptRequest } = options;
    const answer =
      interceptRequest === undefined
        ? await really()
        : await interceptRequest({ url, method, access, headers, body }, really);
    const incoming: Incoming = { ...answer, url, facts };
    const next = outgoing.redirect === 'manual' ? undefined : redirectTarget(incoming);
    if (next === undefined) return incoming;
    incoming.body.on('error', () => {}).destroy();
    if (redirects >= MAX_REDIRECTS) {
      throw new ServiceError('HTTP_REDIRECT', `Too many redirects from ${displayUrl(outgoing.url)}`, {
        hint: `The last one led to ${displayUrl(next)}. Check the URL.`,
      });
    }
    if (next.protocol !== 'http:' && next.protocol !== 'https:') {
      throw new ServiceError(
        'HTTP_REDIRECT',
        `${displayUrl(url)} redirects to ${displayUrl(next)}, not a web address`,
      );
    }
    if (next.origin !== url.origin) headers = withoutCredentials(headers);
    if (
      incoming.status === 303 ||
      ((incoming.status === 301 || incoming.status === 302) && method === 'POST')
    ) {
      method = method === 'HEAD' ? 'HEAD' : 'GET';
      body = undefined;
      headers = without(headers, ['content-type', 'content-length']);
    }
    if (body !== undefined && next.origin !== url.origin) {
      throw new ServiceError(
        'HTTP_REDIRECT',
        `${displayUrl(url)} redirects to ${displayUrl(next)}, another host: what is sent is not handed on to it`,
        { hint: 'If the service has moved, put its new address into the configuration.' },
      );
    }
    options.ui?.debug(redact(`Redirected to ${displayUrl(next)}`, options));
    url = next;
  }
}

async function sendTo(outgoing: Outgoing, facts: RequestFacts, ways: Dispatchers): Promise<WireAnswer> {
  const { url, method, headers, body, signal } = outgoing;
  try {
    const { dispatcher, proxy } = await ways.for(url);
    facts.proxy = proxy;
    const answer = await dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      // undici fills in what is missing: give it an object of its own.
      headers: { ...headers },
      body: body?.open() ?? null,
      signal: signal ?? null,
    });
    const result: Record<string, string> = {};
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
    }
    return { status: answer.statusCode, headers: result, body: answer.body };
  } catch (error) {
    throw transportError(error, facts);
  }
}

function redirectTarget(incoming: Incoming): URL | undefined {
  const { location } = incoming.headers;
  if (![301, 302, 303, 307, 308].includes(incoming.status) || location === undefined) return undefined;
  return URL.canParse(location, incoming.url.href) ? new URL(location, incoming.url) : undefined;
}

function withoutCredentials(headers: Record<string, string>): Record<string, string> {
  return without(headers, CREDENTIAL_HEADERS);
}

function without(headers: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

export function anySignal(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length > 1 ? AbortSignal.any(given) : given[0];
}
