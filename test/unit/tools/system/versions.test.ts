import { expect, test } from '@jest/globals';
import { osName, osReleaseValue, versionIn } from '../../../../src/tools/system/index.ts';

test.each([
  ['git version 2.39.5\n', '2.39.5'],
  ['git version 2.51.0.windows.1', '2.51.0'],
  ['RPM version 4.20.0-rc1\n', '4.20.0-rc1'],
  ['OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15 3 Sep 2024\n', '9.2p1'],
  ['curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.15\n', '7.88.1'],
  ['tmt version: 1.52.0\n', '1.52.0'],
  ['Kerberos 5 version 1.20.1\n', '1.20.1'],
  ['no number here', undefined],
])('%j says %s', (text, version) => {
  expect(versionIn(text)).toBe(version);
});

test('os-release is read with and without quotes', () => {
  const text = 'NAME="Fedora Linux"\nID=fedora\nPRETTY_NAME="Fedora Linux 43 (Workstation Edition)"\n';
  expect(osName(text)).toBe('Fedora Linux 43 (Workstation Edition)');
  expect(osReleaseValue(text, 'ID')).toBe('fedora');
  expect(osName('NAME=Arch\n')).toBe('Arch');
  expect(osName('')).toBeUndefined();
});
