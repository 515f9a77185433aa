#!/usr/bin/env bash
# Installs Autobahn's suite, which is of the time of Python 2.7: autobahn.sh PYTHON27 FOLDER
set -euo pipefail

python=$1
folder=$2

if ! "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (2, 7))' 2>/dev/null; then
    echo "error: \`$python\` is no Python 2.7, which the suite needs; name one: make autobahn PYTHON27=..." >&2
    exit 2
fi
if [ ! -d "$folder/autobahntestsuite" ]; then
    echo "== installing Autobahn's suite into $folder"
    "$python" -m pip install --quiet --disable-pip-version-check --target "$folder" \
        autobahntestsuite==25.10.1 2>&1 | grep -v DEPRECATION || true
    test -d "$folder/autobahntestsuite"
fi
