import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { decodeReply, encodeCall } from '../../../../src/remote/koji/index.ts';
import type { Value } from '../../../../src/remote/koji/index.ts';
import { faultText } from '../../../../src/remote/koji/faults.ts';
import { adler32 } from '../../../../src/remote/koji/upload.ts';

const reply = (value: string): string =>
  `<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value>${value}</value></param>\n</params>\n</methodResponse>\n`;

describe('a call', () => {
  test('has every type of value, and keywords as a struct with a mark', () => {
    const call = encodeCall(
      'listTagged',
      ['f42', null, true, 5, -1.5, 2 ** 40, ['a&b'], new Uint8Array([1])],
      {
        latest: true,
        package: undefined,
      },
    );
    expect(call).toContain('<methodName>listTagged</methodName>');
    for (const text of [
      '<string>f42</string>',
      '<nil/>',
      '<boolean>1</boolean>',
      '<int>5</int>',
      '<double>-1.5</double>',
      '<i8>1099511627776</i8>',
      '<array><data><value><string>a&amp;b</string></value></data></array>',
      '<base64>AQ==</base64>',
      '<struct><member><name>latest</name><value><boolean>1</boolean></value></member><member><name>__starstar</name>',
    ]) {
      expect(call).toContain(text);
    }
    expect(call).not.toContain('package');
  });

  test('without keywords has no struct', () => {
    expect(encodeCall('echo', [1], { a: undefined })).not.toContain('__starstar');
  });

  test('refuses what XML cannot hold', () => {
    expect(() => encodeCall('echo', ['a\u0001'])).toThrow(expect.objectContaining({ code: 'XMLRPC_TEXT' }));
  });
});

describe('an answer', () => {
  test.each<[string, Value]>([
    ['<nil/>', null],
    ['<int>-7</int>', -7],
    ['<i4>7</i4>', 7],
    ['<i8>1500000000000</i8>', 1_500_000_000_000],
    ['<i8>9223372036854775807</i8>', 9_223_372_036_854_775_807n],
    ['<double>1732200000.25</double>', 1_732_200_000.25],
    ['<boolean>0</boolean>', false],
    ['plain', 'plain'],
    ['<string></string>', ''],
    ['<string>a &lt; b &#228;</string>', 'a < b ä'],
    ['<base64>\naGVs\nbG8=\n</base64>', new Uint8Array(Buffer.from('hello'))],
    ['<dateTime.iso8601>20240506T07:08:09</dateTime.iso8601>', '20240506T07:08:09'],
    ['<array><data>\n<value><int>1</int></value>\n</data></array>', [1]],
    ['<struct>\n<member>\n<name>a</name>\n<value><struct></struct></value>\n</member>\n</struct>', { a: {} }],
  ])('%s', (text, value) => {
    expect(decodeReply(reply(text))).toEqual({ value });
  });

  test('is a fault', () => {
    const fault = (inner: string): string =>
      `<?xml version="1.0"?><methodResponse><fault>${inner}</fault></methodResponse>`;
    expect(
      decodeReply(
        fault(
          '<value><struct><member><name>faultCode</name><value><int>1000</int></value></member><member><name>faultString</name><value><string>No such package name: x</string></value></member></struct></value>',
        ),
      ),
    ).toEqual({ fault: { code: 1000, text: 'No such package name: x' } });
  });

  test.each([
    '',
    '<html><body>Out of order</body></html>',
    'not xml at all',
    '<methodResponse><params>',
    reply('<int>x</int>'),
    reply('<strange/>'),
    '<methodResponse><fault><value><int>1</int></value></fault></methodResponse>',
  ])('that is none: %j', (text) => {
    expect(() => decodeReply(text)).toThrow(expect.objectContaining({ code: 'KOJI_ANSWER' }));
  });

  test('whatever was sent comes back', () => {
    const leaf = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
      fc.bigInt({ min: 2n ** 60n, max: 2n ** 63n - 1n }),
      fc.string().map((text) => text.replaceAll(/[^\t\n -~]/g, '?')),
      fc.uint8Array(),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[a-z_-]{1,8}$/), tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const call = encodeCall('echo', [value as Value]);
        const body = /<params>([^]*)<\/params>/.exec(call)?.[1] ?? '';
        const back = decodeReply(`<methodResponse><params>${body}</params></methodResponse>`);
        expect(back).toEqual({ value: plain(value) });
      }),
      { numRuns: 200 },
    );
  });
});

/** fast-check's dictionaries have no prototype. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

test.each([
  ['No such package name: x', 'No such package name: x'],
  [
    'Traceback (most recent call last):\n  File "/usr/lib/kojihub.py", line 1, in f\n    raise koji.GenericError("x")\nkoji.GenericError: No such tag: x\n',
    'No such tag: x',
  ],
  [
    'Traceback (most recent call last):\n  File "x", line 1\nkoji.ActionNotAllowed: you may not\nask the admins\n',
    'you may not\nask the admins',
  ],
])('the sentence of a fault', (text, sentence) => {
  expect(faultText(text)).toBe(sentence);
});

test.each([
  ['', '00000001'],
  ['Wikipedia', '11e60398'],
])('the checksum of %j is %s', (text, sum) => {
  const checksum = adler32();
  checksum.update(Buffer.from(text));
  expect(checksum.digest()).toBe(sum);
});

test('the checksum of much is that of its parts', () => {
  const bytes = Buffer.alloc(100_000, 0xff);
  const whole = adler32();
  whole.update(bytes);
  const parts = adler32();
  parts.update(bytes.subarray(0, 12_345));
  parts.update(bytes.subarray(12_345));
  expect(whole.digest()).toBe(parts.digest());
});
