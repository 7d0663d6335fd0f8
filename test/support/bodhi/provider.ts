/** A stand-in for the provider: codes are good once, access tokens until they are forgotten. */
import { jsonReply } from '../http/service.ts';
import type { ServiceReply, ServiceRequest } from '../http/service.ts';

export interface TestProvider {
  handle(request: ServiceRequest): ServiceReply;
  /** The request carries an access token that is good. */
  accepts(request: ServiceRequest): boolean;
  forget(): void;
  /** Access tokens given out. */
  readonly given: string[];
  /** Gives no new tokens for old ones. */
  refuseRefresh: boolean;
  /** The browser is led back to this machine instead of shown a code. */
  oob: boolean;
  /** Where a browser may be led back to; what the real provider has registered, unless a test needs another port. */
  browserPort: number;
  /** A ticket of Kerberos is good. */
  takesTickets: boolean;
  /** Seconds a token is said to last. */
  lifetime: number;
  /** What a person sees at the end of a login in the browser at this address. */
  loginByHand(url: string): string;
}

const CLIENT = 'bodhi-client';
const SCOPES =
  'openid email profile https://id.fedoraproject.org/scope/groups https://id.fedoraproject.org/scope/agreements';

export function createProvider(url: () => string): TestProvider {
  const codes = new Map<string, string>();
  const good = new Set<string>();
  const refresh = new Set<string>();
  const given: string[] = [];

  const authorize = (query: URLSearchParams): string => {
    const redirect = query.get('redirect_uri') ?? '';
    const expected = provider.oob
      ? 'urn:ietf:wg:oauth:2.0:oob'
      : `http://localhost:${provider.browserPort}/auth`;
    if (query.get('client_id') !== CLIENT || query.get('response_type') !== 'code')
      throw new Error('bad client');
    if (redirect !== expected) throw new Error(`redirect to ${redirect}`);
    if (query.get('scope') !== SCOPES) throw new Error(`scope ${query.get('scope')}`);
    if ((query.get('state') ?? '').length < 8) throw new Error('no state');
    const code = `code-${codes.size}_0123456789`;
    codes.set(code, redirect);
    return `code=${code}&state=${query.get('state')}`;
  };
  const token = (form: URLSearchParams): ServiceReply => {
    if (form.get('client_id') !== CLIENT || form.has('client_secret')) throw new Error('bad client');
    if (form.get('grant_type') === 'refresh_token') {
      const old = form.get('refresh_token') ?? '';
      if (provider.refuseRefresh || !refresh.delete(old)) return jsonReply({ error: 'invalid_grant' }, 400);
    } else {
      const code = form.get('code') ?? '';
      if (form.get('grant_type') !== 'authorization_code') throw new Error('bad grant');
      if (codes.get(code) !== form.get('redirect_uri'))
        return jsonReply({ error: 'invalid_grant', error_description: 'that code is not good' }, 400);
      codes.delete(code);
      codes.set(`used ${code}`, '');
    }
    const access = `access-token-${given.length}-0123456789`;
    given.push(access);
    good.add(access);
    refresh.add(`refresh-of-${access}`);
    return jsonReply({
      access_token: access,
      refresh_token: `refresh-of-${access}`,
      token_type: 'Bearer',
      expires_in: provider.lifetime,
    });
  };

  const provider: TestProvider = {
    handle(request) {
      const { path, method } = request;
      if (method === 'GET' && path === '/idp/openidc/.well-known/openid-configuration') {
        return jsonReply({
          issuer: url(),
          authorization_endpoint: `${url()}/Authorization`,
          token_endpoint: `${url()}/Token`,
          userinfo_endpoint: `${url()}/UserInfo`,
          response_modes_supported: ['query', ...(provider.oob ? ['oob'] : [])],
        });
      }
      if (method === 'GET' && path === '/idp/openidc/Authorization') {
        const negotiated = String(request.headers.authorization).startsWith('Negotiate ');
        if (!negotiated || !provider.takesTickets)
          return { status: 401, headers: { 'www-authenticate': 'Negotiate' }, body: 'log in' };
        const answer = authorize(request.query).replace('&', '&amp;');
        return { status: 200, type: 'text/html', body: `<html><head><title>${answer}</title></head></html>` };
      }
      if (method === 'POST' && path === '/idp/openidc/Token') return token(new URLSearchParams(request.text));
      throw new Error('unknown path of the provider');
    },
    accepts: ({ headers }) => good.has(String(headers.authorization).replace('Bearer ', '')),
    forget: () => good.clear(),
    given,
    refuseRefresh: false,
    oob: true,
    browserPort: 45678,
    takesTickets: true,
    lifetime: 3600,
    loginByHand: (address) => authorize(new URL(address).searchParams),
  };
  return provider;
}
