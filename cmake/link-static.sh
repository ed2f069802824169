#!/usr/bin/env bash
# Links, and leaves out one warning of the linker: that glibc's look-ups of hosts,
# service names and home directories want its shared libraries at run time. They
# are in httplib's client, c-ares and curl, and never called: the client is unused,
# ports are numbers here and .netrc is off. What else the linker says is shown.
set -uo pipefail
said=$("$@" 2>&1)
code=$?
printf '%s' "$said" | awk '
  /in statically linked applications requires at runtime/ { place = ""; next }
  { if (place != "") print place; place = "" }
  /: in function / { place = $0; next }
  { print }
  END { if (place != "") print place }' >&2
exit $code
