import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  asBlock,
  asCode,
  asText,
  isOwnComment,
  markerOf,
  oneLine,
} from '../../../../../src/workflows/ci/comments/index.ts';

describe('one line', () => {
  test.each([
    ['two\nlines\r\nand\ttabs', 'two lines and tabs'],
    ['\u001b[31mred\u001b[0m', '[31mred [0m'],
    ['abc\u202edcba', 'abcdcba'],
    ['zero\u200bwidth', 'zerowidth'],
    ['  blanks   run together ', 'blanks run together'],
  ])('%j is %j', (text, expected) => expect(oneLine(text)).toBe(expected));

  test('is cut between characters', () => {
    expect(oneLine('😀'.repeat(10), 4)).toBe('😀😀😀…');
    expect(oneLine('abcd', 4)).toBe('abcd');
  });
});

describe('code', () => {
  test.each([
    ['plain', '`plain`'],
    ['a`b', '``a`b``'],
    ['`a`', '`` `a` ``'],
    ['``` <!-- @jane', '```` ``` <!-- @jane ````'],
    ['', '` `'],
    ['a\n\n# heading', '`a # heading`'],
  ])('%j is %j', (text, expected) => expect(asCode(text)).toBe(expected));

  test('nothing in it ends it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', 'a', ' ', '\n', '<', '@') }), (text) => {
        const [, fence = '', inside = ''] = /^(`+)([^]*?)\1$/.exec(asCode(text)) ?? [];
        expect(fence).not.toBe('');
        expect(Array.from(inside.matchAll(/`+/g), ([run]) => run)).not.toContain(fence);
        expect(inside).not.toContain('\n');
      }),
    );
  });

  test('a block’s fence is longer than any in it', () => {
    const block = asBlock('one\n````\n@jane <!-- -->\n```\nend');
    expect(block).toBe('`````text\none\n````\n@jane <!-- -->\n```\nend\n`````');
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', 'a', '\n') }), (text) => {
        const lines = asBlock(text).split('\n');
        const fence = lines.at(-1) ?? '';
        expect(lines.slice(1, -1).some((line) => line.trim().startsWith(fence))).toBe(false);
      }),
    );
  });

  test('a long block loses its middle', () => {
    const block = asBlock(Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n'), 4);
    expect(block).toBe('```text\nline 0\nline 1\n… 96 more lines …\nline 98\nline 99\n```');
  });
});

describe('text', () => {
  test.each([
    ['@jane', '@\u200bjane'],
    ['see #12, !3', 'see #\u200b12, !\u200b3'],
    ['<img src=x onerror=y>', '&lt;img src=x onerror=y&gt;'],
    ['--> <!--', '\u200b--&gt; &lt;!--'],
    ['[a](https://evil.example)', '\\[a\\]\\(https:\u200b//evil.example\\)'],
    ['*bold* `code`', '\\*bold\\* \\`code\\`'],
    ['/packit build', '\u200b/packit build'],
    ['::error::x', '\u200b::\u200berror::\u200bx'],
  ])('%j is %j', (text, expected) => expect(asText(text)).toBe(expected));
});

describe('the marker', () => {
  test('is a comment of HTML that nothing in it can end', () => {
    expect(markerOf({ purpose: 'not-allowed', key: 'abc123' })).toBe(
      '<!-- packit:ci:v1:not-allowed:abc123 -->',
    );
    fc.assert(
      fc.property(fc.string(), fc.string(), (purpose, key) => {
        expect(markerOf({ purpose, key })).toMatch(/^<!-- packit:ci:v1:[\w.-]+:[\w.-]+ -->$/);
      }),
    );
    expect(markerOf({ purpose: 'x', key: '-->' })).not.toBe(markerOf({ purpose: 'x', key: '--->' }));
  });

  test('tells packit’s comments from those that quote them', () => {
    const body = `${markerOf({ purpose: 'x', key: 'y' })}\nText`;
    expect(isOwnComment(body)).toBe(true);
    expect(isOwnComment(`> ${body}\n/packit build`)).toBe(false);
  });
});
