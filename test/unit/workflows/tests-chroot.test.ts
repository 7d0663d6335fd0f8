import { describe, expect, test } from '@jest/globals';
import { chrootFor } from '../../../src/workflows/tests/chroot.ts';

describe('the mock chroot that fits a container image', () => {
  test.each([
    ['fedora:rawhide', 'x64', 'fedora-rawhide-x86_64'],
    ['fedora:42', 'arm64', 'fedora-42-aarch64'],
    ['centos:stream9', 'x64', 'centos-stream-9-x86_64'],
    ['quay.io:5000/centos/centos:stream10', 's390x', 'centos-stream-10-s390x'],
    ['fedora', 'x64', 'default'],
    ['localhost:5000/fedora', 'x64', 'default'],
  ])('%s', (image, architecture, chroot) => {
    expect(chrootFor(image, architecture)).toBe(chroot);
  });
});
