import { describe, expect, test } from '@jest/globals';
import { installCommand } from '../../../../src/tools/system/index.ts';

describe('installCommand', () => {
  test.each([
    ['ID=debian\n', 'apt install rpm'],
    ['NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', 'apt install rpm'],
    ['ID=fedora\n', 'dnf install rpm-build'],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'dnf install rpm-build'],
    ['ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', 'zypper install rpm-build'],
    ['ID=nixos\n', undefined],
    ['', undefined],
  ])('%j: %s', (osRelease, expected) => {
    expect(installCommand('rpmbuild', osRelease)).toBe(expected);
  });

  test('rpm itself is its own package everywhere', () => {
    expect(installCommand('rpm', 'ID=fedora')).toBe('dnf install rpm');
  });

  test.each([
    ['klist', 'ID=fedora', 'dnf install krb5-workstation'],
    ['klist', 'ID=debian', 'apt install krb5-user'],
    ['mock', 'ID=arch', undefined],
    ['something', 'ID=arch', 'pacman -S something'],
  ])('%s on %s: %s', (program, osRelease, expected) => {
    expect(installCommand(program, osRelease)).toBe(expected);
  });
});
