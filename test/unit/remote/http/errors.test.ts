import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../../../src/errors.ts';
import { responseError, transportError, waitTime } from '../../../../src/remote/http/errors.ts';
import { displayUrl, requestTarget } from '../../../../src/remote/http/url.ts';

describe('URLs in messages', () => {
  test.each([
    ['https://user:secret@example.com/a?b=c', 'https://example.com/a?b=c'],
    ['https://token@example.com/', 'https://example.com/'],
    ['https://example.com/?access_token=abc&page=2', 'https://example.com/?access_token=***&page=2'],
    [
      'https://example.com/?X-Amz-Signature=abc&api_key=d',
      'https://example.com/?X-Amz-Signature=***&api_key=***',
    ],
    ['https://a:b@not a url', 'https://not a url'],
  ])('%s', (url, shown) => {
    expect(displayUrl(url)).toBe(shown);
  });

  test('credentials become a header, percent signs and all', () => {
    const target = requestTarget('https://jane:p%40ss%zz@example.com/');
    expect(target.url.href).toBe('https://example.com/');
    expect(target.authorization).toBe(`Basic ${Buffer.from('jane:p%40ss%zz').toString('base64')}`);
    expect(requestTarget('https://t%2Fk@example.com/').secret).toBe('t/k');
  });
});

describe('how long a service asks to wait', () => {
  const now = Date.parse('2024-02-29T12:00:00Z');
  test.each([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': 'Thu, 29 Feb 2024 12:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Thu, 29 Feb 2024 11:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 60) }, 60_000],
    [{ 'x-ratelimit-remaining': '5', 'x-ratelimit-reset': String(now / 1000 + 60) }, undefined],
    [{}, undefined],
  ])('%j: %p ms', (headers, expected) => {
    expect(waitTime({ headers }, now)).toBe(expected);
  });
});

describe('errors of the way', () => {
  const facts = { method: 'GET', url: new URL('https://example.com/x') };
  const coded = (code: string, message = code): Error => Object.assign(new Error(message), { code });

  test.each([
    [coded('ENOTFOUND'), 'HTTP_DNS'],
    [coded('EAI_AGAIN'), 'HTTP_DNS'],
    [new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }), 'HTTP_REFUSED'],
    [new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]), 'HTTP_REFUSED'],
    [coded('EHOSTUNREACH'), 'HTTP_REFUSED'],
    [coded('UND_ERR_CONNECT_TIMEOUT'), 'HTTP_CONNECT_TIMEOUT'],
    [coded('ETIMEDOUT'), 'HTTP_CONNECT_TIMEOUT'],
    [coded('UND_ERR_HEADERS_TIMEOUT'), 'HTTP_TIMEOUT'],
    [new DOMException('too slow', 'TimeoutError'), 'HTTP_TIMEOUT'],
    [coded('CERT_HAS_EXPIRED'), 'HTTP_TLS'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'HTTP_TLS'],
    [coded('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'), 'HTTP_TLS'],
    [coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'HTTP_TLS'],
    [coded('ECONNRESET'), 'HTTP_RESET'],
    [coded('UND_ERR_SOCKET', 'other side closed'), 'HTTP_RESET'],
  ])('%s is %s', (error, code) => {
    const result = transportError(error, facts);
    expect(result).toBeInstanceOf(ServiceError);
    expect(result).toMatchObject({
      code,
      exitCode: 3,
      message: expect.stringContaining('(GET https://example.com/x)'),
    });
    expect(result.hint).toBeDefined();
  });

  test('a bug stays a bug', () => {
    const bug = new TypeError('x is not a function');
    expect(() => transportError(bug, facts)).toThrow(bug);
  });
});

describe('refusals', () => {
  test.each([{ 'x-ratelimit-remaining': '0' }, { 'retry-after': '60' }])(
    "GitHub's rate limits are not missing rights: %j",
    (limit) => {
      const headers = { ...limit, 'content-type': 'application/json' };
      const body = Buffer.from('{"message":"API rate limit exceeded"}');
      const response = {
        status: 403,
        headers,
        url: 'https://api.github.com/x',
        body,
        text: () => body.toString(),
        json: () => undefined,
      };
      expect(responseError(response, { method: 'GET' })).toMatchObject({
        code: 'HTTP_RATE_LIMITED',
        status: 403,
        details: ['API rate limit exceeded'],
        hint: expect.stringContaining('token'),
      });
    },
  );
});
