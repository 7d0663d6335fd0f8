import { describe, expect, test } from '@jest/globals';
import type { WireRequest } from '../../../src/remote/http/index.ts';
import { programKey, requestKey } from '../../../src/session/keys.ts';
import { createSecrets } from '../../../src/session/secrets.ts';

const secrets = createSecrets(() => ['s3cr3t-value']);

function request(
  url: string,
  more: Partial<WireRequest> & { text?: string; type?: string } = {},
): WireRequest {
  const { text, type, ...rest } = more;
  const bytes = text === undefined ? undefined : Buffer.from(text);
  return {
    method: 'GET',
    access: 'read',
    url: new URL(url),
    headers: {},
    body:
      bytes === undefined
        ? undefined
        : { length: bytes.length, open: () => bytes, ...(type === undefined ? {} : { type }) },
    ...rest,
  };
}

describe('requests are the same', () => {
  test.each<[string, WireRequest, WireRequest]>([
    [
      'whatever the order of the query, and whatever the headers',
      request('https://a.example/x?b=2&a=1', { headers: { 'user-agent': 'one', accept: '*/*' } }),
      request('https://a.example/x?a=1&b=2', { headers: { 'user-agent': 'two', authorization: 'Bearer t' } }),
    ],
    [
      'whatever the order of the keys in JSON',
      request('https://a.example/', {
        method: 'POST',
        text: '{"a": 1, "b": {"d": 1, "c": 2}}',
        type: 'application/json',
      }),
      request('https://a.example/', {
        method: 'POST',
        text: '{"b":{"c":2,"d":1},"a":1}',
        type: 'application/json',
      }),
    ],
    [
      'whatever the order of the fields of a form, and whatever the token in it',
      request('https://a.example/', {
        method: 'POST',
        text: 'a=1&csrf_token=x1',
        type: 'application/x-www-form-urlencoded',
      }),
      request('https://a.example/', {
        method: 'POST',
        text: 'csrf_token=y2&a=1',
        type: 'application/x-www-form-urlencoded',
      }),
    ],
    [
      'whatever the boundary of a multipart form',
      request('https://a.example/', { method: 'POST', ...multipart('one') }),
      request('https://a.example/', { method: 'POST', ...multipart('two') }),
    ],
  ])('%s', async (_name, one, other) => {
    expect(await requestKey(one, secrets)).toEqual(await requestKey(other, secrets));
  });
});

describe('requests differ', () => {
  test.each<[string, WireRequest, WireRequest]>([
    ['by method', request('https://a.example/'), request('https://a.example/', { method: 'DELETE' })],
    ['by the query', request('https://a.example/?page=1'), request('https://a.example/?page=2')],
    [
      'by the range',
      request('https://a.example/'),
      request('https://a.example/', { headers: { range: 'bytes=5-' } }),
    ],
    [
      'by the body',
      request('https://a.example/', { method: 'POST', text: '{"a":1}', type: 'application/json' }),
      request('https://a.example/', { method: 'POST', text: '{"a":2}', type: 'application/json' }),
    ],
    [
      'by the content of a file',
      request('https://a.example/', { method: 'POST', ...multipart('b', 'content') }),
      request('https://a.example/', { method: 'POST', ...multipart('b', 'other') }),
    ],
  ])('%s', async (_name, one, other) => {
    expect(await requestKey(one, secrets)).not.toEqual(await requestKey(other, secrets));
  });
});

function multipart(boundary: string, content = 'content'): { text: string; type: string } {
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    text: [
      `--${boundary}`,
      'Content-Disposition: form-data; name="name"',
      '',
      'hello',
      `--${boundary}`,
      'Content-Disposition: form-data; name="file"; filename="hello.tar.gz"',
      'Content-Type: application/octet-stream',
      '',
      content,
      `--${boundary}--`,
      '',
    ].join('\r\n'),
  };
}

test('a request is readable, without secrets', async () => {
  const key = await requestKey(
    request('https://a.example/api/s3cr3t-value?token=abcdef&page=2', {
      method: 'POST',
      ...multipart('x'),
    }),
    secrets,
  );
  expect(key).toEqual([
    'POST https://a.example/api/masked-by-packit',
    '  ?page=2',
    '  ?token=masked-by-packit',
    '  file (hello.tar.gz): sha256:ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73 (7 bytes)',
    '  name: hello',
  ]);
});

test('a program is known by what it is asked, not by directories, settings and verbosity', () => {
  const places = { cwd: '/home/jane/hello', home: '/home/jane', temp: '/tmp' };
  const program = (args: string[], input?: string) => ({
    file: 'git',
    args,
    cwd: '/',
    environment: {},
    input,
    own: false,
  });
  const key = programKey(
    program([
      '-c',
      'gc.auto=0',
      'clone',
      '--quiet',
      '--',
      'https://a.example/x.git',
      '/tmp/packit-17-ab_C/x',
    ]),
    places,
    secrets,
  );
  expect(key).toEqual(['git', '  clone', '  --', '  https://a.example/x.git', '  <TEMP>/x']);
  expect(programKey(program(['credential', 'fill'], 'host=a'), places, secrets)).not.toEqual(
    programKey(program(['credential', 'fill'], 'host=b'), places, secrets),
  );
  expect(
    programKey({ ...program(['/home/jane/hello/a', '/home/jane/b']), file: 'curl' }, places, secrets),
  ).toEqual(['curl', '  <CWD>/a', '  <HOME>/b']);
});
