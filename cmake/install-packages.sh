#!/usr/bin/env bash
# Installs the Debian packages that a group of tasks needs and that are missing.
# What counts is the command, not the package: a Node or CMake from elsewhere is
# as good. With nothing missing it neither needs root nor touches the network.
#
#   install-packages.sh <build|test|proof|quick|tidy|aarch64|armv7>…
set -euo pipefail

declare -A groups=(
  # command=package, or file=package where there is no command
  [build]="g++=g++ make=make cmake=cmake ninja=ninja-build patch=patch bzip2=bzip2 xz=xz-utils tclsh=tcl
    autoreconf=autoconf automake=automake libtoolize=libtool dpkg-source=dpkg-dev flock=util-linux
    /usr/share/keyrings/debian-archive-keyring.gpg=debian-archive-keyring /usr/share/zoneinfo/tzdata.zi=tzdata node=nodejs npm=npm zstd=zstd ld.lld=lld"
  [test]="/usr/bin/python3=python3 /usr/lib/python3/dist-packages/aiosmtpd=python3-aiosmtpd /usr/lib/python3/dist-packages/swift=python3-swift chromium=chromium /usr/share/fonts/truetype/dejavu=fonts-dejavu-core curl=curl openssl=openssl git=git
    /usr/sbin/nginx=nginx /usr/sbin/sshd=openssh-server /usr/bin/ssh-keygen=openssh-client /usr/bin/redis-server=redis-server
    /usr/sbin/mosquitto=mosquitto /usr/sbin/chronyd=chrony ip=iproute2"
  [proof]="/usr/bin/python3=python3 openssl=openssl /usr/sbin/nginx=nginx /usr/sbin/named=bind9 /usr/sbin/postfix=postfix
    /usr/lib/dovecot/imap=dovecot-imapd /usr/sbin/sshd=openssh-server /usr/bin/ssh-keygen=openssh-client
    /usr/sbin/chronyd=chrony /usr/bin/redis-server=redis-server /usr/lib/postgresql=postgresql
    /usr/sbin/mariadbd=mariadb-server /usr/sbin/mosquitto=mosquitto ip=iproute2 runuser=util-linux"
  [quick]="ccache=ccache mold=mold"
  [tidy]="clang-format=clang-format clang-tidy=clang-tidy"
  [aarch64]="aarch64-linux-gnu-g++=g++-aarch64-linux-gnu qemu-aarch64-static=qemu-user-static"
  [armv7]="arm-linux-gnueabihf-g++=g++-arm-linux-gnueabihf qemu-arm-static=qemu-user-static"
)

missing=()
for group in "$@"; do
  for need in ${groups[$group]:?unknown group $group}; do
    case $need in
      /*) [ -e "${need%%=*}" ] || missing+=("${need##*=}") ;;
      *) command -v "${need%%=*}" >/dev/null || missing+=("${need##*=}") ;;
    esac
  done
done
[ "${#missing[@]}" -gt 0 ] || exit 0

echo "Installing by apt: ${missing[*]}"
as_root=()
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "These packages are missing, and neither root nor sudo is here to install them:" >&2
    echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$log" 2>&1
}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The index may be absent or older than what the mirror serves now.
install || { "${as_root[@]}" apt-get update -qq && install; } || {
  tail -n 20 "$log" >&2
  echo "apt could not install: ${missing[*]}" >&2
  exit 1
}
