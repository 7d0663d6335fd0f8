/** Architectures as rpm names them, by Node's. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'x86_64',
  arm64: 'aarch64',
  ppc64: 'ppc64le',
  s390x: 's390x',
  ia32: 'i686',
};

/**
 * The mock chroot whose packages fit a container image: `fedora:42` is `fedora-42-ARCH`, `quay.io/centos/centos:stream9` is
 * `centos-stream-9-ARCH`. An image without a tag leaves it to mock.
 */
export function chrootFor(image: string, nodeArchitecture: string = process.arch): string {
  const [, name, tag] = /(?:^|\/)([^/:]+):([^/:]+)$/.exec(image) ?? [];
  if (name === undefined || tag === undefined) return 'default';
  const version = tag.replace(/^stream(?=\d)/, 'stream-');
  return `${name}-${version}-${ARCHITECTURES[nodeArchitecture] ?? nodeArchitecture}`;
}
