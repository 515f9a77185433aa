#!/usr/bin/env bash
# Installs the wheel of unum where nothing of this repository is, and uses it there.
# Usage: scripts/try_unum.sh PYTHON WHEEL
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1
wheel=$(realpath "$2")

elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT

(
    cd packages/unum/src
    find pluribus_unum -type f \( -name '*.py' -o -name '*.lua' -o -name py.typed \) -not -path '*/.*'
) | sort >"$elsewhere/wanted"
"$python" -m zipfile -l "$wheel" | sed 1d | awk '{print $1}' | grep -v '\.dist-info/' | sort >"$elsewhere/held"
diff "$elsewhere/wanted" "$elsewhere/held" || {
    echo "error: $(basename "$wheel"): does not hold what packages/unum/src holds" >&2
    exit 1
}

"$python" -m venv "$elsewhere/venv"
"$elsewhere/venv/bin/pip" install --quiet "$wheel"
# The first program of its README, which ends by itself.
awk '/^```python$/ { if (!seen++) { on = 1; next } } /^```$/ { on = 0 } on' packages/unum/README.md >"$elsewhere/first.py"
cd "$elsewhere"
unset PYTHONPATH VIRTUAL_ENV
said=$(venv/bin/python first.py)
case $said in
    *'"hello"'*) echo "$(basename "$wheel") works with $("$python" --version)" ;;
    *)
        echo "error: $(basename "$wheel"): the first program of its README says: $said" >&2
        exit 1
        ;;
esac
