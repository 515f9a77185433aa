#!/usr/bin/env bash
# Refuses modules that have grown past reading in one sitting.
set -euo pipefail
cd "$(dirname "$0")/.."
most=400

git ls-files -z --cached --others --exclude-standard '*.py' '*.rs' |
    xargs -0 wc -l |
    awk -v most="$most" '
        $2 != "total" && $1 > most { print "error: " $2 " has " $1 " lines; split it: the most is " most; bad = 1 }
        END { exit bad }'
