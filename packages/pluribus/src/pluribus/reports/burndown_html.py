"""A burn-down as one HTML file that needs nothing else."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from pluribus.findings.history import Burndown
from pluribus.reports._series import all_series, day_of
from pluribus.reports._template import digest, source, template
from pluribus.reports.burndown import moved, notes, shown, title, who
from pluribus.reports.burndown_svg import STYLE, drawn
from pluribus.reports.options import RenderOptions
from pluribus.reports.wording import printable

_TABLE: Final = """\
.wide { overflow-x: auto; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td { vertical-align: top; }
"""


def render(burndown: Burndown, options: RenderOptions) -> str:
    """Write the picture, the steps, and a row a revision. The options change nothing."""
    style = source("report.css") + STYLE + _TABLE
    series = all_series(burndown)
    return template("burndown.html.j2").render(
        burndown=burndown,
        title=title(burndown),
        notes=list(notes(burndown)),
        picture=drawn(burndown, style=False),
        heads=[f"{printable(each.concept)} {each.phase}" for each in series],
        steps=[
            {
                "day": day_of(step.until),
                "who": who(step),
                "moves": [moved(move) for move in step.moves],
            }
            for step in reversed(burndown.steps)
        ],
        rows=[
            {
                "day": day_of(point.commit),
                "commit": point.commit.short,
                "cells": [shown(each, index) for each in series],
                "files": f"{point.count.files:,}",
                "problem": printable(point.count.problem),
            }
            for index, point in reversed(list(enumerate(burndown.points)))
        ],
        style=Markup(style),
        style_digest=digest(style),
    )
