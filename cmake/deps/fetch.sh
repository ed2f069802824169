#!/usr/bin/env bash
# Fetches the sources named in deps.lock into a directory, and nothing else.
#
# The sources are Debian source packages, taken through an apt configuration of
# our own: own lists, own cache, own source list. The machine's apt sources are
# read to learn its mirror, never changed. apt checks every file against the
# index, and the index against the archive's keyring; on top of that each file
# is compared with the SHA-256 of the lock.
#
# Being listed is not being served. For each library the locked version is tried
# first; then the same upstream archive with other Debian patches or with none;
# then another version, newest first, Debian 13 before 12, never below the
# minimum. What is not the lock's is said aloud and recorded in <name>.origin.
#
#   fetch.sh <directory>            what the lock names
#   fetch.sh --verify <directory>   fails unless all of it is there
#   fetch.sh --latest               what is listed for each library, beside the lock
#
# CONNLOG_DEPS_STRICT=1           nothing but what the lock names
# CONNLOG_DEPS_MIRROR, CONNLOG_DEPS_SECURITY_MIRROR: base addresses, where the
# machine's own apt sources do not tell them.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lock=${CONNLOG_DEPS_LOCK:-$here/deps.lock}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
releases="trixie bookworm"

say() { echo "deps: $*" >&2; }
die() { echo "deps: error: $*" >&2; exit 1; }

# ---------------------------------------------------------------- private apt

# The base address of a release on this machine's mirror: from apt's own view of
# its sources, which understands both source formats.
mirror_of() {  # <regular expression for the release>
  apt-get indextargets --format '$(CREATED_BY) $(RELEASE) $(REPO_URI)' 2>/dev/null |
    awk -v want="^($1)\$" '$1 ~ /^(Packages|Sources)$/ && $2 ~ want && $3 ~ /debian/ {print $3; exit}'
}

private_apt() {
  local state mirror security release suite
  [ -r "$keyring" ] || die "$keyring is missing; install debian-archive-keyring"
  mirror=${CONNLOG_DEPS_MIRROR:-$(mirror_of 'bookworm|trixie|stable|oldstable')}
  security=${CONNLOG_DEPS_SECURITY_MIRROR:-$(mirror_of '(bookworm|trixie|stable|oldstable)-security')}
  [ -n "$mirror" ] || die "this machine's apt sources name no Debian mirror; set CONNLOG_DEPS_MIRROR to one," \
    "or CONNLOG_DEPS_SOURCES to a directory that holds the sources already"

  state=$(mktemp -d)
  APT_STATE=$state
  trap 'rm -rf "$APT_STATE"' EXIT
  mkdir -p "$state"/{lists/partial,cache/archives/partial,parts,sources,archive}
  : >"$state/status"
  for release in $releases; do
    for suite in "$release" "$release-updates" "$release-backports"; do
      source_entry "$mirror" "$suite" >"$state/sources/$suite.list"
    done
    [ -z "$security" ] || source_entry "$security" "$release-security" >"$state/sources/$release-security.list"
  done

  {
    # The machine's proxies and retries hold for us too; its hooks do not.
    apt-config dump | grep '^Acquire::' | grep -v '^Acquire::IndexTargets' || true
    cat <<END
Dir::Etc::parts "$state/parts";
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "$state/sources";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "$state/parts";
Dir::State "$state";
Dir::State::Lists "$state/lists";
Dir::State::status "$state/status";
Dir::Cache "$state/cache";
Dir::Log "$state";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Get::AllowUnauthenticated "false";
Acquire::Languages "none";
END
    [ "$(id -u)" != 0 ] || echo 'APT::Sandbox::User "root";'
  } >"$state/apt.conf"
  export APT_CONFIG=$state/apt.conf

  if ! apt-get update -qq >"$state/update.log" 2>&1; then
    # A mirror need not carry every suite: keep those that it has.
    local list
    for list in "$state"/sources/*.list; do
      apt-get update -qq -o Dir::Etc::SourceParts=/dev/null -o Dir::Etc::SourceList="$list" \
        --no-list-cleanup >/dev/null 2>&1 || { say "$(basename "$list" .list) is not on this mirror"; rm -f "$list"; }
    done
    apt-get update -qq >"$state/update.log" 2>&1 || { cat "$state/update.log" >&2; die "the package index cannot be read"; }
  fi
  cp "$state"/sources/*.list "$state/archive/"
  rm -f "$state"/archive/*-security.list
}

source_entry() {  # <mirror> <suite>
  echo "deb-src [signed-by=$keyring] $1 $2 main"
  echo "deb [arch=amd64 signed-by=$keyring] $1 $2 main"
}

# ------------------------------------------------------------------ candidates

upstream_of() {  # 1:8.14.1-2+deb13u5 -> 8.14.1
  local version=${1#*:}
  echo "${version%-*}"
}

# Versions of a package that the index lists, newest first.
candidates() {  # <kind> <package>
  local field=Sources
  [ "$1" != deb ] || field=Packages
  apt-cache madison "$2" 2>/dev/null | awk -F'|' -v field="$field" -v name="$2" '
    { gsub(/ /, "", $1); gsub(/ /, "", $2) } $1 == name && $3 ~ field {print $2}' |
    sort -u | while read -r version; do
      # Insertion by dpkg's own order; there are never more than a handful.
      echo "$version"
    done | sort_versions
}

sort_versions() {
  local -a sorted=()
  local version position
  while read -r version; do
    position=0
    while [ "$position" -lt "${#sorted[@]}" ] && dpkg --compare-versions "${sorted[$position]}" gt "$version"; do
      position=$((position + 1))
    done
    sorted=("${sorted[@]:0:position}" "$version" "${sorted[@]:position}")
  done
  [ "${#sorted[@]}" = 0 ] || printf '%s\n' "${sorted[@]}"
}

# ------------------------------------------------------------------------ files

sha256_is() {  # <file> <sha256>
  [ "$(sha256sum "$1" | cut -d' ' -f1)" = "$2" ]
}

# Into the current directory. A version can be listed by the security suites and
# the archive alike and be served by one of them only, so both are asked.
download() {  # <kind: source|tar|deb> <package> <version>
  local parts
  for parts in "$APT_STATE/sources" "$APT_STATE/archive"; do
    find . -type f -delete
    case $1 in
      source) set -- "$@" source --download-only --only-source ;;
      tar) set -- "$@" source --tar-only --download-only --only-source ;;
      deb) set -- "$@" download ;;
    esac
    apt-get -qq -o Dir::Etc::SourceParts="$parts" "${@:4}" "$2=$3" >fetch.log 2>&1 && return 0
    set -- "$1" "$2" "$3"
  done
  return 1
}

archive_in() { find "$1" -maxdepth 1 \( -name '*.orig.tar.*' -o -name '*.deb' \) ! -name '*.asc' | head -n 1; }
packaging_in() { find "$1" -maxdepth 1 -name '*.debian.tar.*' | head -n 1; }

# Moves what was downloaded to <name>.<suffix>, the patches to <name>.debian.tar.<suffix>,
# and writes <name>.origin: package, version, and the SHA-256 of both files.
keep() {  # <work> <name> <destination> <package> <version>
  local archive packaging packaging_sha=-
  archive=$(archive_in "$1")
  packaging=$(packaging_in "$1")
  rm -f "$3/$2".*
  if [ -n "$packaging" ]; then
    packaging_sha=$(sha256sum "$packaging" | cut -d' ' -f1)
    mv "$packaging" "$3/$2.debian.tar.${packaging##*.}"
  fi
  echo "$4 $5 $(sha256sum "$archive" | cut -d' ' -f1) $packaging_sha" >"$1/origin"
  case $archive in
    *.deb) mv "$archive" "$3/$2.deb" ;;
    *) mv "$archive" "$3/$2.tar.${archive##*.}" ;;
  esac
  mv "$1/origin" "$3/$2.origin"
}

# The ways to get one library, best first:
#   exact     the version of the lock, both files with its checksums
#   repacked  the locked upstream archive; other Debian patches, or none
#   other     another upstream version, not below the minimum
# The last two are checked by the archive's signature only where the lock cannot
# know them; they are said aloud, recorded, and refused under CONNLOG_DEPS_STRICT.
tries_for() {  # <kind> <package> <version> <minimum>
  local kind=$1 package=$2 version=$3 minimum=$4 upstream candidate
  upstream=$(upstream_of "$version")
  echo "exact $kind $version"
  local -a listed
  mapfile -t listed < <(candidates "$kind" "$package")
  for candidate in "${listed[@]}"; do
    [ "$(upstream_of "$candidate")" = "$upstream" ] || continue
    [ "$candidate" = "$version" ] || echo "repacked $kind $candidate"
  done
  for candidate in "${listed[@]}"; do
    [ "$kind" = source ] && [ "$(upstream_of "$candidate")" = "$upstream" ] && echo "repacked tar $candidate"
  done
  for candidate in "${listed[@]}"; do
    [ "$(upstream_of "$candidate")" != "$upstream" ] || continue
    dpkg --compare-versions "$(upstream_of "$candidate")" ge "$minimum" || continue
    echo "other $kind $candidate"
    [ "$kind" != source ] || echo "other tar $candidate"
  done
}

matches_lock() {  # <work> <how> <archive sha256> <packaging sha256>
  local archive packaging
  archive=$(archive_in "$1")
  packaging=$(packaging_in "$1")
  [ -n "$archive" ] || return 1
  case $2 in
    exact)
      sha256_is "$archive" "$3" || return 1
      if [ "$4" = - ]; then return 0; fi
      [ -n "$packaging" ] && sha256_is "$packaging" "$4"
      ;;
    repacked) sha256_is "$archive" "$3" ;;
    other) true ;;
  esac
}

fetch_one() {  # <name> <kind> <package> <version> <minimum> <archive sha256> <packaging sha256> <destination>
  local name=$1 kind=$2 package=$3 version=$4 minimum=$5 archive_sha=$6 packaging_sha=$7 to=$8
  ! have_one "$name" "$archive_sha" "$packaging_sha" "$to" || return 0
  local work how try_kind try_version
  work=$(mktemp -d "$to/.fetch.XXXXXX")
  while read -r how try_kind try_version; do
    [ "$how" = exact ] || [ "${CONNLOG_DEPS_STRICT:-0}" = 0 ] || break
    (cd "$work" && download "$try_kind" "$package" "$try_version") || continue
    matches_lock "$work" "$how" "$archive_sha" "$packaging_sha" || { say "$name: $try_version: not the files of the lock"; continue; }
    [ "$how" = exact ] || say "warning: $name: took $try_version ($try_kind) in place of the lock's $version"
    keep "$work" "$name" "$to" "$package" "$try_version"
    rm -rf "$work"
    say "$name $try_version"
    return 0
  done < <(tries_for "$kind" "$package" "$version" "$minimum")
  say "error: $name $version cannot be had: $(tail -n 2 "$work/fetch.log" 2>/dev/null | tr '\n' ' ')"
  rm -rf "$work"
  return 1
}

# Is it there already, as the lock names it, or as an earlier fetch took and recorded it?
have_one() {  # <name> <archive sha256> <packaging sha256> <directory>
  local archive packaging recorded_archive recorded_packaging
  archive=$(find "$4" -maxdepth 1 -name "$1.*" ! -name '*.origin' ! -name '*.debian.*' | head -n 1)
  packaging=$(find "$4" -maxdepth 1 -name "$1.debian.*" | head -n 1)
  [ -n "$archive" ] || return 1
  if [ -r "$4/$1.origin" ] && [ "${CONNLOG_DEPS_STRICT:-0}" = 0 ]; then
    read -r _ _ recorded_archive recorded_packaging <"$4/$1.origin"
    set -- "$1" "$recorded_archive" "$recorded_packaging" "$4"
  fi
  sha256_is "$archive" "$2" || return 1
  [ "$3" = - ] || { [ -n "$packaging" ] && sha256_is "$packaging" "$3"; }
}

lock_lines() { grep -v -e '^#' -e '^$' "$lock"; }

# ------------------------------------------------------------------------- main

fetch_all() {  # <directory>
  local to=$1 name kind package version minimum archive_sha packaging_sha rest missing=0 wanted=0
  mkdir -p "$to"
  while read -r name kind package version minimum archive_sha packaging_sha rest; do
    have_one "$name" "$archive_sha" "$packaging_sha" "$to" || wanted=$((wanted + 1))
  done < <(lock_lines)
  [ "$wanted" -gt 0 ] || return 0

  say "fetching $wanted sources"
  private_apt
  while read -r name kind package version minimum archive_sha packaging_sha rest; do
    fetch_one "$name" "$kind" "$package" "$version" "$minimum" "$archive_sha" "$packaging_sha" "$to" </dev/null ||
      missing=$((missing + 1))
  done < <(lock_lines)
  [ "$missing" = 0 ] || die "$missing sources could not be fetched"
}

latest() {
  local name kind package version rest
  private_apt
  printf '%-12s %-28s %s\n' library locked listed
  while read -r name kind package version rest; do
    printf '%-12s %-28s %s\n' "$name" "$version" "$(candidates "$kind" "$package" | tr '\n' ' ')"
  done < <(lock_lines)
}

# An offline directory is taken as it is or not at all.
verify() {  # <directory>
  local name kind package version minimum archive_sha packaging_sha rest missing=0
  while read -r name kind package version minimum archive_sha packaging_sha rest; do
    have_one "$name" "$archive_sha" "$packaging_sha" "$1" || { say "error: $1 lacks $name $version"; missing=1; }
  done < <(lock_lines)
  [ "$missing" = 0 ] || die "fill it with \`make deps-sources DIR=…\` where there is a network"
}

case ${1:-} in
  --latest) latest ;;
  --verify) verify "${2:?}" ;;
  -* | '') die "usage: fetch.sh <directory> | --verify <directory> | --latest" ;;
  *) fetch_all "$1" ;;
esac
