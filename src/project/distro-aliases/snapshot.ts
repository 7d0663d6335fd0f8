import type { BodhiRelease } from '../../remote/bodhi/index.ts';

/**
 * The active releases by Fedora's and EPEL's published schedules on the date given: what is left where
 * Bodhi has never been reached. An answer of Bodhi always comes before it.
 */
export const SNAPSHOT: { readonly date: string; readonly releases: readonly BodhiRelease[] } = {
  date: '2026-11-01',
  releases: [
    fedora('43', 'current', 'f43'),
    fedora('44', 'current', 'f44'),
    fedora('45', 'current', 'f45'),
    fedora('46', 'pending', 'rawhide'),
    epel('8', 'epel8'),
    epel('9', 'epel9'),
    epel('10.2', 'epel10.2'),
    epel('10.3', 'epel10'),
  ],
};

function fedora(version: string, state: string, branch: string): BodhiRelease {
  return { name: `F${version}`, long_name: `Fedora ${version}`, version, id_prefix: 'FEDORA', branch, state };
}

function epel(version: string, branch: string): BodhiRelease {
  return {
    name: `EPEL-${version}`,
    long_name: `Fedora EPEL ${version}`,
    version,
    id_prefix: 'FEDORA-EPEL',
    branch,
    state: 'current',
  };
}
