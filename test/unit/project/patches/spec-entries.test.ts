import { describe, expect, test } from '@jest/globals';
import { carryLines, parseHunks } from '../../../../src/project/patches/carry.ts';
import {
  addPatchEntries,
  updatePatchEntries,
  withoutPatchEntries,
} from '../../../../src/project/patches/spec-entries.ts';
import type { NamedPatch } from '../../../../src/project/patches/index.ts';
import { parseSpec, specText } from '../../../../src/spec/index.ts';

const HEAD = 'Name: x\nVersion: 1\nSource0: x.tar\n';
const TAIL = 'BuildArch: noarch\n\n%description\nx\n';

function patch(name: string, more: Partial<NamedPatch> = {}): NamedPatch {
  return { name, comment: [`# ${name}`], commentGiven: true, id: undefined, presentInSpec: false, ...more };
}

function add(patches: readonly NamedPatch[], spec = HEAD + TAIL, digits = 1): string {
  return specText(addPatchEntries(parseSpec(spec), patches, { digits }));
}

function update(spec: string, patches: readonly NamedPatch[]): string {
  return specText(updatePatchEntries(parseSpec(spec), patches, { digits: 1, own: new Set() }));
}

describe('tags for patches', () => {
  test('are numbered from 1, with the digits asked for, and escaped', () => {
    expect(
      add([patch('a%b.patch', { comment: ['# 50% of %{x}', '#'] }), patch('c.patch')], undefined, 4),
    ).toBe(`${HEAD}# 50% of %%{x}\n#\nPatch0001: a%%b.patch\n# c.patch\nPatch0002: c.patch\n${TAIL}`);
  });

  test('what the spec has or is said to have is not added', () => {
    const spec = `${HEAD}Patch3: a.patch\n${TAIL}`;
    expect(add([patch('a.patch'), patch('b.patch', { presentInSpec: true }), patch('c.patch')], spec)).toBe(
      `${HEAD}Patch3: a.patch\n# c.patch\nPatch4: c.patch\n${TAIL}`,
    );
  });

  test.each([[[5, 5]], [[5, 2]], [[1, undefined, 2]]])('numbers %j do not rise', (ids) => {
    const patches = ids.map((id, index) => patch(`${index}.patch`, { id }));
    expect(() => add(patches)).toThrow(
      /The Patch-id \d+ of \d.patch is not higher than the last number before it, \d+/,
    );
  });
});

describe('patches that the spec has for itself', () => {
  const spec = `${HEAD}Patch5: own.patch\n${TAIL}`;

  test('numbers of commits may be lower than theirs; a new one is higher', () => {
    expect(add([patch('one.patch', { id: 1 }), patch('two.patch')], spec)).toContain('Patch6: two.patch');
    expect(add([patch('one.patch', { id: 1 })], spec)).toMatch(/^Patch1: +one.patch$/m);
  });

  test('but not the same', () => {
    expect(() => add([patch('one.patch', { id: 5 })], spec)).toThrow('The Patch-id 5 of one.patch');
  });
});

describe('tags that were there', () => {
  const spec = `${HEAD}\n# One: %{url}\nPatch1:   one.patch\nPatch3:   three.patch\n\n${TAIL}`;
  const one = patch('one.patch', { id: 1, comment: ['# One: %{url}'] });
  const three = patch('three.patch', { id: 3, comment: ['# Made from a message'], commentGiven: false });

  test('stay to the byte', () => {
    expect(update(spec, [one, three])).toBe(spec);
  });

  test('make room for a new one, go with their patch, get another comment', () => {
    expect(update(spec, [one, patch('two.patch'), three])).toBe(
      spec.replace('Patch3', '# two.patch\nPatch2:   two.patch\nPatch3'),
    );
    expect(update(spec, [three])).toBe(spec.replace('# One: %{url}\nPatch1:   one.patch\n', ''));
    expect(update(spec, [{ ...one, comment: ['# Eins'] }, three])).toBe(
      spec.replace('# One: %{url}', '# Eins'),
    );
  });

  test('go where the commit gives another number', () => {
    expect(update(spec, [{ ...one, id: 2 }, three])).toBe(
      `${HEAD}# One: %%{url}\nPatch2:   one.patch\n\nPatch3:   three.patch\n\n${TAIL}`,
    );
  });

  test('without numbers are told by their names', () => {
    const list = `${HEAD}${TAIL}\n%patchlist\none.patch\nthree.patch\n`;
    const bare = (name: string): NamedPatch => patch(name, { commentGiven: false });
    expect(update(list, [bare('three.patch')])).toBe(list.replace('one.patch\n', ''));
    expect(update(list, [bare('one.patch'), bare('two.patch'), bare('three.patch')])).toBe(
      list.replace('three.patch', '# two.patch\ntwo.patch\nthree.patch'),
    );
  });

  test('are all gone in the spec of source-git', () => {
    expect(specText(withoutPatchEntries(parseSpec(spec), new Set()))).toBe(`${HEAD}\n${TAIL}`);
  });
});

describe('lines carried over', () => {
  const base = ['a', 'b', 'c', 'd'];
  const carry = (ours: string[], theirs: string[], toOurs: string, toTheirs: string) =>
    carryLines(ours, theirs, { toOurs: parseHunks(toOurs), toTheirs: parseHunks(toTheirs) });

  test('between the same neighbours, before and behind changes', () => {
    const ours = ['a', 'b', 'P', 'c', 'd', 'Q'];
    const toOurs = '@@ -2,0 +3 @@\n@@ -4,0 +6 @@\n';
    expect(carry(ours, base, toOurs, '')).toEqual(ours);
    expect(carry(ours, ['a', 'B', 'c', 'd'], toOurs, '@@ -2 +2 @@\n')).toEqual([
      'a',
      'B',
      'P',
      'c',
      'd',
      'Q',
    ]);
    expect(carry(ours, ['a', 'b', 'n', 'c', 'd'], toOurs, '@@ -2,0 +3 @@\n')).toEqual([
      'a',
      'b',
      'n',
      'P',
      'c',
      'd',
      'Q',
    ]);
    expect(carry(ours, ['x', 'a'], toOurs, '@@ -0,0 +1 @@\n@@ -2,3 +2,0 @@\n')).toEqual(['x', 'a', 'P', 'Q']);
    expect(carry(ours, ['a', 'B', 'C', 'd'], toOurs, '@@ -2,2 +2,2 @@\n')).toEqual([
      'a',
      'B',
      'P',
      'C',
      'd',
      'Q',
    ]);
  });

  test('nothing is made up where lines of the base are missing', () => {
    expect(carry(['a', 'c', 'd'], base, '@@ -2 +1,0 @@\n', '')).toBeUndefined();
  });
});
