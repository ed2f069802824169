#!/usr/bin/env bash
# Prints the path of an `sqlcipher` shell that reads SQLCipher 4 files: the
# machine's own where it is new enough (Debian 12's 3.4.1 is not), else the binary
# package of bookworm-backports, which Debian 12 and 13 both run, fetched as the
# libraries are (cmake/deps/fetch.sh), checked, unpacked into the cache.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${CONNLOG_DEPS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/connlog/deps}/test-tools/sqlcipher-4.6.1
shell=$cache/usr/bin/sqlcipher

is_new_enough() { # "3.46.1 … (64-bit) (SQLCipher 4.6.1 community)"; version 3 of it says SQLCipher nowhere, or 3
  [[ $("$1" :memory: 'PRAGMA cipher_version' 2>/dev/null) =~ ^([0-9]+)\. ]] && [ "${BASH_REMATCH[1]}" -ge 4 ]
}

for candidate in "$(command -v sqlcipher || true)" "$shell"; do
  if [ -n "$candidate" ] && [ -x "$candidate" ] && is_new_enough "$candidate"; then
    echo "$candidate"
    exit 0
  fi
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/lock" <<'END'
sqlcipher-shell deb sqlcipher 4.6.1-2~bpo12+1 4.6.1 ea713577822a418d1b410e50d8819aa7debadb8d270af61307e21cc96223a5ae - BSD-3-Clause
END
CONNLOG_DEPS_LOCK=$work/lock "$here/../../cmake/deps/fetch.sh" "$work/packages" >&2
dpkg-deb -x "$work/packages/sqlcipher-shell.deb" "$work/unpacked"
is_new_enough "$work/unpacked/usr/bin/sqlcipher" ||
  { echo "the sqlcipher shell does not run here: $("$work/unpacked/usr/bin/sqlcipher" --version 2>&1 | head -n 1)" >&2; exit 1; }
mkdir -p "$(dirname "$cache")"
rm -rf "$cache"
mv "$work/unpacked" "$cache"
echo "$shell"
