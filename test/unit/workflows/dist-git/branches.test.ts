import { describe, expect, test } from '@jest/globals';
import { chooseBranches } from '../../../../src/workflows/dist-git/branches.ts';
import type { BranchConfiguration } from '../../../../src/workflows/dist-git/branches.ts';

describe('which branches', () => {
  const expand = (names: readonly string[]): Promise<string[]> =>
    Promise.resolve(names.flatMap((name) => (name === 'fedora-all' ? ['f41', 'f42', 'rawhide'] : [name])));
  const choose = async (configured: BranchConfiguration, option?: string): Promise<string[]> =>
    (await chooseBranches({ configured, option, defaultBranch: 'main', expand })).map(
      ({ branch, fastForward }) => [branch, ...fastForward].join('>'),
    );

  test.each<[BranchConfiguration, string | undefined, string[]]>([
    [[], undefined, ['main']],
    [['f42'], undefined, ['f42']],
    [['fedora-all'], undefined, ['f41', 'f42', 'main']],
    [['fedora-all', 'f42'], undefined, ['f41', 'f42', 'main']],
    [['f42'], 'f41, rawhide', ['f41', 'main']],
    [
      { rawhide: { fast_forward_merge_into: ['f42', 'f41'] }, epel9: {} },
      undefined,
      ['main>f42>f41', 'epel9'],
    ],
    [{ rawhide: { fast_forward_merge_into: ['f42'] } }, 'rawhide', ['main']],
    [{ rawhide: null }, undefined, ['main']],
  ])('%j with %s: %j', async (configured, option, expected) => {
    expect(await choose(configured, option)).toEqual(expected);
  });

  test('an alias of nothing is an error', async () => {
    await expect(
      chooseBranches({ configured: ['x-all'], defaultBranch: 'main', expand: () => Promise.resolve([]) }),
    ).rejects.toThrow(/x-all/);
  });
});
