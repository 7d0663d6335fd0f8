#!/usr/bin/env bash
# Makes an image with the name that the Containerfile begins with, from Debian's archive, where Fedora's registry is out of reach:
# Debian, this machine's Node.js and npm where stand-in-dnf finds them, and that as dnf. As root, with buildah and debootstrap:
#   test/support/image/stand-in-base.sh && npm run jest -- --selectProjects long container
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=$(sed -n 's/^FROM \([^ ]*\) AS build$/\1/p' "$here/../../../Containerfile")
export BUILDAH_ISOLATION=chroot
root=$(mktemp -d "${TMPDIR:-/tmp}/packit-base.XXXXXX")
trap 'rm -rf "$root"' EXIT

debootstrap --variant=minbase --include=ca-certificates bookworm "$root" >&2
mkdir -p "$root/opt/node"
cp -L "$(command -v node)" "$root/opt/node/node"
cp -a "$(npm root --global)/npm" "$root/opt/node/npm"
install -m 755 "$here/stand-in-dnf" "$root/usr/bin/dnf"
# Whom this machine trusts.
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"

container=$(buildah from scratch)
buildah add --quiet "$container" "$root" / >&2
buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$container"
buildah commit --quiet --rm "$container" "$name" >&2
printf '%s\n' "$name"
