import type { BodhiRelease } from '../../remote/bodhi/index.ts';
import type { Aliases, Distro } from './distro.ts';
import { OPENSUSE_ALIASES } from './opensuse.ts';

interface Candidate extends Distro {
  product: 'fedora' | 'epel';
  state: string;
  major: number;
  minor: number;
}

/**
 * The aliases of Fedora and EPEL from Bodhi's releases, and openSUSE's.
 *
 * Bodhi does not know Rawhide: the highest Fedora is it. In the days after branching Bodhi gives the
 * branched release the branch `rawhide`; it is put right to `fNN`. Versions are compared by number,
 * minor by minor, so that EPEL 10.10 comes after 10.9.
 */
export function computeAliases(releases: readonly BodhiRelease[]): Aliases {
  const candidates = releases
    .filter((release) => release.name !== 'ELN' && release.state !== 'archived')
    .map((release) => toCandidate(release))
    .filter((candidate) => candidate !== undefined)
    .sort((a, b) => a.major - b.major || a.minor - b.minor);
  const fedora = withRawhide(candidates.filter(({ product }) => product === 'fedora'));
  const epel = candidates.filter(({ product }) => product === 'epel');
  const stable = fedora.filter(({ state }) => state === 'current');
  const development = fedora.filter(({ state }) => state === 'pending' || state === 'frozen');
  const branched = development.slice(-2, -1);
  const aliases: Record<string, readonly Candidate[]> = {
    'fedora-all': fedora,
    'fedora-stable': stable,
    'fedora-development': development,
    'fedora-latest': branched.length > 0 ? branched : stable.slice(-1),
    'fedora-latest-stable': stable.slice(-1),
    'fedora-branched': [...stable, ...development.slice(0, -1)],
    'epel-all': epel,
  };
  for (const major of new Set(epel.map((distro) => distro.major).filter((major) => major >= 10))) {
    const minors = epel.filter((distro) => distro.major === major);
    aliases[`epel-${major}-all`] = minors;
    aliases[`epel-${major}-branched`] = minors.filter(({ branch }) => branch.includes('.'));
    aliases[`epel-${major}`] = minors.filter(({ branch }) => !branch.includes('.'));
  }
  const plain = Object.entries(aliases).map(([alias, members]) => [
    alias,
    members.map(({ namever, branch }) => ({ namever, branch })),
  ]);
  return { ...Object.fromEntries(plain), ...OPENSUSE_ALIASES };
}

function toCandidate(release: BodhiRelease): Candidate | undefined {
  const version = /^(\d+)(?:\.(\d+))?$/.exec(release.version);
  if (version === null) return undefined;
  const product =
    release.id_prefix === 'FEDORA' ? 'fedora' : release.id_prefix === 'FEDORA-EPEL' ? 'epel' : undefined;
  if (product === undefined) return undefined;
  return {
    product,
    namever:
      product === 'epel' ? release.name.toLowerCase() : release.long_name.toLowerCase().replaceAll(' ', '-'),
    branch: release.branch,
    state: release.state,
    major: Number(version[1]),
    minor: Number(version[2] ?? '0'),
  };
}

function withRawhide(fedora: readonly Candidate[]): Candidate[] {
  return fedora.map((distro, index) => {
    if (index === fedora.length - 1) return { ...distro, namever: 'fedora-rawhide', branch: 'rawhide' };
    const lags = index === fedora.length - 2 && distro.branch === 'rawhide';
    return lags ? { ...distro, branch: `f${distro.major}` } : distro;
  });
}
