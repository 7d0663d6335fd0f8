import { describe, expect, test } from '@jest/globals';
import { bypasses, proxyFor } from '../../../../src/remote/http/proxy.ts';

describe('the proxy for a URL', () => {
  const https = new URL('https://example.com/');
  const http = new URL('http://example.com/');

  test.each([
    [https, {}, undefined],
    [https, { HTTPS_PROXY: 'http://p:3128' }, 'http://p:3128/'],
    [https, { https_proxy: 'p:3128' }, 'http://p:3128/'],
    [https, { https_proxy: '', HTTPS_PROXY: 'http://upper:1' }, 'http://upper:1/'],
    [https, { HTTP_PROXY: 'http://p:3128' }, undefined],
    [https, { ALL_PROXY: 'socks5h://p:1080' }, 'socks5://p:1080'],
    [http, { HTTP_PROXY: 'http://p:3128' }, 'http://p:3128/'],
    [http, { HTTP_PROXY: 'http://p:3128', REQUEST_METHOD: 'GET' }, undefined],
    [http, { http_proxy: 'https://p', REQUEST_METHOD: 'GET' }, 'https://p/'],
    [https, { HTTPS_PROXY: 'http://p', NO_PROXY: '*' }, undefined],
    [https, { HTTPS_PROXY: 'http://p', no_proxy: '', NO_PROXY: '*' }, 'http://p/'],
  ] as const)('%s with %j is %s', (url, env, expected) => {
    expect(proxyFor(url, env)?.href).toBe(expected);
  });

  test.each([
    ['https://example.com', 'example.com', true],
    ['https://www.example.com', 'example.com', true],
    ['https://www.example.com', '.example.com', true],
    ['https://www.example.com', '*.example.com', true],
    ['https://notexample.com', 'example.com', false],
    ['https://EXAMPLE.com', 'example.COM', true],
    ['https://example.com', 'other.org, example.com', true],
    ['https://example.com:8443', 'example.com:8443', true],
    ['https://example.com', 'example.com:8443', false],
    ['https://example.com', 'example.com:443', true],
    ['http://127.0.0.1:80', '127.0.0.1', true],
    ['http://10.1.2.3', '10.0.0.0/8', true],
    ['http://11.1.2.3', '10.0.0.0/8', false],
    ['http://10.1.2.3', '10.0.0.0/99', false],
    ['http://[::1]/', '::1', true],
    ['http://[::1]:8080/', '[::1]:8080', true],
    ['http://[fe80::1]/', 'fe80::/10', true],
    ['http://example.com', '', false],
  ])('%s and NO_PROXY=%j: %p', (url, list, expected) => {
    expect(bypasses(new URL(url), list)).toBe(expected);
  });
});
