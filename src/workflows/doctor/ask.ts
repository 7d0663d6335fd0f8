/** Asks services: whether they answer, and what they make of the user's tokens. */
import type { Context } from '../../context.ts';
import { ServiceError, isPackitError } from '../../errors.ts';
import type { PackitError } from '../../errors.ts';
import { findToken, kindOf, mayCarryToken } from '../../project/config/index.ts';
import type { UserConfig } from '../../project/config/index.ts';
import { createCopr } from '../../remote/copr/index.ts';
import type { CoprConfig } from '../../remote/copr/index.ts';
import { FORGE_KINDS, createForge, tokenAdvice } from '../../remote/forge/index.ts';
import type { TokenNeed } from '../../remote/forge/index.ts';
import { createHttpClient } from '../../remote/http/index.ts';
import type { HttpClient } from '../../remote/http/index.ts';
import { createTestingFarm } from '../../remote/testing-farm/index.ts';
import { ensureTicket } from '../../tools/kerberos/index.ts';
import { isRefusal } from './logins.ts';
import type { Login } from './logins.ts';
import type { Answer, Service } from './services.ts';

export interface Asker {
  ctx: Context;
  userConfig: UserConfig;
  /** Milliseconds for each service. */
  limit: number;
  offline: boolean;
}

export async function askService(asker: Asker, { name, url }: Service): Promise<Answer> {
  const started = performance.now();
  try {
    const { status } = await limited(asker, (http) =>
      http.request({ url, service: name, accept: 'all', redirect: 'manual' }),
    );
    return { milliseconds: performance.now() - started, status };
  } catch (error) {
    if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
    if (error instanceof ServiceError && error.status !== undefined) {
      return { milliseconds: performance.now() - started, status: error.status };
    }
    return { failed: error.message, hint: error.hint };
  }
}

const NEEDS: readonly TokenNeed[] = ['read', 'fork', 'push', 'pull-request'];
const NEED_WORDS: Readonly<Record<TokenNeed, string>> = {
  read: 'read',
  fork: 'fork',
  push: 'push',
  'pull-request': 'open pull requests',
};

/** Undefined: there is no token, and none is needed to read what is public. */
export async function askForge(
  asker: Asker,
  { url, wanted }: { url: string; wanted: boolean },
): Promise<Login | undefined> {
  const { ctx, userConfig, offline } = asker;
  const { authentication } = userConfig;
  const { host } = new URL(url);
  const entry = authentication.find(({ instanceUrl }) => instanceUrl === url);
  const guess = entry?.kind ?? kindOf(host);
  const lookup = { authentication, env: ctx.env, redactor: ctx.redactor, run: ctx.run, cwd: ctx.paths.temp };
  // Unasked, a host whose name does not say what it is may be any.
  const find = async (): Promise<string | undefined> => {
    for (const kind of guess === undefined ? FORGE_KINDS : [guess]) {
      const found = await findToken(host, kind, lookup);
      if (found !== undefined) return found.source;
    }
    return undefined;
  };
  let advice = tokenAdvice({ kind: guess ?? 'forgejo', host, instanceUrl: url });
  const absent: Login | undefined = wanted ? { state: 'absent', cure: advice } : undefined;
  if (!mayCarryToken(url, authentication)) return undefined;
  if (offline) {
    const found = await find();
    return found === undefined ? absent : { state: 'unasked', source: found };
  }
  let source: string | undefined;
  const tried = await attempt(asker, async (http) => {
    const forge = await createForge({
      url,
      fetch: http.fetch,
      tokenFor: async (name, kind) => {
        const found = await findToken(name, kind, lookup);
        source = found?.source;
        return found?.token;
      },
      instances: authentication.flatMap(({ instanceUrl, kind, kindIsSaid }) =>
        instanceUrl === undefined
          ? []
          : [{ instanceUrl, ...(kindIsSaid && kind !== undefined ? { kind } : {}) }],
      ),
      cacheDir: ctx.paths.cache,
      now: ctx.now,
      redactor: ctx.redactor,
    });
    advice = tokenAdvice(forge);
    return source === undefined ? undefined : forge.checkToken(NEEDS);
  });
  // Where the forge was not reached nobody has looked yet.
  source ??= await find();
  if (source === undefined) return absent;
  if (tried.error !== undefined) return failure(source, tried.error, advice);
  const { user, scopes, missing = [], expiresAt } = tried.value ?? {};
  return {
    state: 'good',
    source,
    user,
    scopes,
    missing: missing.map((need) => NEED_WORDS[need]),
    expires: expiresAt === undefined ? undefined : new Date(expiresAt),
    cure: advice,
  };
}

/** @param config undefined: the file cannot be used, which the caller says */
export async function askCopr(asker: Asker, config: CoprConfig): Promise<Login> {
  const { ctx, userConfig, offline } = asker;
  const page = `Copy the lines from ${config.url}/api/ into ${config.file}.`;
  const isToken = config.login !== undefined && config.token !== undefined;
  if (!isToken && !config.gssapi) return { state: 'absent', cure: page };
  const source = isToken ? config.file : 'your Kerberos ticket';
  if (offline) return { state: 'unasked', source };
  const { kerberos_realm: realm, fas_user: user, keytab_path: keytab } = userConfig;
  const tried = await attempt(asker, (http) =>
    createCopr({
      http,
      config,
      home: ctx.paths.home,
      cwd: ctx.paths.temp,
      run: ctx.run,
      now: ctx.now,
      redactor: ctx.redactor,
      ensureTicket: async () => {
        await ensureTicket({ run: ctx.run, cwd: ctx.paths.temp, now: ctx.now, realm, user, keytab });
      },
    }).whoami(),
  );
  if (tried.error !== undefined) return failure(source, tried.error, page);
  const expires =
    isToken && config.expires !== undefined ? new Date(`${config.expires}T23:59:59Z`) : undefined;
  return { state: 'good', source, user: tried.value, expires, cure: page };
}

export async function askTestingFarm(
  asker: Asker,
  { url, token, source }: { url: string; token: string; source: string },
): Promise<Login> {
  const cure = 'Set TESTING_FARM_API_TOKEN to a valid token; see https://docs.testing-farm.io.';
  if (asker.offline) return { state: 'unasked', source };
  const tried = await attempt(asker, (http) => createTestingFarm({ http, url, token }).checkToken());
  return tried.error === undefined ? { state: 'good', source, cure } : failure(source, tried.error, cure);
}

function failure(source: string, error: PackitError, cure: string): Login {
  const why = error.message.replace(/^Could not [^:]*: /, '');
  const refused = error instanceof ServiceError && isRefusal(error);
  return { state: refused ? 'refused' : 'unknown', source, why, cure: refused ? cure : (error.hint ?? cure) };
}

type Tried<T> = { value: T; error?: undefined } | { value?: undefined; error: PackitError };

async function attempt<T>(asker: Asker, work: (http: HttpClient) => Promise<T>): Promise<Tried<T>> {
  try {
    return { value: await limited(asker, work) };
  } catch (error) {
    if (!isPackitError(error) || error.code === 'INTERRUPTED') throw error;
    return { error };
  }
}

/** With an HTTP client that does not try twice, and is ended after the limit. */
async function limited<T>({ ctx, limit }: Asker, work: (http: HttpClient) => Promise<T>): Promise<T> {
  const ended = new AbortController();
  const http = createHttpClient({
    env: ctx.env,
    redactor: ctx.redactor,
    interceptRequest: ctx.interceptRequest,
    sleep: ctx.sleep,
    signal: AbortSignal.any([ctx.signal, ended.signal]),
    retries: 0,
    connectTimeout: limit,
    idleTimeout: limit,
    timeout: limit,
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new ServiceError('HTTP_TIMEOUT', `no answer within ${limit / 1000} s`, {
        hint: 'Check the network, and HTTPS_PROXY and NO_PROXY if there is a proxy.',
      });
      reject(error);
      ended.abort(error);
    }, limit);
  });
  try {
    return await Promise.race([work(http), late]);
  } finally {
    clearTimeout(timer);
    await http.close();
  }
}
