/** `~/.config/copr`: where Copr is and who the user is there. The file that copr-cli and the website's API page speak of. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PackitError, hasErrnoCode, messageOf } from '../../errors.ts';

export const COPR_URL = 'https://copr.fedorainfracloud.org';

export interface CoprConfig {
  /** Absolute path of the file, whether it is there or not. */
  file: string;
  /** Without a slash at the end. */
  url: string;
  username?: string;
  login?: string;
  token?: string;
  /** Log in with a Kerberos ticket. */
  gssapi: boolean;
  /** The day the token ends, `2027-01-01`, where the comment that Copr's page puts into the file says so. */
  expires?: string;
}

/**
 * Reads the configuration of Copr's clients. A file that is missing means Fedora's Copr and no login.
 * @throws PackitError COPR_CONFIG_INVALID
 */
export async function readCoprConfig(home: string): Promise<CoprConfig> {
  const file = join(home, '.config', 'copr');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (hasErrnoCode(error, 'ENOENT')) return { file, url: COPR_URL, gssapi: false };
    throw invalid(file, `it cannot be read (${messageOf(error)})`);
  }
  return parseCoprConfig(text, file);
}

/** @throws PackitError COPR_CONFIG_INVALID */
export function parseCoprConfig(text: string, file: string): CoprConfig {
  const values = section(text, 'copr-cli');
  if (values === undefined) throw invalid(file, 'it has no section [copr-cli]');
  const value = (name: string): string | undefined => values.get(name) || undefined;
  const url = (value('copr_url') ?? COPR_URL).replace(/\/+$/, '');
  if (!/^https?:\/\/[^/\s]/.test(url)) throw invalid(file, `copr_url is no web address: ${url}`);
  const encrypted = flag(value('encrypted'), true, 'encrypted', file);
  if (encrypted && url.startsWith('http://')) {
    throw invalid(
      file,
      `copr_url is ${url}, which sends the token unencrypted`,
      'Write https://, or set "encrypted = False" for a server of your own.',
    );
  }
  const [username, login, token] = [value('username'), value('login'), value('token')];
  const [, expires] = /^\s*#\s*expiration date:\s*(\d{4}-\d\d-\d\d)\s*$/im.exec(text) ?? [];
  return {
    file,
    url,
    ...(expires === undefined ? {} : { expires }),
    ...(username === undefined ? {} : { username }),
    ...(login === undefined ? {} : { login }),
    ...(token === undefined ? {} : { token }),
    gssapi: flag(value('gssapi'), false, 'gssapi', file),
  };
}

/** The keys of a section as Python's configparser reads them: lower-case names, `=` or `:`, comments on lines of their own. */
function section(text: string, name: string): Map<string, string> | undefined {
  let values: Map<string, string> | undefined;
  let inside = false;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const header = /^\[(.+)\]$/.exec(line);
    if (header !== null) {
      inside = header[1] === name;
      if (inside) values ??= new Map();
      continue;
    }
    const [, key, value] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (inside && key !== undefined) values?.set(key.toLowerCase(), value ?? '');
  }
  return values;
}

function flag(text: string | undefined, fallback: boolean, name: string, file: string): boolean {
  if (text === undefined) return fallback;
  if (/^(?:1|yes|true|on)$/i.test(text)) return true;
  if (/^(?:0|no|false|off)$/i.test(text)) return false;
  throw invalid(file, `${name} must be True or False, not "${text}"`);
}

function invalid(file: string, problem: string, hint?: string): PackitError {
  return new PackitError('COPR_CONFIG_INVALID', `The Copr configuration cannot be used: ${problem}`, {
    location: { file },
    hint: hint ?? `Copy it anew from the page "API" of Copr: ${COPR_URL}/api/`,
  });
}
