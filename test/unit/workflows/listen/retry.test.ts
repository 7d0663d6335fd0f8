import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { PackitError, ServiceError } from '../../../../src/errors.ts';
import { afterFailure, delayAfter } from '../../../../src/workflows/listen/retry.ts';

const attempt = { attempts: 0, age: 0, random: 0.5 };

describe('what becomes of an event whose handling failed', () => {
  it.each([
    [new ServiceError('HTTP_REFUSED', 'no connection'), 'retry', 'service'],
    [new ServiceError('FORGE_FAILED', 'oops', { status: 502 }), 'retry', 'service'],
    [new ServiceError('FORGE_LIMIT', 'slow down', { status: 429 }), 'retry', 'service'],
    [new ServiceError('FORGE_RATE_LIMITED', 'slow down', { status: 403 }), 'retry', 'service'],
    [new ServiceError('FORGE_CONFLICT', 'no', { status: 409 }), 'retry', 'unknown'],
    [new ServiceError('FORGE_FORBIDDEN', 'no', { status: 403 }), 'dead', 'refused'],
    [new ServiceError('FORGE_NOT_FOUND', 'no', { status: 404 }), 'dead', 'refused'],
    [new PackitError('CONFIG_INVALID', 'bad key'), 'dead', 'expected'],
    [new Error('undefined is not a function'), 'retry', 'unknown'],
    ['a text', 'retry', 'unknown'],
    [undefined, 'retry', 'unknown'],
  ])('%p: %s', (error, as, kind) => {
    expect(afterFailure(error, attempt)).toMatchObject({ as, kind });
  });

  it('a full disk is said as such, and waited for as a service is', () => {
    const error = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' });
    expect(afterFailure(error, attempt)).toMatchObject({
      as: 'retry',
      kind: 'machine',
      reason: expect.stringContaining('DISK_FULL'),
    });
  });

  it('what nobody knows is tried three times', () => {
    const outcomes = [0, 1, 2].map((attempts) => afterFailure(new Error('bug'), { ...attempt, attempts }).as);
    expect(outcomes).toEqual(['retry', 'retry', 'dead']);
    expect(afterFailure(new Error('bug'), { ...attempt, attempts: 2 }).reason).toBe('bug (3 attempts)');
  });

  it('a service that is away is waited for: an hour at last, for a week', () => {
    const away = new ServiceError('HTTP_DNS', 'away');
    const seconds = [0, 1, 2, 3, 9, 30].map((attempts) => delayAfter(attempts, 0.5));
    expect(seconds).toEqual([7, 14, 28, 56, 3584, 3600]);
    expect(afterFailure(away, { attempts: 30, age: 6 * 86_400, random: 0 })).toMatchObject({
      as: 'retry',
      seconds: 2700,
    });
    expect(afterFailure(away, { attempts: 200, age: 8 * 86_400, random: 0 })).toMatchObject({
      as: 'dead',
      reason: 'HTTP_DNS: away (tried for a week)',
    });
  });

  it('waits within a quarter of the time, never longer than an hour', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, random) => {
        const seconds = delayAfter(attempts, random);
        return seconds >= 5.25 && seconds <= 3600;
      }),
    );
  });
});
