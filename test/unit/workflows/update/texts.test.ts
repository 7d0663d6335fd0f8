import { describe, expect, test } from '@jest/globals';
import { bugNumbers, bugsIn } from '../../../../src/workflows/update/bugs.ts';
import { fillTemplate, generatedNotes, newEntries } from '../../../../src/workflows/update/notes.ts';

describe('bugs', () => {
  test.each<[string[], number[]]>([
    [['1234'], [1234]],
    [['rhbz#1234', 'RHBZ#1234', '#1234'], [1234]],
    [['bz 12 bug#13, 14'], [12, 13, 14]],
    [
      ['https://bugzilla.redhat.com/15', 'https://bugzilla.redhat.com/show_bug.cgi?id=16#c3'],
      [15, 16],
    ],
    [[], []],
  ])('%j', (texts, numbers) => {
    expect(bugNumbers(texts)).toEqual(numbers);
  });

  test.each(['CVE-2024-1', 'rhbz#', '0', 'https://example.org/5', 'abc1', '-5'])('%j is none', (text) => {
    expect(() => bugNumbers([text])).toThrow(expect.objectContaining({ code: 'BUG_INVALID' }));
  });

  test('that a changelog resolves', () => {
    const text =
      '- Resolves: rhbz#1234567\n- fix rh#22222\n- Fixes fedora#33333, see rhbz#44444\n- closes rhbz#123';
    expect(bugsIn(text)).toEqual([1_234_567, 22_222, 33_333]);
  });
});

describe('notes', () => {
  const entry = (time: number, text: string) => ({ time, author: 'Jane <j@example.com> - 1-1', text });
  const [newest, middle, first] = [entry(200_000, '- c'), entry(100_000, '- b'), entry(0, '- a')] as const;

  test('the entries above the one of the build before', () => {
    expect(newEntries([newest, middle, first], [first])).toEqual([newest, middle]);
    expect(newEntries([newest, middle], undefined)).toEqual([newest]);
    expect(newEntries([newest, middle], [first])).toEqual([newest]);
    // rpm keeps noon, Koji what the file said.
    expect(newEntries([newest, middle], [{ ...middle, time: middle.time + 60 }])).toEqual([newest]);
    expect(newEntries([], undefined)).toEqual([]);
  });

  test('a template is filled, and braces of others stay', () => {
    expect(fillTemplate('{version} {x} {} }{ {version}', '1.1')).toBe('1.1 {x} {} }{ 1.1');
  });

  test('a changelog with a fence of its own', () => {
    const notes = generatedNotes([
      { nvr: 'a-1-1', name: 'a', version: '1', entries: [entry(0, '- ```x```')] },
    ]);
    expect(notes).toContain('~~~~\n* Thu Jan 01 1970 Jane <j@example.com> - 1-1\n- ```x```\n~~~~');
    expect(generatedNotes([{ nvr: 'a-1-1', name: 'a', version: '1', entries: [] }])).toBe(
      'Automatic update for a-1-1.',
    );
  });
});
