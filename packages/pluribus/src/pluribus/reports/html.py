"""One HTML file that needs nothing else: to be opened, sent, or kept with a build."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import Final

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from pluribus.findings import Report
from pluribus.reports._grouping import arranged
from pluribus.reports._html_graph import drawn
from pluribus.reports._html_text import chain, clean, marked
from pluribus.reports._html_view import (
    concept_views,
    overview,
    severity_bar,
    with_excerpts,
)
from pluribus.reports._page import Page
from pluribus.reports._summary import verdict
from pluribus.reports.options import RenderOptions
from pluribus.reports.wording import accepted, counted, place, remarks, unchecked

_FILES: Final = resources.files("pluribus.reports")


def render(report: Report, options: RenderOptions) -> str:
    """Write the overview, each concept with its graph and matrix, and every finding.

    Nothing is loaded from elsewhere, and the policy in the file forbids it. Without scripts all
    of it can be read; with them it can be searched and filtered. The options change nothing.
    """
    style, script = _source("report.css"), _source("report.js")
    concepts = concept_views(report)
    html = _template().render(
        report=report,
        verdict=verdict(report, Page(color=False, width=None)),
        gaps=unchecked(report),
        accepted=accepted(report),
        concepts=concepts,
        overview=overview(report),
        bar=severity_bar(report),
        rules=arranged(report.rules, (each.rule for each in report.findings)),
        # A policy allows what has these digests, and nothing else.
        style=Markup(style),
        script=Markup(script),
        style_digest=_digest(style),
        script_digest=_digest(script),
    )
    return with_excerpts(html, report)


@cache
def _template() -> Template:
    """Compiled once: that takes longer than to draw a small report."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=clean,
    )
    environment.filters |= {
        "chain": chain,
        "counted": counted,
        "drawn": drawn,
        "marked": marked,
        "place": place,
        "remarks": remarks,
    }
    return environment.from_string(_source("report.html.j2"))


def _source(name: str) -> str:
    return _FILES.joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
