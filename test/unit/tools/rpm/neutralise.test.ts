import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { dependentDecision, neutralise } from '../../../../src/tools/rpm/neutralise.ts';

const WORD = 'packit_unknown_0123';

describe('neutralise', () => {
  test.each([
    ['shell', 'Version: %(cat VERSION)1', `Version: ${WORD}1`],
    ['nested brackets', 'a %(echo $(b) (c)) d', `a ${WORD} d`],
    ['a bracket that is escaped', 'a %(echo \\) b) c', `a ${WORD} c`],
    ['shell without an end', 'a %(echo', `a ${WORD}echo`],
    ['escaped signs before it', 'a %%(x) %%%%(y) b', `a ${WORD} ${WORD} b`],
    ['Lua', 'a %{lua:print(1) {} }b', `a ${WORD}b`],
    ['Lua after a question', '%{?lua:x}%{!?lua:x}', `${WORD}${WORD}`],
    ['Lua over lines, lines counted', '%{lua:\na\nb}\nc', `${WORD}%{?${WORD}:\n\n}\nc`],
    ['the environment', '%{getenv:HOME}', WORD],
    ['the file system', '%{exists:/etc}%{uncompress:x}', `${WORD}${WORD}`],
    ['a macro without braces', 'a %getenv HOME\nb', `a ${WORD}\nb`],
    ['nothing else', '%{lua_dir} %luas 100%% %{getenvx} %{expand:%%{x}} %include_', undefined],
  ])('takes out %s', (_what, text, expected) => {
    expect(neutralise(text, WORD).text).toBe(expected ?? text);
  });

  test('says what it took and where', () => {
    expect(neutralise('a\nb %(one) %(two)\n%{lua:x\ny}', WORD).findings).toEqual([
      { line: 2, code: '%(one)' },
      { line: 2, code: '%(two)' },
      { line: 3, code: '%{lua:x' },
    ]);
  });

  test.each([
    '%include x',
    '%{load:x}',
    '%load x',
    '%{include:x}',
    '%{lua:rpm.define("x 1")}',
    '%{lua:macros.x = 1}',
    '%{lua:macros["x"] = 1}',
    '%{lua:rpm.expand("%global x 1")}',
  ])('%s leaves the rest incomplete', (text) => {
    expect(neutralise(text, WORD).incomplete).toBe(true);
  });

  test('Lua that only reads leaves nothing incomplete', () => {
    const text = '%{lua:if macros.x == "1" then print((rpm.expand("%{version}"):gsub("a", "b"))) end}';
    expect(neutralise(text, WORD).incomplete).toBe(false);
  });

  test('nothing that runs is left in any text, and lines keep their numbers', () => {
    const piece = fc.constantFrom(
      '%',
      '(',
      ')',
      '{',
      '}',
      'lua',
      ':',
      '?',
      '!',
      '\\',
      '\n',
      'a',
      ' ',
      'getenv',
      'load',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        const { text: left } = neutralise(text, WORD);
        expect(left).not.toMatch(/%\(|%\{?[?!]*(?:lua|load|getenv)(?!\w)/);
        expect(left.split('\n')).toHaveLength(text.split('\n').length);
      }),
      { seed: 20240229, numRuns: 2000 },
    );
  });
});

describe('dependentDecision', () => {
  test.each([
    ['a condition on code', `a\n%if ${WORD}\n%endif\n`, 2],
    ['a condition on a macro', `%global x ${WORD}\n%if 0%{?x}\n`, 2],
    ['through other macros', `%define x a${WORD}\n%global y b%{x}\n%global z %y\n%ifarch %{z}\n`, 4],
    ['through tags', `Version: ${WORD}\n%if "%{version}" == "1"\n`, 2],
    ['a body over lines', `%global x a \\\n ${WORD}\n%if %x\n`, 3],
    ['a calculation', `%global x ${WORD}\nVersion: %[%x + 1]\n`, 2],
    ['a part of a word', `%global x ${WORD}\nVersion: %{sub %x 1 3}\n`, 2],
    [
      'no condition on other things',
      `%global x ${WORD}\nVersion: %x\n%if 0%{?fedora} > 3\n%endif\n`,
      undefined,
    ],
    ['no code at all', 'Version: 1\n%if %{x}\n', undefined],
  ])('%s', (_what, text, line) => {
    expect(dependentDecision(text, WORD)).toBe(line);
  });
});
