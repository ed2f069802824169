#!/usr/bin/env bash
# Builds every library of connlog for one target, statically, once.
#
#   build-deps.sh <x86_64|aarch64|armv7>            builds unless the cache has it; prints the prefix
#   build-deps.sh <target> --print-prefix           prints where it is or would be
#
# The result lies outside the tree in <cache>/<target>-<hash>, where the hash is
# taken over recipe.sh, the lock and the compiler's version: a change of any of
# them is another directory, and what is unchanged needs neither network nor time. A build happens in a temporary directory beside it and is renamed at the
# end, so what an interrupted build leaves is never used.
#
# CONNLOG_DEPS_CACHE      the cache (default ~/.cache/connlog/deps)
# CONNLOG_DEPS_SOURCES    a directory filled by `make deps-sources DIR=…` on
#                         another machine: the build then touches no network
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
toolchains=$here/../toolchains
cache=${CONNLOG_DEPS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/connlog/deps}
lock=$here/deps.lock

say() { echo "deps: $*" >&2; }
die() { echo "deps: error: $*" >&2; exit 1; }
export -f die

target=${1:-}
case $target in
  x86_64) host=x86_64-linux-gnu cc=gcc arch_flags= ;;
  aarch64) host=aarch64-linux-gnu cc=aarch64-linux-gnu-gcc arch_flags= ;;
  armv7) host=arm-linux-gnueabihf cc=arm-linux-gnueabihf-gcc arch_flags="-D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64" ;;
  *) die "usage: build-deps.sh <x86_64|aarch64|armv7> [--print-prefix]" ;;
esac
command -v "$cc" >/dev/null || die "$cc is not installed (make run and make -f Makefile.cross install it)"

recipe_hash=$({
  cat "$here/recipe.sh" "$lock" "$toolchains/$target.cmake" "$toolchains/isolate.cmake"
  "$cc" -dumpfullversion
} | sha256sum | cut -c1-16)
prefix=$cache/$target-$recipe_hash
if [ "${2:-}" = --print-prefix ]; then
  echo "$prefix"
  exit 0
fi
if [ -e "$prefix/complete" ]; then
  echo "$prefix"
  exit 0
fi

mkdir -p "$cache"
exec 9>"$cache/$target.lock"
flock 9 # somebody else may be building the very same thing
if [ -e "$prefix/complete" ]; then
  echo "$prefix"
  exit 0
fi

if [ -n "${CONNLOG_DEPS_SOURCES:-}" ]; then
  sources=$(cd "$CONNLOG_DEPS_SOURCES" && pwd)
  "$here/fetch.sh" --verify "$sources" >&2
else
  sources=$cache/sources-$(sha256sum "$lock" | cut -c1-16)
  flock "$cache/sources.lock" "$here/fetch.sh" "$sources" >&2
fi

rm -rf "$cache/.build-$target".* # left by a build that was killed: the lock is ours
work=$(mktemp -d "$cache/.build-$target.XXXXXX")
trap 'rm -rf "$work"' EXIT
out=$work/prefix
mkdir -p "$out/include" "$out/lib" "$work/log"
jobs=${CONNLOG_JOBS:-$(nproc)}
export target host cc arch_flags sources work out toolchains jobs CONNLOG_DEPS_PREFIX=$out

# What was built, in CycloneDX's form: `connlog version --sbom` prints it.
write_sbom() {
  local name kind package version minimum archive_sha packaging_sha licence separator=
  {
    printf '{\n  "bomFormat": "CycloneDX",\n  "specVersion": "1.5",\n  "version": 1,\n  "components": ['
    while read -r name kind package version minimum archive_sha packaging_sha licence; do
      if [ -r "$sources/$name.origin" ]; then
        read -r _ version archive_sha packaging_sha <"$sources/$name.origin"
      fi
      printf '%s\n    {"type": "library", "name": "%s", "version": "%s", "scope": "%s", ' "$separator" "$name" \
        "${version%-*}" "$([ "$name" = doctest ] && echo excluded || echo required)"
      printf '"licenses": [{"license": {"id": "%s"}}], "hashes": [{"alg": "SHA-256", "content": "%s"}], ' "$licence" "$archive_sha"
      printf '"properties": [{"name": "debian:package", "value": "%s"}, {"name": "debian:version", "value": "%s"}, ' "$package" "$version"
      printf '{"name": "debian:patches-sha256", "value": "%s"}]}' "${packaging_sha/#-/none}"
      separator=,
    done < <(grep -v -e '^#' -e '^$' "$lock")
    printf '\n  ]\n}\n'
  } >"$out/sbom.json"
}

# ------------------------------------------------------------------------- main

# Two chains share the cores, for half of the time is configuring. Each library has
# a shell of its own, and its log is kept where it fails.
run_chain() {
  local item
  for item in "$@"; do
    if ! bash -euo pipefail -c '. "$1/recipe.sh"; "$2"' recipe "$here" "${item#*:}" >"$work/log/${item%%:*}.log" 2>&1; then
      echo "${item%%:*}" >>"$work/failed"
      return 1
    fi
    say "${item%%:*} built for $target"
  done
}

say "building the libraries for $target once (about two minutes on two cores); later builds take them from the cache"
begin=$SECONDS
run_chain mbedtls:build_mbedtls c-ares:build_cares curl:build_curl &
first=$!
run_chain headers:copy_headers libsodium:build_libsodium fmt:build_fmt sqlcipher:build_sqlcipher zstd:build_zstd &
second=$!
wait "$first" || true
wait "$second" || true
if [ -e "$work/failed" ]; then
  mkdir -p "$cache/log"
  cp "$work"/log/*.log "$cache/log/"
  for name in $(cat "$work/failed"); do tail -n 20 "$cache/log/$name.log" >&2; done
  die "$(tr '\n' ' ' <"$work/failed")did not build; the logs are in $cache/log"
fi

write_sbom
rm -rf "$out/share" "$out/bin" "$out/lib/cmake" "$out/lib/pkgconfig" "$out"/lib/*.la
touch "$out/complete"
rm -rf "$prefix"
mv "$out" "$prefix"
say "libraries for $target ready after $((SECONDS - begin)) s"
echo "$prefix"
