import { ServiceError } from '../../errors.ts';
import type { Run } from '../../tools/process/index.ts';
import { isTransient, requestWithKerberos } from '../spnego/index.ts';
import type { SpnegoAnswer } from '../spnego/index.ts';

export const FASJSON_URL = 'https://fasjson.fedoraproject.org';

export interface FasjsonOptions {
  run: Run;
  cwd: string;
  /** Default: Fedora's. */
  url?: string | undefined;
  /** Sees to it that there is a ticket, before the first question. */
  ensureTicket?: () => Promise<unknown>;
  /** The command that gets a ticket, for hints. */
  login: string;
  sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds before the first of two repeats; doubles. Default 2000. */
  retryDelay?: number;
}

export interface FasAccount {
  username: string;
  /** The person shows nothing of the account but its name: the other fields are undefined then. */
  private: boolean;
  githubUsername: string | undefined;
  gitlabUsername: string | undefined;
}

export interface Fasjson {
  /** Undefined if there is none. */
  account(name: string): Promise<FasAccount | undefined>;
  /** False also if there is no such group or account. */
  isMember(group: string, name: string): Promise<boolean>;
  /** Accounts that name this login as theirs on GitHub; private ones, which do not show it, are among them. */
  byGitHubLogin(login: string): Promise<FasAccount[]>;
}

/**
 * Every operation throws ServiceError `FASJSON_UNREACHABLE`, `FASJSON_DOWN`, `FASJSON_LOGIN`, `FASJSON_REFUSED`, `FASJSON_ANSWER`, and
 * PackitError `CURL_MISSING`, `CURL_WITHOUT_KERBEROS` or what `ensureTicket` throws.
 */
export function createFasjson(options: FasjsonOptions): Fasjson {
  const base = (options.url ?? FASJSON_URL).replace(/\/+$/, '');
  let ticket: Promise<unknown> | undefined;
  const ask = async (path: string): Promise<SpnegoAnswer> => {
    await (ticket ??= options.ensureTicket?.() ?? Promise.resolve());
    return answered(await askPatiently(options, `${base}/v1/${path}`), options.login);
  };

  return {
    async account(name) {
      if (!isName(name)) return undefined;
      const answer = await ask(`users/${name}/`);
      return answer.status === 404 ? undefined : toAccount(resultOf(answer));
    },
    async isMember(group, name) {
      if (!isName(group) || !isName(name)) return false;
      const answer = await ask(`groups/${group}/is-member/${name}/`);
      return answer.status !== 404 && resultOf(answer) === true;
    },
    async byGitHubLogin(login) {
      // FASJSON searches for three characters and more.
      if (Array.from(login).length < 3) return [];
      const query = new URLSearchParams({ github_username__exact: login });
      const result = resultOf(await ask(`search/users/?${query.toString()}`));
      if (!Array.isArray(result)) throw unexpected('no list of accounts');
      return result.map(toAccount);
    },
  };
}

/** Names of accounts and groups. What is none is not asked for: web servers read `%2F..` in a path as another path. */
function isName(text: string): boolean {
  return /^[\w.-]+$/.test(text) && !/^\.+$/.test(text);
}

/** Questions may be asked again: after 2 and 4 seconds, as the hosted service does. */
async function askPatiently(options: FasjsonOptions, url: string): Promise<SpnegoAnswer> {
  const { run, cwd, sleep, retryDelay = 2000 } = options;
  for (let count = 0; ; count += 1) {
    try {
      const answer = await requestWithKerberos({
        run,
        cwd,
        url,
        service: 'Fedora Accounts',
        unreachable: {
          code: 'FASJSON_UNREACHABLE',
          message: (what) => `Fedora Accounts could not be asked: ${what} (${new URL(url).host})`,
        },
      });
      if (answer.status < 500 || count === 2) return answer;
    } catch (error) {
      if (!isTransient(error) || count === 2) throw error;
    }
    await sleep(retryDelay * 2 ** count);
  }
}

function answered(answer: SpnegoAnswer, login: string): SpnegoAnswer {
  const { status } = answer;
  if (status === 200 || status === 404) return answer;
  if (status === 401 || status === 403) {
    throw new ServiceError(
      'FASJSON_LOGIN',
      `Fedora Accounts do not accept your Kerberos ticket (HTTP ${status})`,
      {
        status,
        hint: `Log in: ${login}. See who you are with: klist.`,
      },
    );
  }
  if (status >= 500) {
    throw new ServiceError('FASJSON_DOWN', `Fedora Accounts failed to answer (HTTP ${status})`, {
      status,
      hint: 'Try again later; https://status.fedoraproject.org says how Fedora’s services are.',
    });
  }
  throw new ServiceError('FASJSON_REFUSED', `Fedora Accounts refused the question (HTTP ${status})`, {
    status,
    hint: 'Run again with --debug to see what was asked.',
  });
}

function resultOf({ text }: SpnegoAnswer): unknown {
  try {
    const body: unknown = JSON.parse(text);
    if (isRecord(body) && 'result' in body) return body.result;
  } catch {
    // A page of the web server before it.
  }
  throw unexpected('no result');
}

function toAccount(value: unknown): FasAccount {
  if (!isRecord(value) || typeof value.username !== 'string') throw unexpected('no account');
  const text = (key: string): string | undefined => {
    const field = value[key];
    return typeof field === 'string' && field !== '' ? field : undefined;
  };
  return {
    username: value.username,
    private: value.is_private === true,
    githubUsername: text('github_username'),
    gitlabUsername: text('gitlab_username'),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unexpected(what: string): ServiceError {
  return new ServiceError('FASJSON_ANSWER', `Fedora Accounts gave an answer that cannot be read: ${what}`, {
    hint: 'A proxy or a login page may be in the way; check PACKIT_FASJSON_URL if it is set.',
  });
}
