"""A process that judges the kit's own managers: `python -I -m pluribus.conformance.trying`.

It reads one question a line, and writes one answer a line for each property, until nobody asks any
more. What managers write to stdout goes to stderr, and they read nothing.
Why: docs/decisions/0011-behaviour-is-judged-in-a-neutral-process.md.
"""

from __future__ import annotations

import os

import msgspec

from pluribus.conformance.jobs import Question
from pluribus.conformance.matrix import Here
from pluribus.conformance.neutral import hide_test_runners


def main() -> None:
    """Answer until the other end is closed."""
    hide_test_runners()
    with os.fdopen(os.dup(0), "rb") as asked, os.fdopen(os.dup(1), "wb") as answers:
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        here = Here()
        for line in asked:
            for each in here.judged(msgspec.json.decode(line, type=Question)):
                answers.write(msgspec.json.encode(each) + b"\n")
                answers.flush()


if __name__ == "__main__":
    main()
    # What a broken manager left running must not keep the process alive.
    os._exit(0)
