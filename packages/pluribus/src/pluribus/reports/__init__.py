"""Draws a report in every format that pluribus writes.

Each `render` is a pure function: the same report and options give the same text, which ends in a
newline unless it is empty. It uses no clock, terminal or environment. The strings of a report are
valid Unicode (no lone surrogates); they may hold anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pluribus.findings import Report
from pluribus.reports.options import RenderOptions

if TYPE_CHECKING:
    from pluribus.findings.conformance import Conformance, KitTrial
    from pluribus.findings.discovery import Discovery
    from pluribus.findings.history import Burndown
    from pluribus.findings.plan import Plan
    from pluribus.findings.proof import Proof


def _drawn_by(module: str, function: str = "render") -> Callable[[Any, RenderOptions], str]:
    """Import a format when it is drawn, so that the others are not kept waiting."""

    def render(report: Any, options: RenderOptions) -> str:
        text = getattr(import_module(f"{__name__}.{module}"), function)(report, options)
        assert isinstance(text, str)
        return text

    return render


FORMATS: dict[str, Callable[[Report, RenderOptions], str]] = {
    "text": _drawn_by("text"),
    "concise": _drawn_by("concise"),
    "json": _drawn_by("json"),
    "github": _drawn_by("github"),
    "sarif": _drawn_by("sarif"),
    "sarif-github": _drawn_by("sarif", "render_for_github"),
    "junit": _drawn_by("junit"),
    "markdown": _drawn_by("markdown"),
    "html": _drawn_by("html"),
}

WITH_TEXTS: frozenset[str] = frozenset({"sarif", "sarif-github", "html"})
"""The formats that say what the rules mean, if the report holds it."""

WITH_EXCERPTS: frozenset[str] = frozenset({"html"})
"""The formats that show lines of source, if the report holds them."""

WITH_FIXES: frozenset[str] = frozenset({"sarif", "sarif-github", "json"})
"""The formats that say what would mend findings, if the report holds it."""

DISCOVERY_FORMATS: dict[str, Callable[[Discovery, RenderOptions], str]] = {
    "text": _drawn_by("discovery"),
    "json": _drawn_by("discovery_json"),
}

PLAN_FORMATS: dict[str, Callable[[Plan, RenderOptions], str]] = {
    "text": _drawn_by("plan"),
    "markdown": _drawn_by("plan_markdown"),
    "json": _drawn_by("plan_json"),
}

BURNDOWN_FORMATS: dict[str, Callable[[Burndown, RenderOptions], str]] = {
    "text": _drawn_by("burndown"),
    "json": _drawn_by("burndown_json"),
    "svg": _drawn_by("burndown_svg"),
    "html": _drawn_by("burndown_html"),
}

PROOF_FORMATS: dict[str, Callable[[Proof, RenderOptions], str]] = {
    "text": _drawn_by("proof"),
    "json": _drawn_by("proof_json"),
    "markdown": _drawn_by("proof_markdown"),
    "html": _drawn_by("proof_html"),
}

CONFORMANCE_FORMATS: dict[str, Callable[[Conformance, RenderOptions], str]] = {
    "text": _drawn_by("conformance"),
    "json": _drawn_by("conformance_json"),
    "junit": _drawn_by("conformance_junit"),
    "sarif": _drawn_by("conformance_sarif"),
    "markdown": _drawn_by("conformance_markdown"),
    "html": _drawn_by("conformance_html"),
}

TRIAL_FORMATS: dict[str, Callable[[KitTrial, RenderOptions], str]] = {
    "text": _drawn_by("conformance", "render_trial"),
    "json": _drawn_by("conformance_json", "render_trial"),
    "markdown": _drawn_by("conformance_markdown", "render_trial"),
}

__all__ = [
    "BURNDOWN_FORMATS",
    "CONFORMANCE_FORMATS",
    "DISCOVERY_FORMATS",
    "FORMATS",
    "PLAN_FORMATS",
    "PROOF_FORMATS",
    "TRIAL_FORMATS",
    "WITH_EXCERPTS",
    "WITH_FIXES",
    "WITH_TEXTS",
    "RenderOptions",
]
