"""Tries the kit on its own managers, and writes docs/reference/matrix.md by what it says.

It is measured, and takes as long as `pluribus conform --self-test`; `make docs` leaves it alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from pluribus.adapters.trying import judged_apart
from pluribus.conformance.matrix import kit_trial
from pluribus.conformance.properties import PROPERTIES
from pluribus.findings.conformance import KitTrial, Outcome
from pluribus.reports import TRIAL_FORMATS, RenderOptions
from scripts.docs import REFERENCE

PAGE = REFERENCE / "matrix.md"
_HEAD = (
    "# Which manager each property refuses",
    "",
    "Written by `make matrix` from a run of `pluribus conform --self-test`: what came of every"
    " property with",
    "every manager of the kit, good and broken. What a property asks is"
    " [in the reference](properties.md), and",
    "what this is good for [in the explanation]"
    "(../explanation/conformance.md#the-kit-is-tried-on-what-is-broken).",
    "",
)


def matrix_page(trial: KitTrial) -> str:
    """The broken managers by the properties that refuse them, then all outcomes."""
    table = TRIAL_FORMATS["markdown"](trial, RenderOptions()).partition("\n")[2]
    lines = [
        *_HEAD,
        "## By property",
        "",
        "| property | passes | refuses |",
        "| --- | --- | --- |",
        *_rows(trial),
        "",
        "## By manager",
        table.rstrip("\n"),
    ]
    return "\n".join(lines) + "\n"


def _rows(trial: KitTrial) -> Iterator[str]:
    # A property that takes long is asked of few managers, so that no line has all names.
    asked = {name for line in trial.lines for name, _ in line.outcomes}
    for name in [each.name for each in PROPERTIES if each.name in asked]:
        passes, refuses = (
            [f"`{each.name}`" for each in lines if dict(each.outcomes).get(name) is outcome]
            for lines, outcome in (
                ([each for each in trial.lines if not each.about], Outcome.PASS),
                ([each for each in trial.lines if each.about], Outcome.FAIL),
            )
        )
        yield f"| {name} | {', '.join(passes)} | {', '.join(refuses)} |"


if __name__ == "__main__":
    measured = kit_trial(judging=judged_apart)
    PAGE.write_text(matrix_page(measured), encoding="utf-8")
    print(f"wrote {PAGE.relative_to(REFERENCE.parents[1])}")
    for said in (*measured.problems, *(f"{e.name}: {e.problem}" for e in measured.lines)):
        if not said.endswith(": "):
            print(said, file=sys.stderr)
    sys.exit(0 if measured.is_sound else 1)
