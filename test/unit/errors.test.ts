import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { PackitError, explainSystemError } from '../../src/errors.ts';

function systemError(code: string, path?: string): Error {
  return Object.assign(new Error(`${code}: no`), {
    code,
    syscall: 'open',
    ...(path === undefined ? {} : { path }),
  });
}

describe('what the machine refuses is no bug', () => {
  test.each([
    ['ENOSPC', 'DISK_FULL', 'The disk is full: /a/b (open)'],
    ['EROFS', 'NOT_WRITABLE', 'The file system is read-only: /a/b (open)'],
    ['EACCES', 'NOT_ALLOWED', 'Permission is denied: /a/b (open)'],
  ])('%s is %s', (code, ours, message) => {
    const cause = systemError(code, '/a/b');
    expect(explainSystemError(cause)).toMatchObject({
      code: ours,
      message,
      exitCode: 2,
      hint: expect.stringMatching(/\w/),
      cause,
    });
    expect(explainSystemError(cause)).toBeInstanceOf(PackitError);
  });

  test('without a path', () => {
    expect(explainSystemError(systemError('EMFILE'))).toMatchObject({
      message: 'Too many files are open (open)',
    });
  });

  test('a programming error and a packit error stay what they are', () => {
    const missing = (() => {
      try {
        return readFileSync('/nonexistent/file');
      } catch (error) {
        return error;
      }
    })();
    const known = new PackitError('SOME', 'thing');
    for (const error of [new TypeError('x'), missing, known, 'text', undefined]) {
      expect(explainSystemError(error)).toBe(error);
    }
  });
});
