#!/bin/sh
# Bring a virtual environment up to date with this source tree; nothing is done where it already is.
#
#   tools/venv.sh FOLDER [EXTRAS]     EXTRAS: dev, docs or several (dev,geo); without any, the core
#
# The installation is editable: what runs is the source tree itself, so that only a change of
# pyproject.toml calls for another installation. That the package is complete when built is tested
# on a wheel (tests/packaging). An environment that another Python or another place made is made anew.
set -eu
cd "$(dirname "$0")/.."
folder=$1
extras=${2:-core}
python=$folder/bin/python
stamps=$folder/.gecam

# Python's own file and version; fails below 3.11.
identity() {
    "$1" -E -c '
import os, sys
assert sys.version_info >= (3, 11)
print(os.path.realpath(sys._base_executable), " ".join(sys.version.split()))' 2>/dev/null
}

have=$(identity "$python" || true)
if [ -n "${PYTHON:-}" ] || [ -z "$have" ]; then
    base=$(tools/find_python.sh)
    want=$(identity "$base")
else
    base=
    want=$have
fi
origin="$want in $(pwd -P)"
project=$(cksum <pyproject.toml)
made_by=$(cat "$stamps/origin" 2>/dev/null || true)

if [ "$have" = "$want" ] && [ "$made_by" = "$origin" ] &&
    [ "$(cat "$stamps/$extras" 2>/dev/null || true)" = "$project" ]; then
    exit 0
fi

if [ "$have" != "$want" ] || [ "${made_by:-$origin}" != "$origin" ] ||
    ! "$python" -m pip --version >/dev/null 2>&1; then
    if [ -e "$folder" ] && [ ! -e "$folder/pyvenv.cfg" ] && [ -n "$(ls -A "$folder")" ]; then
        echo "$folder is not a virtual environment: remove it, or name another with VENV=" >&2
        exit 1
    fi
    [ -n "$base" ] || base=$(tools/find_python.sh)
    echo "making $folder with $("$base" -V) ($base)"
    "$base" -m venv --clear "$folder"
fi

started=$(date +%s)
target=.
[ "$extras" = core ] || target=".[$extras]"
echo "installing gecam ($extras) and what it needs into $folder; once, a minute or two"
PIP_USER=0 "$python" -m pip install --quiet --disable-pip-version-check --no-input -e "$target"
mkdir -p "$stamps"
echo "$origin" >"$stamps/origin"
for extra in core $(echo "$extras" | tr , ' '); do # every extra brings the core
    echo "$project" >"$stamps/$extra"
done
echo "$project" >"$stamps/$extras"
echo "installed in $(($(date +%s) - started)) s"
