import { forgeMessage, isRecord, notAForgeError, refusalError, unreachableError } from './failure.ts';
import type { Errand } from './failure.ts';
import type { Reply, Sending, Transport } from './transport.ts';
import type { ForgeKind } from './types.ts';

/** What every forge's client is made from. */
export interface ClientOptions {
  /** `https://codeberg.org`, without a slash at the end. */
  instanceUrl: string;
  token?: string;
  send: Transport;
}

/** The parts of a client's identity that its errors speak of. */
export type Instance = Omit<Errand, 'action'>;

export function instanceOf(kind: ForgeKind, options: ClientOptions): Instance {
  const { instanceUrl, token } = options;
  return { kind, instanceUrl, host: new URL(instanceUrl).host, hasToken: token !== undefined };
}

export interface ApiCall {
  /** What is being done, as an infinitive: `read rpms/hello`. */
  action: string;
  method?: Sending['method'];
  /** Below the API's base; encoded by the caller. */
  path: string;
  query?: Record<string, string | number | boolean>;
  form?: Record<string, string | undefined>;
  json?: unknown;
  /** Statuses that are answers rather than failures: `[404]`. */
  accept?: readonly number[];
  readOnly?: boolean;
  /** See `Sending`. */
  repeatable?: boolean;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

export type Api = (call: ApiCall) => Promise<Answer>;

/**
 * Calls of a JSON API with `Authorization: token`. Every failure is a ServiceError: FORGE_UNREACHABLE,
 * FORGE_TOKEN_MISSING, FORGE_TOKEN_INVALID, FORGE_FORBIDDEN, FORGE_NOT_FOUND, FORGE_CONFLICT, FORGE_REFUSED,
 * FORGE_RATE_LIMITED, FORGE_MOVED, FORGE_FAILED, or FORGE_ANSWER_INVALID for what is no JSON of this forge.
 */
export function createApi(
  instance: Instance,
  options: ClientOptions & { base: string; isErrorBody: (body: Record<string, unknown>) => boolean },
): Api {
  return async function call({ action, method = 'GET', path, query, form, json, accept = [], ...nature }) {
    const errand: Errand = { ...instance, action };
    const request: Sending = {
      method,
      url: `${options.base}${path}${queryString(query)}`,
      headers: { accept: 'application/json' },
      ...payload(form, json),
    };
    Object.assign(request.headers, contentType(form, json));
    if (nature.readOnly === true) request.readOnly = true;
    if (nature.repeatable === true) request.repeatable = true;
    if (options.token !== undefined) request.headers.authorization = `token ${options.token}`;

    const { status, headers, bytes } = await exchange(options.send, request, errand);
    const text = textOf(bytes);
    const body = parseJson(text);
    if (status >= 200 && status < 300) {
      if (body === undefined && text.trim() !== '')
        throw notAForgeError(errand, forgeMessage(text) ?? 'no JSON');
      return { status, headers, body };
    }
    const own = isRecord(body) && options.isErrorBody(body);
    if (accept.includes(status) && own) return { status, headers, body };
    if (status === 404 && !own) throw notAForgeError(errand, `404 ${forgeMessage(text) ?? ''}`.trim());
    throw refusalError(errand, { status, headers, body: body ?? text });
  };
}

/** Sends a request and reads all of the answer. @throws ServiceError FORGE_UNREACHABLE */
export async function exchange(send: Transport, request: Sending, errand: Errand): Promise<Reply> {
  try {
    return await send(request);
  } catch (error) {
    request.signal?.throwIfAborted();
    throw unreachableError(errand, error);
  }
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function queryString(query: ApiCall['query']): string {
  if (query === undefined) return '';
  const pairs = Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]);
  return `?${new URLSearchParams(pairs).toString()}`;
}

function payload(form: ApiCall['form'], json: unknown): { body?: string } {
  if (json !== undefined) return { body: JSON.stringify(json) };
  if (form === undefined) return {};
  const pairs = Object.entries(form).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return { body: new URLSearchParams(pairs).toString() };
}

function contentType(form: ApiCall['form'], json: unknown): Record<string, string> {
  if (json !== undefined) return { 'content-type': 'application/json' };
  return form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Path segments, each encoded. */
export function pathOf(...segments: string[]): string {
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
}
