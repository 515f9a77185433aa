"""What `pluribus conform` found, as one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from markupsafe import Markup

from pluribus.findings.conformance import WAYS, Conformance, Outcome
from pluribus.reports._conformance_view import bar, families, pages
from pluribus.reports._html_text import lines, marked
from pluribus.reports._template import digest, source, template
from pluribus.reports.options import RenderOptions
from pluribus.reports.verdicts import NO_PROGRAM, headline, lacks_program, open_points
from pluribus.reports.wording import counted, place

_FILTERS: Final[Mapping[str, Callable[..., object]]] = {
    "counted": counted,
    "lacks_program": lacks_program,
    "lines": lines,
    "marked": marked,
    "place": place,
}


def render(conformance: Conformance, options: RenderOptions) -> str:
    """Write the matrix of properties by managers, then every verdict with what it stands on, what
    is wrong first and what needs nobody folded.

    Nothing is loaded from elsewhere, and the policy in the file forbids it. Without scripts all
    of it can be read; with them it can be searched and filtered. The options change nothing.
    """
    style, script = source("report.css") + source("conformance.css"), source("report.js")
    shown = pages(conformance)
    return template("conformance.html.j2", **_FILTERS).render(
        conformance=conformance,
        headline=headline(conformance),
        open_points=open_points(conformance),
        bar=bar(conformance),
        pages=shown,
        families=families(shown),
        properties=list(dict.fromkeys(row.name for page in shown for row in page.rows)),
        ways=WAYS,
        no_program=NO_PROGRAM,
        outcomes=list(Outcome),
        style=Markup(style),
        script=Markup(script),
        style_digest=digest(style),
        script_digest=digest(script),
    )
