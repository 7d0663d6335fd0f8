/** The programs that packit runs, and what it means if one is not there. */
import { asRoot, installCommand, versionIn } from '../../tools/system/index.ts';
import type { Finding } from './finding.ts';

export interface Program {
  name: string;
  /** Asks for its version. */
  argv: readonly string[];
  neededBy: readonly string[];
  /** Without it nothing works, or the commands that people come for. */
  essential?: boolean;
  /** Where it is got if the distribution has no package. */
  elsewhere?: string;
  /** What its version text must hold, and what is missing where it does not. */
  feature?: { pattern: RegExp; name: string };
}

const SRPM = ['srpm', 'prepare-sources', 'build', 'test', 'spec'];
const KERBEROS = ['create-update', 'build in-koji', 'propose-update', 'pull-from-upstream'];

export const PROGRAMS: readonly Program[] = [
  { name: 'git', argv: ['git', '--version'], neededBy: ['every command'], essential: true },
  { name: 'rpm', argv: ['rpm', '--version'], neededBy: SRPM, essential: true },
  { name: 'rpmspec', argv: ['rpmspec', '--version'], neededBy: SRPM, essential: true },
  { name: 'rpmbuild', argv: ['rpmbuild', '--version'], neededBy: SRPM, essential: true },
  { name: 'tar', argv: ['tar', '--version'], neededBy: ['srpm', 'build', 'source-git'], essential: true },
  { name: 'xz', argv: ['xz', '--version'], neededBy: ['srpm with .tar.xz archives'] },
  { name: 'zstd', argv: ['zstd', '--version'], neededBy: ['srpm with .tar.zst archives'] },
  { name: 'bzip2', argv: ['bzip2', '--help'], neededBy: ['srpm with .tar.bz2 archives', 'build in-obs'] },
  { name: 'patch', argv: ['patch', '--version'], neededBy: ['source-git init'] },
  {
    name: 'curl',
    argv: ['curl', '--version'],
    neededBy: KERBEROS,
    feature: { pattern: /\b(?:SPNEGO|GSS-API)\b/i, name: 'SPNEGO' },
  },
  { name: 'klist', argv: ['klist', '-V'], neededBy: KERBEROS },
  { name: 'kinit', argv: ['kinit', '--version'], neededBy: ['a keytab in the user configuration'] },
  { name: 'ssh', argv: ['ssh', '-V'], neededBy: ['dist-git and forks by ssh'] },
  { name: 'mock', argv: ['mock', '--version'], neededBy: ['build in-mock', 'test'] },
  {
    name: 'tmt',
    argv: ['tmt', '--version'],
    neededBy: ['test'],
    elsewhere: 'pipx install "tmt[provision-container]"',
  },
  {
    name: 'osh-cli',
    argv: ['osh-cli', '--help'],
    neededBy: ['scan-in-osh'],
    elsewhere: 'https://github.com/openscanhub/openscanhub',
  },
];

/** The text a program prints about its version; undefined: it cannot be started. */
export function judgeProgram(program: Program, text: string | undefined, osRelease: string): Finding {
  const { name, neededBy, essential = false, elsewhere, feature } = program;
  const finding = { area: 'programs', subject: name, neededBy } as const;
  if (text === undefined) {
    const command = installCommand(name, osRelease);
    const cure =
      command === undefined
        ? elsewhere === undefined
          ? `Install the package that brings ${name}; its name on this distribution is not known.`
          : `There is no package of it that packit knows of. See: ${elsewhere}`
        : `Install it: ${asRoot(command)}`;
    return { ...finding, rating: essential ? 'problem' : 'warning', says: 'not installed', cure };
  }
  const version = versionIn(text) ?? 'installed';
  if (feature === undefined) return { ...finding, rating: 'ok', says: version };
  if (feature.pattern.test(text))
    return { ...finding, rating: 'ok', says: `${version}, with ${feature.name}` };
  const command = installCommand(name, osRelease);
  return {
    ...finding,
    rating: 'warning',
    says: `${version}, without ${feature.name}: it cannot log in with a Kerberos ticket`,
    cure:
      command === undefined
        ? `Install a ${name} that was built with ${feature.name}.`
        : `Use the distribution's own: ${asRoot(command)}`,
  };
}
