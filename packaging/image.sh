#!/usr/bin/env bash
# Makes a container image of a static program: packaging/image.sh PROGRAM IMAGE.tar VERSION. No daemon and no registry takes
# part; every time in it is SOURCE_DATE_EPOCH, so that the same program gives the same image.
set -euo pipefail

program=$1 image=$2 version=$3
: "${SOURCE_DATE_EPOCH:?}"
command -v buildah >/dev/null || { echo "buildah is needed: install Debian's buildah" >&2; exit 1; }
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=${STORAGE_DRIVER:-vfs}
storage=$(mktemp -d)
buildah() { command buildah --root "$storage/root" --runroot "$storage/run" "$@"; }
trap 'rm -rf "$storage"' EXIT

root=$storage/files
mkdir -p "$root"/{usr/bin,etc/ssl/certs,usr/share/zoneinfo/Europe,usr/share/zoneinfo/Etc,var/lib/refresher}
install -m 755 "$program" "$root/usr/bin/refresher"
install -D -m 644 "$program.copyright" "$root/usr/share/doc/refresher/copyright"
install -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
install -m 644 /usr/share/zoneinfo/Europe/London "$root/usr/share/zoneinfo/Europe/London"
install -m 644 /usr/share/zoneinfo/Etc/UTC "$root/usr/share/zoneinfo/Etc/UTC"
printf 'refresher:x:10001:10001::/var/lib/refresher:/sbin/nologin\n' >"$root/etc/passwd"
printf 'refresher:x:10001:\n' >"$root/etc/group"
chmod 750 "$root/var/lib/refresher"
chown 10001:10001 "$root/var/lib/refresher"

container=$(buildah from scratch)
buildah copy --quiet "$container" "$root/" /
# A copy gives all files to root, but for what is said.
buildah copy --quiet --chown 10001:10001 "$container" "$root/var/lib/refresher" /var/lib/refresher
buildah config --user 10001:10001 --workingdir /var/lib/refresher --volume /var/lib/refresher --stop-signal SIGTERM \
    --env SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt --env PATH=/usr/bin \
    --entrypoint '["/usr/bin/refresher", "--config", "/var/lib/refresher/refresher.toml"]' --cmd daemon \
    --label org.opencontainers.image.title=refresher --label "org.opencontainers.image.version=$version" \
    --label "org.opencontainers.image.licenses=Apache-2.0 OR MIT" "$container"
rm -f "$image"
buildah commit --quiet --rm --format oci --timestamp "$SOURCE_DATE_EPOCH" "$container" "oci-archive:$image:refresher:$version" >/dev/null
echo "$image"
