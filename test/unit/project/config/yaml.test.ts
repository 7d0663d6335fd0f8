import { describe, expect, test } from '@jest/globals';
import { composeYaml, Reader, YamlError } from '../../../../src/project/config/yaml/index.ts';

function read(text: string): unknown {
  const root = composeYaml(text);
  return root === undefined ? null : new Reader().data(root);
}

function problem(text: string): { line: number; column: number; message: string; hint: string | undefined } {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    const before = text.slice(0, error.offset).split('\n');
    return {
      line: before.length,
      column: (before.at(-1) ?? '').length + 1,
      message: error.message,
      hint: error.hint,
    };
  }
  throw new Error('No error');
}

describe('scalars are read as PyYAML reads them', () => {
  // Expected values: yaml.safe_load of PyYAML 6.0.
  test.each<[string, unknown]>([
    ['yes', true],
    ['Off', false],
    ['oN', 'oN'],
    ['y', 'y'],
    ['~', null],
    ['', null],
    ['null', null],
    ['1_000', 1000],
    ['017', 15],
    ['08', '08'],
    ['0o17', '0o17'],
    ['0x1F', 31],
    ['0b101', 5],
    ['-12', -12],
    ['+12', 12],
    ['1:30', 90],
    ['1:30:15.5', 5415.5],
    ['1.10', 1.1],
    ['1e3', '1e3'],
    ['1.e+3', 1000],
    ['.5', 0.5],
    ['.', '.'],
    ['-.5', '-.5'],
    ['1.2.3', '1.2.3'],
    ['-.inf', Number.NEGATIVE_INFINITY],
    ['"yes"', 'yes'],
    ["'it''s'", "it's"],
    ['"a\\tb\\x41\\u00e9"', 'a\tbA\u00e9'],
    ['!!str 12', '12'],
    ['! 12', 12],
    ['!!int "12"', 12],
    ['a: b: c'.replace(': b', ''), { a: 'c' }],
  ])('%j', (text, value) => {
    expect(read(text)).toEqual(value);
  });
});

describe('collections', () => {
  test.each<[string, unknown]>([
    ['a: 1\nb:\n- x\n- y: z\nc: {d: [1, e: f]}', { a: 1, b: ['x', { y: 'z' }], c: { d: [1, { e: 'f' }] } }],
    ['a: |\n  x\n   y\n\n  z\nb: >-\n  x\n  y\n\n  z\n', { a: 'x\n y\n\nz\n', b: 'x y\nz' }],
    ['a: |+\n  x\n\nb: |2\n    x\n', { a: 'x\n\n', b: '  x\n' }],
    ['a: one\n  two\n\n  three # no\n', { a: 'one two\nthree' }],
    ['a: "one\n\n  two \\\n  three"', { a: 'one\ntwo three' }],
    ['a: |\n  b\n  c', { a: 'b\nc' }],
    ['a:\n  - "b\nc"\n  - d\n', { a: ['b c', 'd'] }],
    ['a:\n  - [b,\nc\n]\n  - d\n', { a: [['b', 'c'], 'd'] }],
    ['? a\n: b\n? c\n', { a: 'b', c: null }],
    ['---\na: 1\n...\n', { a: 1 }],
    ['%YAML 1.1\n---\na: 1\n', { a: 1 }],
    ['a:\n  - 1\n  -\n  - [a, b,]\n', { a: [1, null, ['a', 'b']] }],
    ['url: http://x.y/z#a\n', { url: 'http://x.y/z#a' }],
  ])('%j', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  test('merge keys: what is written wins, of two merges the later, of a list the earlier', () => {
    const text = [
      'x: &x {a: 1, b: 1, c: 1}',
      'y: &y {b: 2, c: 2, d: 2}',
      'own: {<<: *x, a: 0}',
      'two: {<<: *x, <<: *y}',
      'list: {<<: [*x, *y]}',
      'named: {<<: &z {q: 1}, r: 2}',
      'again: {<<: *z}',
    ].join('\n');
    expect(read(text)).toMatchObject({
      own: { a: 0, b: 1, c: 1 },
      two: { a: 1, b: 2, c: 2, d: 2 },
      list: { a: 1, b: 1, c: 1, d: 2 },
      named: { q: 1, r: 2 },
      again: { q: 1 },
    });
  });

  test('of a key that is written twice the later counts, and both are known', () => {
    const root = composeYaml('a: 1\nb: 2\na: 3\n');
    const reader = new Reader();
    expect(root && reader.data(root)).toEqual({ a: 3, b: 2 });
    expect(reader.duplicates).toMatchObject([{ first: { start: 0 }, second: { start: 10 } }]);
  });

  test('a key called __proto__ is a key', () => {
    const value = read('{__proto__: {polluted: 1}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('CRLF, a byte order mark and odd line ends', () => {
    expect(read('\uFEFFa: 1\r\nb:\r\n- 2\r\n')).toEqual({ a: 1, b: [2] });
    expect(read('a: 1\rb: 2\x85c: 3\u2028d: 4')).toEqual({ a: 1, b: 2, c: 3, d: 4 });
  });
});

describe('what PyYAML refuses is refused at the same place', () => {
  // Lines are those of PyYAML 6.0; where it only notices on the next line that a key has no colon, ours is the key's.
  test.each<[string, number, number, RegExp]>([
    ['a: 1\n\tb: 2\n', 2, 1, /tab/],
    ['a: b: c\n', 1, 4, /second ":"/],
    ['jobs: [a\n', 2, 1, /end with a \]/],
    ['a: b\tc\n', 1, 5, /tab/],
    ['a: 1\n: b\n', 2, 1, /no key/],
    ['a:\n  - b: c\n   d: e\n', 3, 4, /list/],
    ['a:\n  b: c\n d: e\n', 3, 2, /column/],
    ['a: "b\n', 2, 1, /closing " is missing/],
    ["a: 'b' c\n", 1, 8, /does not belong/],
    ['a: *x\n', 1, 4, /no anchor/],
    ['a: &x 1\nb: &x 2\n', 2, 4, /defined twice/],
    ['a: 1\n---\nb: 2\n', 2, 1, /one document/],
    ['a: 1\nb\nc: 2\n', 2, 1, /not followed by a ":"/],
    ['- a\nb: c\n', 2, 1, /does not belong/],
    ['a: @b\n', 1, 4, /cannot start with .*@/],
    ['a: %b\n', 1, 4, /cannot start with .*%/],
    ['a: - b\n', 1, 4, /does not belong/],
    ['a: "\\q"\n', 1, 5, /no such escape/],
    ['a: !foo b\n', 1, 9, /tag !foo/],
    ['{[a]: b}\n', 1, 2, /key cannot be a list/],
    ['a: <<\n', 1, 4, /meaning of its own/],
    ['<<: 5\n', 1, 5, /merges a mapping/],
    ['a: 2024-02-29\n', 1, 4, /date/],
    ['a: \u0007\n', 1, 4, /U\+0007/],
    ['a: |x\n', 1, 5, /does not belong/],
  ])('%j', (text, line, column, message) => {
    expect(problem(text)).toMatchObject({ line, column, message: expect.stringMatching(message) });
  });

  test('an alias inside its own anchor', () => {
    expect(problem('a: &a [*a]\n').message).toContain('inside what it refers to');
  });

  test('deep nesting ends with an error, not with the stack', () => {
    expect(problem(`a: ${'['.repeat(100_000)}`).message).toContain('levels deep');
  });

  // Composing them would end in V8's "RegExpCompiler Allocation failed", which ends the process.
  test.each<[string, string, number]>([
    ['closed lists', `a: ${'['.repeat(5000)}${']'.repeat(5000)}`, 203],
    ['lists in lists', `${'- '.repeat(5000)}x`, 401],
    ['lists in mappings', `${'[{a: '.repeat(3000)}x${'}]'.repeat(3000)}`, 501],
  ])('%s nested too deeply: where', (_name, text, column) => {
    expect(problem(text)).toMatchObject({ line: 1, column, message: 'Nested more than 200 levels deep' });
  });

  test('two hundred levels are read', () => {
    expect(read(`${'['.repeat(199)}x${']'.repeat(199)}`)).toBeInstanceOf(Array);
  });

  test('a billion laughs: refused before it takes memory', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i += 1)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    const started = performance.now();
    expect(problem(lines.join('\n')).message).toContain('aliases stand for more than');
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('the same with merge keys', () => {
    const lines = ['a0: &a0 {x: 1}'];
    for (let i = 1; i < 40; i += 1) lines.push(`a${i}: &a${i} {<<: [*a${i - 1}, *a${i - 1}], k${i}: 1}`);
    expect(problem(lines.join('\n')).message).toContain('aliases stand for more than');
  });
});
