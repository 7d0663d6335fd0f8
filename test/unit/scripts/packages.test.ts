import { describe, expect, test } from '@jest/globals';
import {
  BUILD_TOOLS,
  TEST_TOOLS,
  installCommands,
  manualAdvice,
  packagesFor,
} from '../../../scripts/setup/packages.mjs';

const managers = ['apt', 'dnf', 'zypper'] as const;

describe('system packages', () => {
  test('rpmbuild has another package on every family', () => {
    expect(managers.map((manager) => packagesFor(BUILD_TOOLS, manager))).toEqual([
      ['git', 'rpm'],
      ['git', 'rpm-build'],
      ['git', 'rpm-build'],
    ]);
  });

  test.each(managers)('every tool of the tests has a package of its own name or better on %s', (manager) => {
    const packages = packagesFor(TEST_TOOLS, manager);
    expect(packages).not.toContain('krb5kdc');
    expect(packages).not.toContain('lighttpd-gssapi');
    expect(new Set(packages).size).toBe(packages.length);
  });

  test('apt as root', () => {
    expect(
      installCommands(['rpm', 'curl'], { manager: 'apt', privilege: 'root' }).map(({ argv }) => argv),
    ).toEqual([
      ['apt-get', 'update', '-q'],
      [
        'env',
        'DEBIAN_FRONTEND=noninteractive',
        'apt-get',
        'install',
        '-y',
        '-q',
        '--no-install-recommends',
        'rpm',
        'curl',
      ],
    ]);
  });

  test('apt through sudo', () => {
    expect(
      installCommands(['rpm'], { manager: 'apt', privilege: 'sudo' }).map(({ argv }) => argv[0]),
    ).toEqual(['sudo', 'sudo']);
  });

  test('dnf as root and through sudo', () => {
    expect(
      installCommands(['rpm-build'], { manager: 'dnf', privilege: 'root' }).map(({ argv }) => argv),
    ).toEqual([['dnf', 'install', '-y', 'rpm-build']]);
    expect(
      installCommands(['rpm-build'], { manager: 'dnf', privilege: 'sudo' }).map(({ argv }) => argv),
    ).toEqual([['sudo', 'dnf', 'install', '-y', 'rpm-build']]);
  });

  test('zypper as root', () => {
    expect(
      installCommands(['rpm-build'], { manager: 'zypper', privilege: 'root' }).map(({ argv }) => argv),
    ).toEqual([['zypper', '--non-interactive', 'install', 'rpm-build']]);
  });

  test('without rights the exact command is named', () => {
    expect(manualAdvice(['rpmbuild'], 'dnf')).toBe('Run as root: dnf install -y rpm-build');
    expect(manualAdvice(['rpmbuild'], undefined)).toContain('rpmbuild');
  });
});
