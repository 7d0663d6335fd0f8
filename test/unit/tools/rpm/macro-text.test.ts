import { describe, expect, test } from '@jest/globals';
import { hasBalancedBraces, macroBody } from '../../../../src/tools/rpm/macro-text.ts';

describe('macroBody', () => {
  test.each([
    ['1.2', '1.2'],
    ['', '%{nil}'],
    ['a\\b', 'a\\\\b'],
    ['a\nb', 'a\\\nb'],
    ['{x} y', '\\{x} y'],
    [' a ', '%{nil} a %{nil}'],
    ['%{version}', '%{version}'],
  ])('%j', (value, expected) => {
    expect(macroBody(value)).toBe(expected);
  });
});

describe('hasBalancedBraces', () => {
  test.each([
    ['', true],
    ['%{a:%{b}}', true],
    ['{', false],
    ['}{', false],
    ['\\{', true],
  ])('%j: %s', (expression, expected) => {
    expect(hasBalancedBraces(expression)).toBe(expected);
  });
});
