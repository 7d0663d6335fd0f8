import { expect, test } from '@jest/globals';
import { escapeChangelogText } from '../../../src/spec/index.ts';

test.each([
  ['x \u001b]0;owned\u0007 y', String.raw`x \x1b]0;owned\x07 y`],
  ['\u009b31m \u202egnp.\u2066', String.raw`\x9b31m \u202egnp.\u2066`],
  ['over\rwritten', String.raw`over\x0dwritten`],
  ['two\r\nlines\tand a tab', 'two\r\nlines\tand a tab'],
  ['%(touch x) %{lua:y} 100%', '%%(touch x) %%{lua:y} 100%'],
  ['ünï 日本', 'ünï 日本'],
])('%j is written as %j', (text, written) => {
  expect(escapeChangelogText(text)).toBe(written);
});
