/** The OpenID Connect provider in front of Bodhi: an authorization code, by Kerberos or a browser, and tokens for it. */
import { randomBytes } from 'node:crypto';
import { PackitError, ServiceError } from '../../errors.ts';
import type { Redactor, Run } from '../../tools/process/index.ts';
import type { HttpClient } from '../http/index.ts';
import { requestWithKerberos } from '../spnego/index.ts';
import type { Token } from './tokens.ts';
import { list, record, text, unexpectedAnswer } from './updates.ts';

export interface ProviderOptions {
  http: HttpClient;
  run: Run;
  cwd: string;
  /** `https://id.fedoraproject.org/openidc` */
  url: string;
  now: () => Date;
  redactor?: Redactor | undefined;
  /** Where on this machine a browser is led back to. Default: the port that Bodhi's client is registered with. */
  browserPort?: number | undefined;
}

export interface Provider {
  /**
   * The address a person or Kerberos logs in at, for one attempt.
   * @param state what the answer must bear. Default: random, so that a browser cannot be led here with another's code
   */
  authorization(state?: string): Promise<Authorization>;
  /** The code that a Kerberos ticket gets. @throws ServiceError `BODHI_LOGIN` */
  codeByKerberos(authorization: Authorization): Promise<string>;
  /** @throws ServiceError `BODHI_LOGIN` */
  tokenFor(code: string, authorization: Authorization): Promise<Token>;
  /** Undefined if the provider gives none any more. */
  refresh(token: Token): Promise<Token | undefined>;
}

export interface Authorization {
  url: string;
  state: string;
  redirectUri: string;
  /** The code is shown to the person, who pastes it; else the browser is led to `redirectUri`, on this machine. */
  pasted: boolean;
}

const CLIENT = 'bodhi-client';
const SCOPE =
  'openid email profile https://id.fedoraproject.org/scope/groups https://id.fedoraproject.org/scope/agreements';
const BROWSER_PORT = 45678;
const SERVICE = 'The login of Bodhi';

export function createProvider(options: ProviderOptions): Provider {
  const { http, run, cwd, url, now, redactor, browserPort = BROWSER_PORT } = options;
  let known: Promise<Record<string, unknown>> | undefined;
  const metadata = (): Promise<Record<string, unknown>> => {
    known ??= http.json({ url: `${url}/.well-known/openid-configuration`, service: SERVICE }).then(record);
    known.catch(() => (known = undefined));
    return known;
  };
  const endpoint = async (name: string): Promise<string> => {
    const address = text((await metadata())[name]);
    if (address === undefined) throw unexpectedAnswer(`no ${name}`);
    return address;
  };
  const fetchToken = async (form: Readonly<Record<string, string>>): Promise<Record<string, unknown>> =>
    record(
      await http.json({
        url: await endpoint('token_endpoint'),
        method: 'POST',
        // Nothing of the user's changes; and a dry run may log in.
        access: 'read',
        idempotent: false,
        form: { client_id: CLIENT, ...form },
        accept: [400, 401],
        service: SERVICE,
      }),
    );
  const asToken = (answer: Record<string, unknown>, before?: Token): Token | undefined => {
    const access = text(answer.access_token);
    if (access === undefined) return undefined;
    const life = Number(answer.expires_in);
    return {
      ...before,
      ...answer,
      access_token: access,
      ...(Number.isFinite(life) ? { expires_at: Math.floor(now().getTime() / 1000) + life } : {}),
    };
  };

  return {
    async authorization(state = randomBytes(16).toString('hex')) {
      const pasted = list((await metadata()).response_modes_supported).includes('oob');
      const redirectUri = pasted ? 'urn:ietf:wg:oauth:2.0:oob' : `http://localhost:${browserPort}/auth`;
      const address = new URL(await endpoint('authorization_endpoint'));
      const query = {
        response_type: 'code',
        client_id: CLIENT,
        redirect_uri: redirectUri,
        scope: SCOPE,
        state,
      };
      for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
      return { url: address.href, state, redirectUri, pasted };
    },
    async codeByKerberos(authorization) {
      const answer = await requestWithKerberos({
        run,
        cwd,
        url: authorization.url,
        follow: true,
        service: SERVICE,
      });
      const [, query] = /<title>\s*(code=[\w\-=;&]+)\s*<\/title>/.exec(answer.text) ?? [];
      if (query !== undefined) {
        const code = codeIn(query, authorization);
        redactor?.add(code);
        return code;
      }
      throw new ServiceError(
        'BODHI_LOGIN',
        `Bodhi's login does not take the Kerberos ticket: status ${answer.status}`,
        {
          status: answer.status,
          hint: 'See who you are with: klist.',
        },
      );
    },
    async tokenFor(code, authorization) {
      const answer = await fetchToken({
        grant_type: 'authorization_code',
        code,
        redirect_uri: authorization.redirectUri,
      });
      const token = asToken(answer);
      if (token !== undefined) return token;
      const said = text(answer.error_description) ?? text(answer.error) ?? 'no token came';
      throw new ServiceError('BODHI_LOGIN', `Bodhi's login failed: ${said}`, {
        hint: 'A code is good once and for a short time: try again.',
      });
    },
    async refresh(token) {
      if (token.refresh_token === undefined) return undefined;
      return asToken(
        await fetchToken({ grant_type: 'refresh_token', refresh_token: token.refresh_token }),
        token,
      );
    },
  };
}

/**
 * The code in `code=...&state=...` (or in an address that ends so); a bare code is taken as it is.
 * @throws PackitError `BODHI_LOGIN_STATE` if it is the answer to another question
 */
export function codeIn(answer: string, { state }: Pick<Authorization, 'state'>): string {
  const query = answer
    .trim()
    .replace(/^[^?]*\?/, '')
    .replaceAll('&amp;', '&')
    .replaceAll(';', '&');
  if (!query.includes('code=')) return query;
  const parameters = new URLSearchParams(query);
  const given = parameters.get('state');
  if (given !== null && given !== state) {
    throw new PackitError('BODHI_LOGIN_STATE', 'The code is of another login than the one that was begun', {
      hint: 'Open the address that was shown last, and paste what it gives.',
    });
  }
  return parameters.get('code') ?? '';
}
