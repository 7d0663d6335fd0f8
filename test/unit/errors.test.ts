import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { PackitError, ServiceError, explainSystemError, isOutage } from '../../src/errors.ts';

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

describe('isOutage', () => {
  const refused = (code: string, status?: number): ServiceError =>
    new ServiceError(code, 'no', status === undefined ? {} : { status });

  test.each([
    ['no answer', refused('COPR_UNREACHABLE')],
    ['a server out of order', refused('COPR_FAILED', 503)],
    ['too much at once', refused('FORGE_RATE_LIMITED', 429)],
    ['the limit of GitHub', refused('FORGE_RATE_LIMITED', 403)],
    ['too slow', refused('HTTP_TIMEOUT', 408)],
  ])('%s is one', (_, error) => expect(isOutage(error)).toBe(true));

  test.each([
    ['a missing right', refused('FORGE_FORBIDDEN', 403)],
    ['a conflict', refused('FORGE_CONFLICT', 409)],
    ['an error of ours', new PackitError('CONFIG_INVALID', 'no')],
    ['anything else', new Error('no')],
  ])('%s is none', (_, error) => expect(isOutage(error)).toBe(false));
});
