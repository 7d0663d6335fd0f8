/** osc's own configuration, where the account for OBS is. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PackitError, hasErrnoCode } from '../../errors.ts';
import type { Environment } from '../../tools/process/index.ts';

export interface ObsAccount {
  apiUrl: string;
  user: string;
  password?: string;
  /** As osc hides it in the file: bzip2, base64. */
  hiddenPassword?: string;
  /** Path of a private key, for servers that take signatures. */
  sshKey?: string;
}

export const DEFAULT_API_URL = 'https://api.opensuse.org';

const HINT = 'Run `osc` once to write it, or set OSC_USERNAME and OSC_PASSWORD.';

/**
 * The account for the API: `OSC_APIURL`, `OSC_USERNAME` and `OSC_PASSWORD`, else osc's configuration file (`OSC_CONFIG`,
 * `$XDG_CONFIG_HOME/osc/oscrc`, `~/.oscrc`).
 * @param directories `config`: `$XDG_CONFIG_HOME`
 * @throws PackitError `OBS_NO_ACCOUNT`, `OBS_NO_PASSWORD`
 */
export async function readObsAccount(env: Environment, configHome: string): Promise<ObsAccount> {
  const apiUrl = (env.OSC_APIURL || DEFAULT_API_URL).replace(/\/+$/, '');
  const home = env.HOME ?? '/';
  const files = env.OSC_CONFIG
    ? [expand(env.OSC_CONFIG, home)]
    : [join(configHome, 'osc', 'oscrc'), join(home, '.oscrc')];
  const found = await firstFile(files);
  const section = found === undefined ? {} : hostSection(found.text, apiUrl);
  const user = env.OSC_USERNAME || section.user;
  if (user === undefined) {
    throw new PackitError('OBS_NO_ACCOUNT', `There is no OBS account for ${apiUrl}`, {
      hint:
        found === undefined
          ? `osc's configuration ${files[0]} is not there. ${HINT}`
          : `${found.file} has no user for it. ${HINT}`,
    });
  }
  const account: ObsAccount = { apiUrl, user };
  const obfuscated = section.credentials_mgr_class?.includes('Obfuscated') === true;
  if (env.OSC_PASSWORD) account.password = env.OSC_PASSWORD;
  else if (section.passx || (obfuscated && section.pass))
    account.hiddenPassword = section.passx || section.pass || '';
  else if (section.pass) account.password = section.pass;
  if (section.sshkey && !/^[A-Z0-9]+:/.test(section.sshkey)) {
    account.sshKey = section.sshkey.includes('/')
      ? expand(section.sshkey, home)
      : join(home, '.ssh', section.sshkey);
  }
  if (
    account.password === undefined &&
    account.hiddenPassword === undefined &&
    account.sshKey === undefined
  ) {
    throw new PackitError('OBS_NO_PASSWORD', `There is no password for ${user} at ${apiUrl}`, {
      hint: 'A password in a keyring cannot be read: set OSC_PASSWORD, or sshkey in oscrc.',
    });
  }
  return account;
}

async function firstFile(files: readonly string[]): Promise<{ file: string; text: string } | undefined> {
  for (const file of files) {
    try {
      return { file, text: await readFile(file, 'utf8') };
    } catch (error) {
      if (!hasErrnoCode(error, 'ENOENT') && !hasErrnoCode(error, 'ENOTDIR')) {
        throw new PackitError('OBS_NO_ACCOUNT', `Cannot read ${file}`, {
          hint: 'Make it readable.',
          cause: error,
        });
      }
    }
  }
  return undefined;
}

function expand(path: string, home: string): string {
  return path.startsWith('~/') ? join(home, path.slice(2)) : path;
}

/** The keys of the section whose name is the API’s URL, with or without scheme. */
function hostSection(text: string, apiUrl: string): Record<string, string> {
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    const [, name] = /^\[(.+)\]\s*$/.exec(line) ?? [];
    if (name !== undefined) {
      current = {};
      sections.set(withScheme(name), current);
      continue;
    }
    const [, key, value] = /^\s*([^=:\s]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined) current[key.toLowerCase()] = value ?? '';
  }
  return sections.get(apiUrl) ?? {};
}

function withScheme(name: string): string {
  return (/^https?:\/\//.test(name) ? name : `https://${name}`).replace(/\/+$/, '');
}
