/** Who packit is for Copr: an API token, or a session got with a Kerberos ticket and shared with Copr's own clients. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PackitError, ServiceError } from '../../errors.ts';
import type { Redactor, Run } from '../../tools/process/index.ts';
import { requestWithKerberos } from '../spnego/index.ts';
import { record, text } from './answers.ts';
import type { CoprConfig } from './config.ts';

export interface SessionOptions {
  config: CoprConfig;
  home: string;
  cwd: string;
  /** For `curl`, which speaks SPNEGO. */
  run: Run;
  now: () => Date;
  redactor?: Redactor | undefined;
  /** Sees to it that there is a Kerberos ticket, before it is used. */
  ensureTicket?: (() => Promise<void>) | undefined;
}

export interface Session {
  /** Headers that say who asks. @throws PackitError COPR_NO_LOGIN and others */
  headers(): Promise<Record<string, string>>;
  /** Logs in anew after a 401; false if there is nothing more to try. */
  renew(): Promise<boolean>;
}

const LIFETIME_MS = 10 * 60 * 60 * 1000;

/** Nothing is asked or read before the first request that needs a login. */
export function createSession(options: SessionOptions): Session {
  const { config, redactor } = options;
  const { login, token } = config;
  if (token !== undefined && login !== undefined) {
    redactor?.add(token);
    const basic = Buffer.from(`${login}:${token}`).toString('base64');
    redactor?.add(basic);
    return {
      headers: () => Promise.resolve({ authorization: `Basic ${basic}` }),
      renew: () => Promise.resolve(false),
    };
  }
  if (!config.gssapi) {
    return { headers: () => Promise.reject(noLogin(config)), renew: () => Promise.resolve(false) };
  }
  let cookie: Promise<string> | undefined;
  let fresh = false;
  const logIn = (): Promise<string> => {
    fresh = true;
    return kerberosLogin(options);
  };
  return {
    async headers() {
      cookie ??= readCache(options).then((cached) => cached ?? logIn());
      const session = await cookie;
      redactor?.add(session);
      return { cookie: `session=${session}` };
    },
    async renew() {
      if (fresh) return false;
      cookie = logIn();
      await cookie;
      return true;
    },
  };
}

function cacheFile({ home, config }: SessionOptions): string {
  return join(home, '.cache', 'copr', `${new URL(config.url).host}-session`);
}

async function readCache(options: SessionOptions): Promise<string | undefined> {
  try {
    const cached = record(JSON.parse(await readFile(cacheFile(options), 'utf8')));
    const good = typeof cached.expiration === 'number' && cached.expiration * 1000 > options.now().getTime();
    return good ? text(cached.session) : undefined;
  } catch {
    // None, or one that cannot be used: as good as none.
    return undefined;
  }
}

async function writeCache(options: SessionOptions, name: string, session: string): Promise<void> {
  const file = cacheFile(options);
  const temporary = `${file}.${process.pid}.tmp`;
  const expiration = (options.now().getTime() + LIFETIME_MS) / 1000;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(temporary, `${JSON.stringify({ name, session, expiration })}\n`, { mode: 0o600 });
    await rename(temporary, file);
  } catch {
    // A cache that cannot be written only costs the next run a login.
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Copr's answer to a ticket is a session, in a cookie. */
async function kerberosLogin(options: SessionOptions): Promise<string> {
  const { config, run, cwd, ensureTicket } = options;
  await ensureTicket?.();
  const url = `${config.url}/api_3/gssapi_login/`;
  const {
    status,
    text: body,
    headers,
  } = await requestWithKerberos({
    run,
    cwd,
    url,
    headers: true,
    service: 'Copr',
    instead: 'or use an API token in ~/.config/copr',
    unreachable: {
      code: 'COPR_UNREACHABLE',
      message: () => `Copr could not be reached to log in (${url})`,
      hint: 'Check the network and copr_url in ~/.config/copr, and try again.',
    },
  });
  const session = headers.getSetCookie().flatMap((line) => /^session=([^;\s]+)/.exec(line)?.[1] ?? [])[0];
  options.redactor?.add(session);
  if (status !== 200 || session === undefined) throw refused(config, status);
  await writeCache(options, nameIn(body), session);
  return session;
}

function nameIn(body: string): string {
  try {
    return text(record(JSON.parse(body)).name) ?? '';
  } catch {
    return '';
  }
}

function noLogin({ file, url }: CoprConfig): PackitError {
  return new PackitError('COPR_NO_LOGIN', `There is no login for Copr in ${file}`, {
    hint: `Copy the lines from ${url}/api/ into that file, or set "gssapi = True" there to use Kerberos.`,
  });
}

function refused({ url }: CoprConfig, status: number): ServiceError {
  if (status >= 500) {
    return new ServiceError('COPR_DOWN', `Copr failed to log you in (HTTP ${status})`, {
      status,
      hint: `See whether Copr is well: ${url}/status/stats/`,
    });
  }
  return new ServiceError(
    'COPR_KERBEROS_REFUSED',
    `Copr gave no session for your Kerberos ticket (HTTP ${status})`,
    {
      status,
      hint: `Get a ticket (fkinit -u USER) and try again, or use an API token: ${url}/api/`,
    },
  );
}
