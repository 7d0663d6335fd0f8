import { describe, expect, test } from '@jest/globals';
import { createContext } from '../../../../src/context.ts';
import { InterruptedError, PackitError } from '../../../../src/errors.ts';
import { forEachPackage } from '../../../../src/workflows/srpm/index.ts';

const ctx = createContext({ cwd: '/', env: { HOME: '/home/jane', TMPDIR: '/scratch' } });
const packages = ['a', 'b', 'c'].map((name) => ({ name }));

describe('several packages', () => {
  test('are all tried; failures are told with their hints', async () => {
    const outcomes = await forEachPackage(ctx, packages, ({ name }) =>
      name === 'b'
        ? Promise.reject(new PackitError('BAD', 'It is bad', { hint: 'Mend it.' }))
        : Promise.resolve(name),
    );
    expect(outcomes.done).toEqual(['a', 'c']);
    expect(outcomes.failed).toEqual([
      { package: 'b', code: 'BAD', message: 'It is bad', hint: 'Mend it.', details: [] },
    ]);
  });

  test('end at once when the user interrupts, or at a bug', async () => {
    const tried: string[] = [];
    for (const error of [new InterruptedError(), new TypeError('a bug')]) {
      const work = ({ name }: { name: string }) => {
        tried.push(name);
        return Promise.reject<string>(error);
      };
      await expect(forEachPackage(ctx, packages, work)).rejects.toBe(error);
    }
    expect(tried).toEqual(['a', 'a']);
  });

  test('one alone throws its error', async () => {
    const error = new PackitError('BAD', 'It is bad');
    await expect(forEachPackage(ctx, packages.slice(0, 1), () => Promise.reject(error))).rejects.toBe(error);
  });

  test('a full disk is an expected failure of that package', async () => {
    const error = Object.assign(new Error('write failed'), { code: 'ENOSPC', syscall: 'write' });
    const outcomes = await forEachPackage(ctx, packages, () => Promise.reject(error));
    expect(outcomes.failed).toMatchObject(packages.map(({ name }) => ({ package: name, code: 'DISK_FULL' })));
  });
});
