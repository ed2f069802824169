#!/bin/sh
# Lints the OpenAPI document that the real program prints (lint.mjs).
# Needs CONNLOG_BIN (tests/run sets it). The last line is "N passed, N failed".
set -u
cd "$(dirname "$0")" || exit 1
program=${CONNLOG_BIN:?the connlog executable to try}
document=$(mktemp) || exit 1
trap 'rm -f "$document"' EXIT

failed() {
  echo "$1"
  echo "0 passed, 1 failed"
  exit 1
}

if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || failed "npm ci failed"
fi

"$program" openapi >"$document" || failed "the program does not print the document"
node lint.mjs "$document" || exit 1
