"""Workflow commands that GitHub shows as annotations beside the changed lines.

Source: the documentation of workflow commands, and `command.ts` of `actions/toolkit` for escapes.
GitHub keeps ten annotations of a level for each step and drops the others silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pluribus.findings import Finding, Report, Severity
from pluribus.reports.options import RenderOptions
from pluribus.reports.wording import (
    accepted,
    counted,
    remarks,
    severities,
    unchecked,
    worst_first,
)

KEPT = 10
"""How many annotations of one level GitHub shows for a step."""

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report, options: RenderOptions) -> str:
    """Write one command a line, the worst and surest first, and at most what GitHub shows.

    A closing notice says what was left out and what was not checked; a clean and complete report
    without a baseline is empty, so that it annotates nothing.
    """
    kept, left = _kept(report.findings)
    closing = _closing(report, left)
    commands = [
        *(_annotation(each, options.folder) for each in kept),
        *([closing] if closing else []),
    ]
    return "".join(f"{command}\n" for command in commands)


def _kept(findings: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    kept: list[Finding] = []
    left: list[Finding] = []
    for severity, group in groupby(worst_first(findings), key=lambda each: each.severity):
        # One notice is held back for the closing one.
        room = KEPT - 1 if severity is Severity.NOTE else KEPT
        level = list(group)
        kept += sorted(level[:room], key=lambda each: each.location)
        left += level[room:]
    return kept, left


def _annotation(finding: Finding, folder: str) -> str:
    location = finding.location
    properties = {
        "file": folder + location.path,
        "line": str(location.line),
        "col": str(location.column),
        "title": finding.rule + (f" ({finding.concept})" if finding.concept else ""),
    }
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    hint = f"\nhelp: {finding.hint}" if finding.hint else ""
    message = _data(f"{finding.message}{remarks(finding)}{hint}")
    return f"::{_COMMANDS[finding.severity]} {written}::{message}"


def _closing(report: Report, left: Sequence[Finding]) -> str:
    gaps = unchecked(report)
    parts = [
        f"{counted(len(left), 'finding')} of {len(report.findings):,} left out of the annotations "
        f"({severities(left)}): GitHub shows {KEPT} of a level for each step"
        if left
        else "",
        # Else nobody who reads annotations would ever learn of it.
        accepted(report),
        f"the check is incomplete: {gaps}" if gaps else "",
    ]
    said = "\n".join(part for part in parts if part)
    return f"::notice title=pluribus::{_data(said)}" if said else ""


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
