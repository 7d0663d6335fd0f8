import { describe, expect, test } from '@jest/globals';
import { Buffer } from 'node:buffer';
import { joinPatches } from '../../../../src/project/patches/join.ts';
import type { CommitPatch } from '../../../../src/project/patches/join.ts';
import { lineOf } from '../../../../src/project/patches/history.ts';

function patch(sha: string, name: string, more: Partial<CommitPatch> = {}): CommitPatch {
  return {
    sha,
    name,
    content: Buffer.from(`${sha}\n`),
    comment: [`# ${sha}`],
    commentGiven: false,
    id: undefined,
    presentInSpec: false,
    noPrefix: false,
    endsFile: false,
    defined: false,
    ...more,
  };
}

function shape(commits: readonly CommitPatch[]): string[] {
  return joinPatches(commits).map(
    ({ name, commits: shas, content }) =>
      `${name}: ${shas.join(' ')} = ${content.toString().trim().replaceAll('\n', ' ')}`,
  );
}

describe('commits become files', () => {
  test('neighbours of one name are one file, which the first describes', () => {
    const made = joinPatches([patch('1', 'a', { id: 7 }), patch('2', 'a', { id: 9 }), patch('3', 'b')]);
    expect(made.map(({ name, id, comment }) => [name, id, comment])).toEqual([
      ['a', 7, ['# 1']],
      ['b', undefined, ['# 3']],
    ]);
    expect(made[0]?.content.toString()).toBe('1\n2\n');
  });

  test('the same name further on is an error', () => {
    expect(() => joinPatches([patch('1', 'a'), patch('2', 'b'), patch('3', 'a')])).toThrow(
      /have the same Patch-name: a/,
    );
  });

  test('squash_commits marks the last commit of a file; younger ones go into the last file', () => {
    expect(
      shape([
        patch('1', 'n1'),
        patch('2', 'a', { endsFile: true, defined: true }),
        patch('3', 'b', { defined: true }),
        patch('4', 'n4'),
        patch('5', 'c', { endsFile: true, defined: true }),
        patch('6', 'n6'),
      ]),
    ).toEqual(['a: 1 2 = 1 2', 'b: 3 = 3', 'c: 4 5 6 = 4 5 6']);
  });
});

describe('a history with merges as a line', () => {
  const commit = (sha: string, ...parents: string[]) => ({
    sha,
    parents,
    tree: '',
    author: '',
    message: '',
    trailers: '',
    empty: false,
  });

  test('merges keep the parent that leads to the base', () => {
    const commits = [commit('s', 'old'), commit('a', 'base'), commit('m', 'a', 's'), commit('t', 'm')];
    expect([...lineOf(commits, 'base', 't')]).toEqual([['m', 'a']]);
  });

  test('also where that is not the first one', () => {
    const commits = [commit('s', 'old'), commit('m', 's', 'base'), commit('t', 'm')];
    expect([...lineOf(commits, 'base', 't')]).toEqual([['m', 'base']]);
  });
});
