import { describe, expect, test } from '@jest/globals';
import { SNAPSHOT, computeAliases } from '../../../../src/project/distro-aliases/index.ts';

const fedora = (version: string, state: string, branch = `f${version}`) => ({
  name: `F${version}`,
  long_name: `Fedora ${version}`,
  version,
  id_prefix: 'FEDORA',
  branch,
  state,
});
const epel = (version: string, branch: string) => ({
  name: `EPEL-${version}`,
  long_name: `Fedora EPEL ${version}`,
  version,
  id_prefix: 'FEDORA-EPEL',
  branch,
  state: 'current',
});
const names = (releases: Parameters<typeof computeAliases>[0]) => {
  const aliases = computeAliases(releases);
  return (alias: string) => aliases[alias]?.map(({ namever, branch }) => `${namever}:${branch}`);
};

describe('distribution aliases', () => {
  test('between two branchings', () => {
    const of = names([
      fedora('43', 'pending', 'rawhide'),
      fedora('42', 'current'),
      fedora('41', 'current'),
      { ...fedora('40', 'archived') },
      { ...fedora('44', 'pending'), name: 'ELN' },
      { ...fedora('42', 'current'), id_prefix: 'FEDORA-CONTAINER', name: 'F42C' },
      epel('9', 'epel9'),
    ]);
    expect(of('fedora-all')).toEqual(['fedora-41:f41', 'fedora-42:f42', 'fedora-rawhide:rawhide']);
    expect(of('fedora-stable')).toEqual(['fedora-41:f41', 'fedora-42:f42']);
    expect(of('fedora-development')).toEqual(['fedora-rawhide:rawhide']);
    expect(of('fedora-latest')).toEqual(['fedora-42:f42']);
    expect(of('fedora-latest-stable')).toEqual(['fedora-42:f42']);
    expect(of('fedora-branched')).toEqual(['fedora-41:f41', 'fedora-42:f42']);
    expect(of('epel-all')).toEqual(['epel-9:epel9']);
    expect(of('epel-9')).toBeUndefined();
  });

  test('after branching, with a frozen release', () => {
    const of = names([fedora('42', 'current'), fedora('43', 'frozen'), fedora('44', 'pending', 'rawhide')]);
    expect(of('fedora-development')).toEqual(['fedora-43:f43', 'fedora-rawhide:rawhide']);
    expect(of('fedora-latest')).toEqual(['fedora-43:f43']);
    expect(of('fedora-latest-stable')).toEqual(['fedora-42:f42']);
    expect(of('fedora-branched')).toEqual(['fedora-42:f42', 'fedora-43:f43']);
  });

  test('in the days when Bodhi still calls the branched release rawhide', () => {
    const of = names([
      fedora('42', 'current'),
      fedora('43', 'pending', 'rawhide'),
      fedora('44', 'pending', 'f44'),
    ]);
    expect(of('fedora-all')).toEqual(['fedora-42:f42', 'fedora-43:f43', 'fedora-rawhide:rawhide']);
  });

  test('of EPEL with minor versions, the tenth after the ninth', () => {
    const of = names([
      epel('8', 'epel8'),
      epel('10.10', 'epel10'),
      epel('10.9', 'epel10.9'),
      epel('10.8', 'epel10.8'),
    ]);
    expect(of('epel-10-all')).toEqual(['epel-10.8:epel10.8', 'epel-10.9:epel10.9', 'epel-10.10:epel10']);
    expect(of('epel-10-branched')).toEqual(['epel-10.8:epel10.8', 'epel-10.9:epel10.9']);
    expect(of('epel-10')).toEqual(['epel-10.10:epel10']);
    expect(of('epel-8-all')).toBeUndefined();
  });

  test('of openSUSE, and of nothing', () => {
    const of = names([]);
    expect(of('fedora-all')).toEqual([]);
    expect(of('fedora-latest')).toEqual([]);
    expect(of('opensuse-tumbleweed-all')).toEqual(['opensuse-tumbleweed:opensuse-tumbleweed']);
    expect(of('opensuse-all')).toHaveLength(6);
  });

  test('of the bundled list make sense', () => {
    const of = names(SNAPSHOT.releases);
    expect(of('fedora-all')?.at(-1)).toBe('fedora-rawhide:rawhide');
    expect(of('fedora-stable')?.length).toBeGreaterThanOrEqual(2);
    expect(of('epel-10')).toHaveLength(1);
    expect(SNAPSHOT.date).toMatch(/^\d{4}-\d\d-\d\d$/);
  });
});
