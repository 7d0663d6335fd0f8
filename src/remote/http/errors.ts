/** Says what went wrong on the way to a service, and what to do about it. */
import { PackitError, ServiceError, messageOf } from '../../errors.ts';
import type { Redactor } from '../../tools/process/index.ts';
import type { HttpResponse } from './types.ts';
import { displayUrl } from './url.ts';

/** What an error message needs to know about its request. */
export interface RequestFacts {
  method: string;
  url: URL;
  service?: string | undefined;
  authHint?: string | undefined;
  proxy?: URL | undefined;
  redactor?: Redactor | undefined;
}

const TLS_CODE = /CERT|^ERR_(TLS|SSL)|^UNABLE_TO_|SELF_SIGNED|^EPROTO$|HOSTNAME_MISMATCH|INVALID_CA/;
const NEVER_SENT = new Set(['HTTP_DNS', 'HTTP_REFUSED', 'HTTP_CONNECT_TIMEOUT']);
const EXCERPT = 500;

/** Errors of Node's own modules are not always `instanceof` this realm's Error: looked at by shape. */
interface ErrorShape {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  cause?: unknown;
  errors?: unknown;
}

/** An error and what it wraps, outermost first: undici and fetch wrap what the socket said. */
function chainOf(error: unknown): ErrorShape[] {
  const chain: ErrorShape[] = [];
  for (let one = error; typeof one === 'object' && one !== null && chain.length < 10; ) {
    const shape = one as ErrorShape;
    chain.push(shape);
    one = Array.isArray(shape.errors) ? (shape.errors as unknown[])[0] : shape.cause;
  }
  return chain;
}

/**
 * No answer came: DNS, connection, TLS, proxy, time. Errors that are packit's own already pass through.
 * @throws the error itself if it is a bug
 */
export function transportError(error: unknown, facts: RequestFacts): PackitError {
  if (error instanceof PackitError) return error;
  const chain = chainOf(error);
  if (chain.every((one) => one.code === undefined) && /^(Type|Reference|Range)Error$/.test(nameOf(error)))
    throw error;
  const code = chain.map((one) => one.code).findLast((one) => typeof one === 'string') ?? '';
  const text = messageOf(chain.at(-1) ?? error);
  const where = displayUrl(facts.url);
  const host = facts.proxy === undefined ? facts.url.host : `the proxy ${facts.proxy.host}`;
  const fail = (name: string, message: string, hint: string) =>
    new ServiceError(name, redact(`${message} (${facts.method} ${where})`, facts), { hint, cause: error });

  if (/Proxy response \((\d+)\)|Proxy Authentication Required/.test(text))
    return proxyError(text, fail, facts);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL' || code === 'EAI_NODATA') {
    return fail(
      'HTTP_DNS',
      `Cannot find ${host}`,
      `Check the spelling of the host and your network. ${proxyHint(facts)}`,
    );
  }
  if (code === 'ECONNREFUSED') {
    return fail('HTTP_REFUSED', `${host} refused the connection`, `Is the service up? ${proxyHint(facts)}`);
  }
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'ENETDOWN') {
    return fail('HTTP_REFUSED', `No way to ${host}`, `Check your network or VPN. ${proxyHint(facts)}`);
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return fail('HTTP_CONNECT_TIMEOUT', `No connection to ${host} in time`, `Try again. ${proxyHint(facts)}`);
  }
  if (
    code === 'UND_ERR_HEADERS_TIMEOUT' ||
    code === 'UND_ERR_BODY_TIMEOUT' ||
    chain.some((one) => one.name === 'TimeoutError')
  ) {
    return fail(
      'HTTP_TIMEOUT',
      `${facts.service ?? facts.url.host} did not answer in time`,
      'Try again later.',
    );
  }
  if (TLS_CODE.test(code)) return tlsError(code, text, fail, facts);
  return fail('HTTP_RESET', `The connection to ${host} broke: ${text}`, 'Try again.');
}

function nameOf(error: unknown): string {
  const [shape] = chainOf(error);
  return typeof shape?.name === 'string' ? shape.name : '';
}

type Fail = (code: string, message: string, hint: string) => PackitError;

function proxyError(text: string, fail: Fail, facts: RequestFacts): PackitError {
  const status = /\((\d+)\)/.exec(text)?.[1] ?? '407';
  const proxy = facts.proxy?.host ?? '';
  if (status === '407') {
    return fail(
      'HTTP_PROXY',
      `The proxy ${proxy} wants a user name and a password`,
      'Put them into the variable: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT.',
    );
  }
  return fail(
    'HTTP_PROXY',
    `The proxy ${proxy} refused to connect to ${facts.url.host} (status ${status})`,
    `Allow the host in the proxy, or add ${facts.url.hostname} to NO_PROXY if it can be reached directly.`,
  );
}

function tlsError(code: string, text: string, fail: Fail, facts: RequestFacts): PackitError {
  const host = facts.url.host;
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return fail(
      'HTTP_TLS',
      `The certificate of ${host} is not valid now: ${text}`,
      'Check the clock of this machine.',
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return fail('HTTP_TLS', `The certificate is not one of ${host}: ${text}`, 'Check the URL and the proxy.');
  }
  if (/CERT|UNABLE_TO_|SELF_SIGNED|INVALID_CA/.test(code)) {
    return fail(
      'HTTP_TLS',
      `The certificate of ${host} is not trusted: ${text}`,
      "If it is your organisation's, add its authority to the system's certificates or set SSL_CERT_FILE to a PEM file that holds it.",
    );
  }
  return fail(
    'HTTP_TLS',
    `No secure connection to ${host}: ${text}`,
    'Check that the URL is right to say https.',
  );
}

function proxyHint(facts: RequestFacts): string {
  if (facts.proxy !== undefined) {
    return 'The proxy comes from HTTPS_PROXY, HTTP_PROXY or ALL_PROXY; NO_PROXY names the hosts that need none.';
  }
  return 'Behind a proxy, set HTTPS_PROXY.';
}

/** True if the request cannot have reached the service, so that even a write may be sent again. */
export function neverSent(error: unknown): boolean {
  return error instanceof PackitError && NEVER_SENT.has(error.code);
}

/** The service answered, and the answer is a refusal. Its own words become the details. */
export function responseError(response: HttpResponse, facts: Omit<RequestFacts, 'url'>): ServiceError {
  const { status } = response;
  const service = facts.service ?? hostOf(response.url);
  const asked = `(${facts.method} ${displayUrl(response.url)})`;
  const details = bodyExcerpt(response).map((line) => redact(line, facts));
  const fail = (code: string, message: string, hint?: string) =>
    new ServiceError(code, redact(`${message} ${asked}`, facts), {
      status,
      details,
      ...(hint === undefined ? {} : { hint }),
    });

  const wait = waitTime(response);
  if (status === 429 || (status === 403 && isLimited(response))) {
    const when = wait === undefined ? 'later' : `in ${Math.ceil(wait / 1000)} s`;
    const hint = `Try again ${when}; a token usually raises the limit.`;
    return fail('HTTP_RATE_LIMITED', `${service} refuses more requests for now`, hint);
  }
  if (status === 401) {
    const hint = facts.authHint ?? 'Check the token or the login for this service.';
    return fail('HTTP_UNAUTHORIZED', `${service} does not accept who you are: status 401`, hint);
  }
  if (status === 403) {
    const hint = facts.authHint ?? 'Check that your account or token has the rights for this.';
    return fail('HTTP_FORBIDDEN', `${service} does not allow this: status 403`, hint);
  }
  if (status === 404 || status === 410) {
    return fail(
      'HTTP_NOT_FOUND',
      `${service} has nothing there: status ${status}`,
      'Check the name and the URL.',
    );
  }
  if (status === 407) {
    const hint =
      'Put the user name and password into the variable: HTTP_PROXY=http://USER:PASSWORD@HOST:PORT.';
    return fail('HTTP_PROXY', 'The proxy wants a user name and a password', hint);
  }
  if (status >= 500) {
    return fail('HTTP_SERVER_ERROR', `${service} failed with status ${status}`, 'Try again later.');
  }
  return fail('HTTP_STATUS', `${service} answered with status ${status}`);
}

/** GitHub says 403 at its limits too: nothing is left, or (a secondary limit) when to come back. */
function isLimited({ headers }: Pick<HttpResponse, 'headers'>): boolean {
  return headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined;
}

/** Milliseconds that `Retry-After` or GitHub's reset time ask to wait. */
export function waitTime(response: Pick<HttpResponse, 'headers'>, now = Date.now()): number | undefined {
  const after = response.headers['retry-after']?.trim();
  if (after !== undefined && /^\d+$/.test(after)) return Number(after) * 1000;
  if (after !== undefined && !Number.isNaN(Date.parse(after))) return Math.max(0, Date.parse(after) - now);
  const reset = response.headers['x-ratelimit-reset'];
  if (response.headers['x-ratelimit-remaining'] === '0' && reset !== undefined && /^\d+$/.test(reset)) {
    return Math.max(0, Number(reset) * 1000 - now);
  }
  return undefined;
}

function bodyExcerpt(response: HttpResponse): string[] {
  const type = response.headers['content-type'] ?? '';
  // A web page says nothing that the status does not.
  if (type.includes('html') || response.body.length === 0) return [];
  const text = response.text().slice(0, 4 * EXCERPT);
  const message = type.includes('json') ? jsonMessage(text) : undefined;
  const words = (message ?? text).slice(0, EXCERPT);
  return words.split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** The sentence in the error answers of Pagure, GitHub, GitLab, Forgejo, Copr and Bodhi. */
function jsonMessage(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const named = value as Record<string, unknown>;
    const sentence = [named.error_description, named.error, named.message].find(
      (one) => typeof one === 'string',
    );
    return typeof sentence === 'string' ? sentence : undefined;
  } catch {
    return undefined;
  }
}

function hostOf(url: string): string {
  return new URL(url).host;
}

export function redact(text: string, facts: Pick<RequestFacts, 'redactor'>): string {
  return facts.redactor?.text(text) ?? text;
}
