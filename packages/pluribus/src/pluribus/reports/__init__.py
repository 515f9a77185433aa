"""Draws a report in every format that pluribus writes.

Each `render` is a pure function: the same report and options give the same text, which ends in a
newline unless it is empty. It uses no clock, terminal or environment. The strings of a report are
valid Unicode (no lone surrogates); they may hold anything else.
"""

from __future__ import annotations

from collections.abc import Callable

from pluribus.findings import Discovery, Report
from pluribus.reports import concise, discovery, discovery_json, github, json, text
from pluribus.reports.options import RenderOptions

# What follows is imported when it is drawn, so that the others are not kept waiting.


def _sarif(report: Report, options: RenderOptions) -> str:
    from pluribus.reports import sarif

    return sarif.render(report, options)


def _sarif_for_github(report: Report, options: RenderOptions) -> str:
    from pluribus.reports import sarif

    return sarif.render_for_github(report, options)


def _junit(report: Report, options: RenderOptions) -> str:
    from pluribus.reports import junit

    return junit.render(report, options)


def _markdown(report: Report, options: RenderOptions) -> str:
    from pluribus.reports import markdown

    return markdown.render(report, options)


def _html(report: Report, options: RenderOptions) -> str:
    from pluribus.reports import html

    return html.render(report, options)


FORMATS: dict[str, Callable[[Report, RenderOptions], str]] = {
    "text": text.render,
    "concise": concise.render,
    "json": json.render,
    "github": github.render,
    "sarif": _sarif,
    "sarif-github": _sarif_for_github,
    "junit": _junit,
    "markdown": _markdown,
    "html": _html,
}

WITH_TEXTS: frozenset[str] = frozenset({"sarif", "sarif-github", "html"})
"""The formats that say what the rules mean, if the report holds it."""

WITH_EXCERPTS: frozenset[str] = frozenset({"html"})
"""The formats that show lines of source, if the report holds them."""

DISCOVERY_FORMATS: dict[str, Callable[[Discovery, RenderOptions], str]] = {
    "text": discovery.render,
    "json": discovery_json.render,
}

__all__ = ["DISCOVERY_FORMATS", "FORMATS", "WITH_EXCERPTS", "WITH_TEXTS", "RenderOptions"]
