#!/bin/sh
# Starts the real program on a free port and lints the OpenAPI document that it serves (lint.mjs).
# Needs CONNLOG_BIN (tests/run sets it). The last line is "N passed, N failed".
set -u
cd "$(dirname "$0")" || exit 1
program=${CONNLOG_BIN:?the connlog executable to try}
data=$(mktemp -d) || exit 1
server=
finish() {
  [ -z "$server" ] || { kill "$server" && wait "$server"; } 2>/dev/null
  rm -rf "$data"
}
trap finish EXIT

failed() {
  echo "$1"
  echo "0 passed, 1 failed"
  exit 1
}

if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || failed "npm ci failed"
fi

env CONNLOG_HTTP_LISTEN=127.0.0.1:0 CONNLOG_HTTPS_LISTEN=off "$program" serve --data-dir "$data/appliance" >"$data/output" 2>&1 &
server=$!
address=
for _ in $(seq 1 150); do
  address=$(grep -o 'http://127\.0\.0\.1:[1-9][0-9]*' "$data/output" | head -n 1)
  [ -n "$address" ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.2
done
[ -n "$address" ] || {
  cat "$data/output"
  failed "the server did not start"
}

node lint.mjs "$address" || exit 1
