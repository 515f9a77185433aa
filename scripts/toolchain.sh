#!/usr/bin/env bash
# Says in one sentence what the build needs and does not find. Usage: scripts/toolchain.sh PYTHON
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1

refuse() {
    echo "error: $1" >&2
    exit 1
}

# Both versions are declared once, where the build tools read them.
needed_rust=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
needed_python=$(sed -n 's/^requires-python = ">=\(.*\)"$/\1/p' packages/pluribus/pyproject.toml)

is_older() { # is_older FOUND NEEDED
    [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | sed -n 1p)" = "$1" ]
}

found=$("$python" -c 'import platform; print(platform.python_version())' 2>/dev/null) ||
    refuse "Python $needed_python or newer is needed, and \`$python\` does not run; name another with \`make PYTHON=...\`."
! is_older "$found" "$needed_python" ||
    refuse "Python $needed_python or newer is needed, and \`$python\` is $found; name another with \`make PYTHON=...\`."
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    refuse "\`$python -m venv\` does not work; on Debian and Ubuntu, install the package python3-venv."

found=$(rustc --version 2>/dev/null | cut -d ' ' -f 2) ||
    refuse "Rust $needed_rust or newer is needed, and \`rustc\` does not run; get it from https://rustup.rs."
! is_older "$found" "$needed_rust" ||
    refuse "Rust $needed_rust or newer is needed, and \`rustc\` is $found; run \`rustup update\`."
cargo --version >/dev/null 2>&1 ||
    refuse "\`rustc\` is there but \`cargo\` does not run; get both from https://rustup.rs."
