import { describe, expect, test } from '@jest/globals';
import { Buffer } from 'node:buffer';
import { isSameChange } from '../../../../src/project/patches/same-change.ts';

const GIT = `From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
From: Jane <jane@example.com>
Subject: [PATCH] Ten
--- a line that is no header

---
 numbers | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

diff --git a/src/numbers b/src/numbers
index 0fdf397..1a2b3c4 100644
--- a/src/numbers
+++ b/src/numbers
@@ -7,4 +7,4 @@ six
 9

-10
+ten
 11
`;
const PLAIN = `Ten in a word.

diff -up hello-1.0.orig/src/numbers hello-1.0/src/numbers
--- hello-1.0.orig/src/numbers	2024-01-01 10:00:00.000000000 +0100
+++ hello-1.0/src/numbers	2024-01-01 10:00:01.000000000 +0100
@@ -107,4 +107,4 @@
 9
 
-10
+ten
 11
`;

function same(before: string, after: string, noPrefix = false): boolean {
  return isSameChange(Buffer.from(before, 'latin1'), Buffer.from(after, 'latin1'), noPrefix);
}

describe('the same change', () => {
  test('whatever made the patch, whoever sent it, wherever the lines are', () => {
    expect(same(PLAIN, GIT)).toBe(true);
    expect(same(PLAIN.replaceAll('\n', '\r\n'), GIT)).toBe(true);
    expect(same(GIT.replace('0123', 'abcd').replace('[PATCH]', '[PATCH 3/7]'), GIT)).toBe(true);
    expect(same(`${GIT}-- \n2.39.5\n\n`, GIT)).toBe(true);
  });

  test.each([
    ['another line', '+ten', '+TEN'],
    ['a blank more', '+ten', '+ten '],
    ['tabs for blanks in the context', '\n 11\n', '\n\t11\n'],
    ['other neighbours', '\n 11\n', '\n 12\n'],
    ['another file', '/src/numbers', '/src/figures'],
    ['a return', '+ten', '+ten\r'],
    ['a byte', '+ten', '+t\xe9n'],
    ['no newline at the end', '\n 11\n', '\n 11\n\\ No newline at end of file\n'],
    ['one more file', '\n 11\n', '\n 11\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n'],
  ])('but not with %s', (_what, from, to) => {
    expect(same(GIT, GIT.replaceAll(from, to))).toBe(false);
    expect(same(PLAIN, GIT.replaceAll(from, to))).toBe(false);
  });

  test('prefixes count where the patch is for -p0', () => {
    const bare = GIT.replaceAll(/ [ab]\/src/g, ' src');
    expect(same(bare, bare, true)).toBe(true);
    expect(same(GIT, bare, true)).toBe(false);
    expect(same(GIT.replaceAll('src/', ''), bare.replaceAll('src/', ''))).toBe(false);
  });

  test('of files that come, go, move, or change their mode', () => {
    const made = 'diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+1\n';
    const plain =
      '--- old/x\t1970-01-01 01:00:00.0 +0100\n+++ new/x\t2024-01-01 01:00:00.0 +0100\n@@ -0,0 +1 @@\n+1\n';
    expect(same(plain, made)).toBe(true);
    expect(same(plain, made.replace('100644', '100755'))).toBe(false);
    const moved = 'diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n';
    expect(same(moved, moved.replace('100%', '99%'))).toBe(true);
    expect(same(moved, moved.replaceAll('y', 'z'))).toBe(false);
  });

  test('of binary files, to the last digit', () => {
    const binary =
      'diff --git a/b b/b\nindex 1..2\nGIT binary patch\nliteral 3\nKcmZQzWC8#H2LJ>B\n\nliteral 0\nHcmV?d00001\n\ndiff --git a/c b/c\nold mode 100644\nnew mode 100755\n';
    expect(same(binary, `Subject: x\n\n${binary.replace('1..2', '1234..2345')}`)).toBe(true);
    expect(same(binary, binary.replace('2LJ>B', '2LJ>C'))).toBe(false);
    expect(same(binary, binary.replace('100755', '100700'))).toBe(false);
  });

  test('context diffs are not understood, empty patches are what they are', () => {
    const context = '*** a/x\n--- b/x\n***************\n*** 1 ****\n! a\n--- 1 ----\n! b\n';
    expect(same(context, context)).toBe(false);
    expect(same('', '')).toBe(true);
    expect(same('', GIT)).toBe(false);
  });
});
