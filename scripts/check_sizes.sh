#!/usr/bin/env bash
# Refuses modules that have grown past reading in one sitting.
set -euo pipefail
cd "$(dirname "$0")/.."
most=400

find packages crates tests scripts bench \
    \( -name target -o -name projects \) -prune -o \( -name '*.py' -o -name '*.rs' \) -print 2>/dev/null |
    sort | xargs wc -l |
    awk -v most="$most" '
        $2 != "total" && $1 > most { print "error: " $2 " has " $1 " lines; split it: the most is " most; bad = 1 }
        END { exit bad }'
