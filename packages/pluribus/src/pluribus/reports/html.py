"""One HTML file that needs nothing else: to be opened, sent, or kept with a build."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from markupsafe import Markup

from pluribus.findings import Report
from pluribus.reports._grouping import arranged
from pluribus.reports._html_graph import drawn
from pluribus.reports._html_text import chain, marked
from pluribus.reports._html_view import (
    concept_views,
    overview,
    severity_bar,
    with_excerpts,
)
from pluribus.reports._page import Page
from pluribus.reports._summary import verdict
from pluribus.reports._template import digest, source, template
from pluribus.reports.burndown_svg import LINES
from pluribus.reports.burndown_svg import drawn as drawn_burndown
from pluribus.reports.options import RenderOptions
from pluribus.reports.wording import accepted, counted, place, remarks, unchecked

_FILTERS: Final[Mapping[str, Callable[..., object]]] = {
    "chain": chain,
    "counted": counted,
    "drawn": drawn,
    "marked": marked,
    "place": place,
    "remarks": remarks,
}

_COLORS: Final = ".burndown { --grid: var(--line); --stroke: var(--accent); }\n"


def render(report: Report, options: RenderOptions) -> str:
    """Write the overview, each concept with its graph and matrix, and every finding.

    Nothing is loaded from elsewhere, and the policy in the file forbids it. Without scripts all
    of it can be read; with them it can be searched and filtered. Of the options only `burndown`
    changes something.
    """
    style, script = source("report.css"), source("report.js")
    picture = None
    if options.burndown is not None:
        style += _COLORS + LINES
        picture = drawn_burndown(options.burndown, style=False)
    concepts = concept_views(report)
    html = template("report.html.j2", **_FILTERS).render(
        report=report,
        verdict=verdict(report, Page(color=False, width=None)),
        gaps=unchecked(report),
        accepted=accepted(report),
        concepts=concepts,
        overview=overview(report),
        burndown=picture,
        bar=severity_bar(report),
        rules=arranged(report.rules, (each.rule for each in report.findings)),
        # A policy allows what has these digests, and nothing else.
        style=Markup(style),
        script=Markup(script),
        style_digest=digest(style),
        script_digest=digest(script),
    )
    return with_excerpts(html, report)
