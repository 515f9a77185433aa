#!/usr/bin/env bash
# Installs a wheel where nothing of this repository is, and uses it there.
# Usage: scripts/try_wheel.sh PYTHON WHEEL
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1
wheel=$(realpath "$2")
source=packages/pluribus/src/pluribus

elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT

refuse() {
    echo "error: $(basename "$wheel"): $1" >&2
    exit 1
}

# Everything of the package is in the wheel, rule pages and stubs too, and nothing else is.
(
    cd packages/pluribus/src
    find pluribus -type f \( -name '*.py' -o -name '*.pyi' -o -name '*.md' -o -name py.typed \
        -o -name '*.j2' -o -name '*.css' -o -name '*.js' \) \
        -not -path '*/.*'
    echo pluribus/codebase/_native.abi3.so
) | sort >"$elsewhere/wanted"
"$python" -m zipfile -l "$wheel" | sed 1d | awk '{print $1}' | grep -v '\.dist-info/' | sort >"$elsewhere/held"
diff "$elsewhere/wanted" "$elsewhere/held" || refuse "does not hold what $source holds"

"$python" -m zipfile -e "$wheel" "$elsewhere/unpacked"
! grep --recursive --quiet --fixed-strings -e "$PWD" -e "$HOME/" "$elsewhere/unpacked" ||
    refuse "holds paths of this machine"

"$python" -m venv "$elsewhere/venv"
"$elsewhere/venv/bin/pip" install --quiet "$wheel"
cp -r examples/chat "$elsewhere/chat"
cd "$elsewhere"
unset PYTHONPATH VIRTUAL_ENV

venv/bin/pluribus --version
venv/bin/pluribus check chat >report || status=$?
[ "${status:-0}" = 1 ] || refuse "\`pluribus check\` on the example exits ${status:-0}, not 1"
[ -s report ] || refuse "\`pluribus check\` on the example prints nothing"
echo "$(basename "$wheel") works with $("$python" --version) on a copy of examples/chat"
