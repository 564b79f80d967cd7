#!/bin/sh
# Print the path of a Python that can run gecam: 3.11 or newer, with venv and ensurepip.
#
#   tools/find_python.sh              tries $PYTHON, then python3.13 ... python3
#   tools/find_python.sh NAME...      tries these and no others
#
# A command that exists but does not run (a version manager's shim, say) is passed over.
set -eu

probe='
import os, sys
if sys.version_info < (3, 11):
    sys.exit("version %d.%d is too old" % sys.version_info[:2])
try:
    import venv, ensurepip
    ensurepip.version()
except Exception:
    sys.exit("has no venv or ensurepip (package python%d.%d-venv)" % sys.version_info[:2])
print(getattr(sys, "_base_executable", None) or sys.executable)
'

named=${PYTHON:-}
if [ $# -gt 0 ]; then
    named=
else
    set -- ${named:+"$named"} python3.13 python3.12 python3.11 python3
fi

tried=
for name in "$@"; do
    if ! path=$(command -v "$name" 2>/dev/null); then
        why="not found"
    elif found=$("$path" -E -c "$probe" 2>/dev/null) && [ -x "$found" ]; then
        echo "$found"
        exit 0
    else
        why=$("$path" -E -c "$probe" 2>&1 >/dev/null | sed -n '/./{p;q;}')
        why="$path: ${why:-does not run}"
    fi
    tried="$tried
  $name: $why"
    if [ "$name" = "$named" ]; then
        echo "PYTHON=$named is passed over ($why)" >&2
    fi
done

cat >&2 <<MESSAGE
gecam needs Python 3.11 or newer with venv and ensurepip. Tried:$tried
Install one:  Debian, Ubuntu  apt-get install python3 python3-venv
              Fedora          dnf install python3
              macOS           brew install python
or name one:  PYTHON=/path/to/python3 make estimate
MESSAGE
exit 1
