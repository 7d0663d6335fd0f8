/** Where in OBS a target is: the repositories of build.opensuse.org that a build for it stands on. */
import { PackitError } from '../../errors.ts';

export interface RepositoryPath {
  project: string;
  repository: string;
}

export interface ObsTarget {
  /** `fedora-42-x86_64`. */
  name: string;
  arch: string;
  paths: RepositoryPath[];
}

const FACTORY_PORTS: Readonly<Record<string, string>> = {
  s390x: 'zSystem',
  aarch64: 'ARM',
  ppc64le: 'PowerPC',
};

/** @throws PackitError `OBS_TARGET_UNKNOWN` */
export function obsTarget(name: string): ObsTarget {
  const { distro, arch } = splitTarget(name);
  const paths = pathsOf(distro, arch);
  if (paths !== undefined) return { name, arch, paths };
  throw new PackitError('OBS_TARGET_UNKNOWN', `It is not known where in OBS the target ${name} is`, {
    hint: 'There are fedora-rawhide, fedora-N, epel-7 to epel-9, opensuse-leap-N, opensuse-tumbleweed, with an architecture: fedora-42-x86_64.',
  });
}

function splitTarget(name: string): { distro: string; arch: string } {
  const [, distro = name, arch = 'x86_64'] = /^(.+)-([^-]+)$/.exec(name) ?? [];
  return { distro, arch };
}

function pathsOf(distro: string, arch: string): RepositoryPath[] | undefined {
  const at = (project: string, ...repositories: string[]): RepositoryPath[] =>
    repositories.map((repository) => ({ project, repository }));
  if (distro === 'fedora-rawhide') return at('Fedora:Rawhide', 'standard');
  const [, family, version = ''] = /^(fedora|epel|opensuse-leap)-([\d.]+)$/.exec(distro) ?? [];
  if (family === 'fedora') return at(`Fedora:${version}`, 'standard', 'update');
  if (family === 'epel' && version === '9') return at('Fedora:EPEL:9', 'stream');
  if (family === 'epel' && (version === '7' || version === '8'))
    return at(`Fedora:EPEL:${version}`, 'CentOS');
  if (family === 'opensuse-leap') return at(`openSUSE:Leap:${version}`, 'standard');
  if (/^opensuse-[a-z]+$/.test(distro)) {
    if (arch === 'x86_64') return at('openSUSE:Factory', 'snapshot');
    const port = FACTORY_PORTS[arch];
    if (port !== undefined) return at(`openSUSE:Factory:${port}`, 'standard');
  }
  return undefined;
}
