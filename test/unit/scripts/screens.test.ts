import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DOMParser } from '@xmldom/xmldom';
import { expect, test } from '@jest/globals';
import { pictureOf } from '../../../scripts/docs/picture.ts';
import { plainText, screenOf } from '../../../scripts/docs/terminal.ts';

test('a spinner that is drawn over and over leaves its last line', () => {
  const output =
    '\u001b[?25l- work\u001b[2K\u001b[1G\u001b[32m✔\u001b[39m work\r\nnext\r\nabcdef\u001b[1A\rN';
  const rows = screenOf(output, 80);
  expect(plainText(rows)).toBe('✔ work\nNext\nabcdef');
  expect(rows[0]?.[0]).toEqual({ char: '✔', bold: false, dim: false, colour: 2 });
  expect(rows[0]?.[2]?.colour).toBeUndefined();
});

test('a long line goes on in the next', () => {
  expect(plainText(screenOf('abcdefgh', 5))).toBe('abcde\nfgh');
});

test('the picture is XML, with the text and its colours in it', () => {
  const svg = pictureOf(screenOf('\u001b[1;31merror:\u001b[0m a < b & c', 80), 80, 'a <run>');
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(parsed.getElementsByTagName('text')[0]?.textContent).toBe('error: a < b & c');
  expect(svg).toContain('<tspan class="b" style="fill:#ff7b72">error:</tspan>');
});

test('docs/run.svg shows a run', () => {
  const svg = readFileSync(resolve(import.meta.dirname, '..', '..', '..', 'docs', 'run.svg'), 'utf8');
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
  expect(parsed.documentElement?.textContent).toContain('$ packit srpm');
  expect(parsed.documentElement?.textContent).toContain('.src.rpm');
});
