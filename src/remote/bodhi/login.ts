/** Who packit is for Bodhi: a token of the user's, got by a Kerberos ticket or in a browser, and the session it opens. */
import { PackitError, ServiceError, isPackitError, messageOf } from '../../errors.ts';
import type { Redactor, Run } from '../../tools/process/index.ts';
import type { HttpClient } from '../http/index.ts';
import { waitForCode } from './browser.ts';
import { codeIn, createProvider } from './provider.ts';
import type { Provider } from './provider.ts';
import { BODHI_URL } from './releases.ts';
import { createTokenStore } from './tokens.ts';
import type { Token } from './tokens.ts';

export interface LoginOptions {
  http: HttpClient;
  /** For `curl`, which speaks SPNEGO, and the directory it runs in. */
  run: Run;
  cwd: string;
  now: () => Date;
  /** Bodhi. Default: Fedora's. */
  url?: string | undefined;
  /** The OpenID Connect provider. Default: Fedora's. */
  providerUrl?: string | undefined;
  /** Absolute path of the file tokens are kept in. */
  tokenFile: string;
  redactor?: Redactor | undefined;
  /** True if there is a Kerberos ticket that is still good. */
  hasTicket: () => Promise<boolean>;
  /** The command that gets one, for hints. */
  loginCommand: string;
  /** A person to be asked; absent in CI. */
  person?: Person | undefined;
  signal?: AbortSignal | undefined;
  /** See `ProviderOptions`. */
  browserPort?: number | undefined;
}

export interface Person {
  say(message: string): void;
  ask(question: string): Promise<string>;
}

export interface BodhiLogin {
  /** What says who asks. Logs in if need be. @throws ServiceError `BODHI_LOGIN` @throws PackitError `BODHI_LOGIN_NEEDED` */
  headers(): Promise<Record<string, string>>;
  /** The service no longer knows the login. */
  renew(): Promise<void>;
  /** Keeps a value out of what is shown. */
  hide(secret: string): void;
}

export const PROVIDER_URL = 'https://id.fedoraproject.org/openidc';
/** A token is not used in the last minute of its life. */
const MARGIN_S = 60;

/** Nothing is asked or read before the first request that needs a login. */
export function createLogin(options: LoginOptions): BodhiLogin {
  const { redactor, now } = options;
  const base = (options.url ?? BODHI_URL).replace(/\/+$/, '');
  const providerUrl = (options.providerUrl ?? PROVIDER_URL).replace(/\/+$/, '');
  const provider = createProvider({ ...options, url: providerUrl });
  const store = createTokenStore(options.tokenFile, providerUrl);
  let headers: Promise<Record<string, string>> | undefined;

  const keep = async (token: Token | undefined): Promise<Token | undefined> => {
    if (token === undefined) return undefined;
    for (const value of [token.access_token, token.refresh_token, token.id_token])
      if (typeof value === 'string') redactor?.add(value);
    await store.write(token);
    return token;
  };
  const stored = async (): Promise<Token | undefined> => {
    const token = await store.read();
    if (token === undefined) return undefined;
    redactor?.add(token.access_token);
    const ends = token.expires_at;
    if (ends === undefined || ends - MARGIN_S > now().getTime() / 1000) return token;
    return keep(await provider.refresh(token));
  };
  /** The session that a token opens; undefined if Bodhi does not take it. */
  const open = async (token: Token): Promise<Record<string, string> | undefined> => {
    const authorization = `Bearer ${token.access_token}`;
    const answer = await options.http.request({
      url: `${base}/oidc/login-token`,
      headers: { accept: 'application/json', authorization },
      accept: [401],
      service: 'Bodhi',
    });
    if (answer.status === 401) return undefined;
    const [, ticket] = /(?:^|[,;]\s*)auth_tkt=([^;,]+)/.exec(answer.headers['set-cookie'] ?? '') ?? [];
    redactor?.add(ticket);
    return { authorization, ...(ticket === undefined ? {} : { cookie: `auth_tkt=${ticket}` }) };
  };
  const enter = async (fresh: boolean): Promise<Record<string, string>> => {
    const old = fresh ? undefined : await stored();
    const opened = old === undefined ? undefined : await open(old);
    if (opened !== undefined) return opened;
    const token = (await refreshed(fresh)) ?? (await keep(await logIn(options, provider)));
    const session = token === undefined ? undefined : await open(token);
    if (session !== undefined) return session;
    throw new ServiceError('BODHI_LOGIN', 'Bodhi does not take the login that was just made', {
      hint: 'Try again later.',
    });
  };
  const refreshed = async (wanted: boolean): Promise<Token | undefined> => {
    const token = wanted ? await store.read() : undefined;
    return token === undefined ? undefined : keep(await provider.refresh(token));
  };
  const once = (fresh: boolean): Promise<Record<string, string>> => {
    const entered = enter(fresh);
    headers = entered;
    entered.catch(() => (headers = undefined));
    return entered;
  };
  return {
    headers: () => headers ?? once(false),
    renew: async () => void (await once(true)),
    hide: (secret) => redactor?.add(secret),
  };
}

async function logIn(options: LoginOptions, provider: Provider): Promise<Token> {
  let problem = 'there is no Kerberos ticket';
  if (await options.hasTicket()) {
    try {
      // No browser takes part: the question is asked and its answer read here, so that nothing need be guessed.
      const direct = await provider.authorization('by-kerberos');
      return await provider.tokenFor(await provider.codeByKerberos(direct), direct);
    } catch (error) {
      if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
      problem = messageOf(error);
    }
  }
  const { person } = options;
  if (person === undefined) {
    throw new PackitError(
      'BODHI_LOGIN_NEEDED',
      `Bodhi wants a login, and nobody can be asked here: ${problem}`,
      {
        hint: `Get a ticket with ${options.loginCommand}, or run the command once in a terminal: the login is kept.`,
      },
    );
  }
  const authorization = await provider.authorization();
  person.say(`Log in to Bodhi in your browser (${problem}):\n${authorization.url}`);
  if (!authorization.pasted) {
    return provider.tokenFor(
      codeIn(await waitForCode(authorization.redirectUri, options.signal), authorization),
      authorization,
    );
  }
  const pasted = await person.ask('The code it shows at the end (code=...)');
  return provider.tokenFor(codeIn(pasted, authorization), authorization);
}
