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

FORMATS: dict[str, Callable[[Report, RenderOptions], str]] = {
    "text": text.render,
    "concise": concise.render,
    "json": json.render,
    "github": github.render,
}

DISCOVERY_FORMATS: dict[str, Callable[[Discovery, RenderOptions], str]] = {
    "text": discovery.render,
    "json": discovery_json.render,
}

__all__ = ["DISCOVERY_FORMATS", "FORMATS", "RenderOptions"]
