#!/usr/bin/env bash
# Format check, then clang-tidy over the given files or over all of ours.
#   tidy.sh <build directory with compile_commands.json> [file…]
set -euo pipefail
build=$1
shift
if [ $# = 0 ]; then
  mapfile -t files < <(git ls-files '*.cpp' '*.h')
else
  files=("$@")
fi
clang-format --dry-run -Werror "${files[@]}"
printf '%s\n' "${files[@]}" | grep '\.cpp$' | xargs -P "$(nproc)" -n 4 clang-tidy -p "$build" --quiet --warnings-as-errors='*'
