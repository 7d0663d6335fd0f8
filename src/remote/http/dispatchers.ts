import { readFileSync } from 'node:fs';
import type { SecureContext } from 'node:tls';
import type * as UndiciModule from 'undici';
import type { Dispatcher } from 'undici';
import { PackitError, messageOf } from '../../errors.ts';
import { trustedAuthorities } from './certificates.ts';
import { proxyFor } from './proxy.ts';
import type { ClientCertificate, HttpClientOptions } from './types.ts';

export interface Dispatchers {
  /** The way to a URL: direct or through the proxy that the environment names for it. */
  for(url: URL): Promise<Route>;
  close(): Promise<void>;
}

export interface Route {
  dispatcher: Dispatcher;
  proxy: URL | undefined;
}

type Undici = typeof UndiciModule;

/** undici's agents, made on first use and kept for the client's life: one direct, one per proxy. */
export function createDispatchers(options: HttpClientOptions): Dispatchers {
  const agents = new Map<string, Dispatcher>();
  const { connectTimeout = 10_000, idleTimeout = 30_000 } = options;
  let secureContext: Promise<SecureContext> | undefined;

  async function connectOptions(secure: boolean) {
    // Parsing a system's 140 certificates takes a while: once, and only if TLS is spoken at all.
    if (secure) secureContext ??= createSecureContext(options);
    return secure
      ? { timeout: connectTimeout, secureContext: await secureContext }
      : { timeout: connectTimeout };
  }

  async function open(undici: Undici, proxy: URL | undefined, secure: boolean): Promise<Dispatcher> {
    const limits = { headersTimeout: idleTimeout, bodyTimeout: idleTimeout };
    const connect = await connectOptions(secure);
    if (proxy === undefined) return new undici.Agent({ ...limits, connect });
    const uri = new URL(proxy);
    const credentials = `${decodeURIComponent(uri.username)}:${decodeURIComponent(uri.password)}`;
    options.redactor?.add(decodeURIComponent(uri.password));
    const socks = uri.protocol.startsWith('socks');
    if (!socks) {
      uri.username = '';
      uri.password = '';
    }
    return new undici.ProxyAgent({
      ...limits,
      uri: uri.href,
      ...(socks || credentials === ':'
        ? {}
        : { token: `Basic ${Buffer.from(credentials).toString('base64')}` }),
      requestTls: connect,
      proxyTls: connect,
      // Plain HTTP goes through a proxy as such: many proxies allow CONNECT to port 443 alone.
      proxyTunnel: false,
    });
  }

  return {
    async for(url) {
      const proxy = proxyFor(url, options.env);
      const secure = url.protocol === 'https:' || proxy?.protocol === 'https:';
      const key = `${proxy?.href ?? 'direct'} ${secure}`;
      const undici = await loadUndici();
      const known = agents.get(key);
      if (known !== undefined) return { dispatcher: known, proxy };
      const dispatcher = await open(undici, proxy, secure);
      // Another request may have opened it in the meantime.
      const winner = agents.get(key) ?? dispatcher;
      agents.set(key, winner);
      return { dispatcher: winner, proxy };
    },
    async close() {
      const all = [...agents.values()];
      agents.clear();
      await Promise.all(all.map((agent) => agent.destroy()));
    },
  };
}

async function createSecureContext(options: HttpClientOptions): Promise<SecureContext> {
  const tls = await import('node:tls');
  const ca = trustedAuthorities(options.env);
  const identity = options.clientCertificate === undefined ? {} : readIdentity(options.clientCertificate);
  try {
    return tls.createSecureContext({ ca, ...identity });
  } catch (error) {
    throw new PackitError(
      'CERTIFICATE_INVALID',
      `Cannot use the configured certificates: ${messageOf(error)}`,
      {
        hint:
          options.clientCertificate === undefined
            ? 'Check SSL_CERT_FILE, SSL_CERT_DIR and NODE_EXTRA_CA_CERTS.'
            : `Check that ${options.clientCertificate.certFile} holds the certificate and its private key.`,
        cause: error,
      },
    );
  }
}

function readIdentity(certificate: ClientCertificate): { cert: Buffer; key: Buffer } {
  const { certFile, keyFile = certFile } = certificate;
  try {
    return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
  } catch (error) {
    throw new PackitError('CERTIFICATE_INVALID', `Cannot read the client certificate: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** undici is CommonJS: Node finds its names, the bundle has them under `default` alone. */
async function loadUndici(): Promise<Undici> {
  const module = await import('undici');
  return typeof module.Agent === 'function' ? module : (module.default as unknown as Undici);
}
