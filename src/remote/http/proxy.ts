import { BlockList, isIP } from 'node:net';
import { PackitError } from '../../errors.ts';
import type { Environment } from '../../tools/process/index.ts';
import { displayUrl } from './url.ts';

/**
 * The proxy for a URL as curl and Python choose it: `https_proxy` or `http_proxy` by the URL's scheme
 * (lower case wins), else `all_proxy`; none for hosts that `no_proxy` names.
 * @throws PackitError `PROXY_INVALID`
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const scheme = url.protocol.slice(0, -1);
  const name = [`${scheme}_proxy`, `${scheme}_proxy`.toUpperCase(), 'all_proxy', 'ALL_PROXY'].find(
    // In a CGI program HTTP_PROXY is what the client sent as a header "Proxy:", not a setting.
    (name) => env[name] && !(name === 'HTTP_PROXY' && env.REQUEST_METHOD),
  );
  const value = name === undefined ? undefined : env[name]?.trim();
  if (name === undefined || !value || bypasses(url, env.no_proxy ?? env.NO_PROXY ?? '')) return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy === undefined || !['http:', 'https:', 'socks5:', 'socks:', 'socks5h:'].includes(proxy.protocol)) {
    throw new PackitError(
      'PROXY_INVALID',
      `${name} does not name a proxy packit can use: ${displayUrl(text)}`,
      {
        hint: `Set ${name} to http://HOST:PORT, or unset it.`,
      },
    );
  }
  if (proxy.protocol === 'socks5h:') proxy.protocol = 'socks5:';
  return proxy;
}

/** `no_proxy`: `*`, host names (their subdomains included), `host:port`, addresses and CIDR ranges. */
export function bypasses(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => matchesEntry(entry.toLowerCase(), host, port));
}

function matchesEntry(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (isIP(host) !== 0) {
    if (entry.includes('/')) return inRange(entry, host);
    const [, bracketed, bracketedPort] = /^\[(.+)\](?::(\d+))?$/.exec(entry) ?? [];
    if (bracketed !== undefined) return bracketed === host && (bracketedPort ?? port) === port;
  }
  if (isIP(entry) !== 0) return entry === host;
  const [, name = entry, wantedPort] = /^(.*?):(\d+)$/.exec(entry) ?? [];
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const bare = name.replace(/^\*?\./, '');
  return host === bare || host.endsWith(`.${bare}`);
}

function inRange(entry: string, address: string): boolean {
  const [network = '', bits = ''] = entry.split('/');
  const family = isIP(network);
  if (family === 0 || family !== isIP(address) || !/^\d+$/.test(bits)) return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const range = new BlockList();
  range.addSubnet(network, Number(bits), type);
  return range.check(address, type);
}
