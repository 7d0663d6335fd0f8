/** Which package brings a program, and how it is installed, distribution by distribution. */
import { osReleaseValue } from './os-release.ts';

export type Family = 'debian' | 'fedora' | 'suse' | 'arch' | 'alpine';

interface Distribution {
  family: Family;
  /** Values of `ID` and `ID_LIKE`. */
  ids: readonly string[];
  install: string;
}

const DISTRIBUTIONS: readonly Distribution[] = [
  { family: 'debian', ids: ['debian', 'ubuntu'], install: 'apt install' },
  { family: 'fedora', ids: ['fedora', 'rhel', 'centos'], install: 'dnf install' },
  { family: 'suse', ids: ['suse', 'opensuse', 'sles'], install: 'zypper install' },
  { family: 'arch', ids: ['arch'], install: 'pacman -S' },
  { family: 'alpine', ids: ['alpine'], install: 'apk add' },
  { family: 'fedora', ids: ['mageia', 'openmandriva'], install: 'dnf install' },
];

const KERBEROS: Readonly<Record<Family, string>> = {
  debian: 'krb5-user',
  fedora: 'krb5-workstation',
  suse: 'krb5-client',
  arch: 'krb5',
  alpine: 'krb5',
};

/** Absent: the distribution has no package of it. A program that is not listed is its own package. */
const PACKAGES: Readonly<Record<string, Readonly<Partial<Record<Family, string>>>>> = {
  git: all('git'),
  rpm: { ...all('rpm'), arch: 'rpm-tools' },
  rpmspec: { debian: 'rpm', fedora: 'rpm-build', suse: 'rpm-build', arch: 'rpm-tools', alpine: 'rpm-dev' },
  rpmbuild: { debian: 'rpm', fedora: 'rpm-build', suse: 'rpm-build', arch: 'rpm-tools', alpine: 'rpm-dev' },
  curl: all('curl'),
  klist: KERBEROS,
  kinit: KERBEROS,
  fkinit: { fedora: 'fedora-packager-kerberos' },
  ssh: {
    debian: 'openssh-client',
    fedora: 'openssh-clients',
    suse: 'openssh-clients',
    arch: 'openssh',
    alpine: 'openssh-client',
  },
  gpg: { debian: 'gnupg', fedora: 'gnupg2', suse: 'gpg2', arch: 'gnupg', alpine: 'gnupg' },
  tar: all('tar'),
  patch: all('patch'),
  xz: { ...all('xz'), debian: 'xz-utils' },
  bzip2: all('bzip2'),
  zstd: all('zstd'),
  mock: { debian: 'mock', fedora: 'mock', suse: 'mock' },
  tmt: { fedora: 'tmt+provision-container' },
  'osh-cli': { fedora: 'osh-client' },
  fedpkg: { fedora: 'fedpkg' },
  centpkg: { fedora: 'centpkg' },
};

function all(name: string): Record<Family, string> {
  return { debian: name, fedora: name, suse: name, arch: name, alpine: name };
}

/** Undefined for a distribution that is not known. */
export function familyOf(osRelease: string): Family | undefined {
  return distributionOf(osRelease)?.family;
}

/** The command that installs a program, from the text of `/etc/os-release`; undefined where that is not known. */
export function installCommand(program: string, osRelease: string): string | undefined {
  const known = Object.hasOwn(PACKAGES, program) ? PACKAGES[program] : all(program);
  return installPackages(known ?? {}, osRelease);
}

/** The same for packages that bring no program, such as macros: their name in each family. */
export function installPackages(
  names: Readonly<Partial<Record<Family, string>>>,
  osRelease: string,
): string | undefined {
  const distribution = distributionOf(osRelease);
  const name = distribution === undefined ? undefined : names[distribution.family];
  return distribution === undefined || name === undefined ? undefined : `${distribution.install} ${name}`;
}

/** What is put in front of a command that changes the system. */
export function asRoot(command: string): string {
  return process.getuid?.() === 0 ? command : `sudo ${command}`;
}

function distributionOf(osRelease: string): Distribution | undefined {
  const ids = ['ID', 'ID_LIKE'].flatMap((key) => (osReleaseValue(osRelease, key) ?? '').split(/\s+/));
  for (const id of ids) {
    const found = DISTRIBUTIONS.find(({ ids: known }) =>
      known.some((name) => id === name || id.startsWith(`${name}-`)),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
