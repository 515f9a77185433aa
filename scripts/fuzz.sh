#!/usr/bin/env bash
# Feeds the reader of Python files what a fuzzer makes of the Python files of this repository.
# Needs a C++ compiler. Usage: scripts/fuzz.sh SECONDS [LIBFUZZER_OPTION...]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:?say for how many seconds}
shift

fuzz=crates/pluribus-facts/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')
corpus=$fuzz/corpus/extract
mkdir -p "$corpus" "$fuzz/artifacts/extract"
find crates packages tests examples scripts -name '*.py' -size -16k -print0 |
    while IFS= read -r -d '' path; do
        cp "$path" "$corpus/$(sha1sum <"$path" | cut -c -40)"
    done

# What `cargo fuzz` would add, less the sanitizers, which need a nightly compiler; the crate has no
# unsafe code for them to watch. Naming the target keeps the flags away from build scripts.
RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1" \
    cargo build --quiet --release --locked --target "$host" --manifest-path "$fuzz/Cargo.toml"

exec "$fuzz/target/$host/release/extract" "$corpus" \
    -artifact_prefix="$fuzz/artifacts/extract/" -dict="$fuzz/python.dict" \
    -max_total_time="$seconds" -max_len=16384 -timeout=20 -rss_limit_mb=4096 \
    -print_final_stats=1 "$@"
