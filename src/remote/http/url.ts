import { PackitError } from '../../errors.ts';
import type { FieldValue, Fields } from './types.ts';

const SECRET_PARAMETER = /token|secret|passw|api_?key|signature|credential/i;
const MASK = '***';

/** A URL fit for messages: no user, no password, no query parameter that looks like a secret. */
export function displayUrl(url: string | URL): string {
  const parsed = typeof url === 'string' && !URL.canParse(url) ? null : new URL(url);
  if (parsed === null) return String(url).replace(/\/\/[^/@\s]*@/, '//');
  parsed.username = '';
  parsed.password = '';
  for (const name of new Set(parsed.searchParams.keys())) {
    if (SECRET_PARAMETER.test(name)) parsed.searchParams.set(name, MASK);
  }
  return parsed.href;
}

export interface Target {
  url: URL;
  /** From `user:password@`, which is taken out of the URL. */
  authorization?: string;
  secret?: string;
}

/**
 * The URL to ask, its query extended, its credentials taken out.
 * @throws PackitError `HTTP_BAD_URL`
 */
export function requestTarget(input: string | URL, query: Fields = {}): Target {
  const url = URL.canParse(String(input)) ? new URL(String(input)) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new PackitError('HTTP_BAD_URL', `Not an http or https URL: ${displayUrl(String(input))}`, {
      hint: 'Correct the URL in the configuration or the spec file.',
    });
  }
  for (const [name, value] of encodeFields(query)) url.searchParams.append(name, value);
  if (url.username === '' && url.password === '') return { url };
  const user = decode(url.username);
  const password = decode(url.password);
  url.username = '';
  url.password = '';
  return {
    url,
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    secret: password === '' ? user : password,
  };
}

/** Fields as URLSearchParams: `undefined` left out, lists repeated. */
export function encodeFields(fields: Fields): URLSearchParams {
  const result = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    const values = Array.isArray(value) ? (value as readonly FieldValue[]) : [value as FieldValue];
    for (const one of values) if (one !== undefined) result.append(name, String(one));
  }
  return result;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
