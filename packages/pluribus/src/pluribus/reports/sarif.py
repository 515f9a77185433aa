"""SARIF 2.1.0, for code scanning, editors and whatever else reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pluribus.findings import Finding, Report
from pluribus.reports import _sarif_shape as sarif
from pluribus.reports._sarif_fixes import fixes_by_finding, fixes_of
from pluribus.reports._sarif_places import named_places, ways
from pluribus.reports._sarif_results import Flavour, result, written
from pluribus.reports._sarif_rules import (
    gaps,
    notification,
    notification_kinds,
    rule_names,
    rules,
)
from pluribus.reports.options import RenderOptions
from pluribus.reports.wording import counted, severities, worst_first

GITHUB_RESULTS: Final = 25_000
GITHUB_LOCATIONS: Final = 1_000
"""More results in a run, or more locations of one result, and GitHub refuses the file. Source: its
documentation of "SARIF support for code scanning"."""


def render(report: Report, options: RenderOptions) -> str:
    """Write every finding."""
    return _log(report, report.findings, Flavour(folder=options.folder))


def render_for_github(report: Report, options: RenderOptions) -> str:
    """Write what GitHub accepts: the worst findings, and only places that it can show."""
    kept = worst_first(report.findings)[:GITHUB_RESULTS]
    flavour = Flavour(folder=options.folder, needs_files=True, most_locations=GITHUB_LOCATIONS)
    return _log(report, kept, flavour)


def _log(report: Report, kept: Sequence[Finding], flavour: Flavour) -> str:
    places, names = named_places(report), rule_names(report)
    mended_by = fixes_by_finding(report)
    told = list(gaps(report, flavour.folder))
    if left := len(report.findings) - len(kept):
        text = f"{counted(left, 'finding')} of {len(report.findings):,} left out"
        why = f"({_rest(report, kept)}): GitHub takes {GITHUB_RESULTS:,}."
        told.append(notification("left-out", f"{text} {why}"))
    return written(
        version=report.tool_version,
        rules=rules(report),
        kinds=notification_kinds(),
        told=told,
        identity=sarif.Identity(
            # GitHub replaces the alerts of the last file with the same id: one a root.
            id=f"pluribus/{flavour.folder}",
            description=sarif.Message(text="The code base judged by its contract."),
        ),
        root="The folder that the check was started in.",
        results=tuple(
            result(
                each,
                names.index(each.rule),
                flavour,
                flows=ways(each, places, flavour.folder, needs_files=flavour.needs_files),
                fixes=fixes_of(each.id, mended_by, flavour.folder),
            )
            for each in sorted(kept, key=lambda each: each.order)
        ),
        properties=sarif.RunProperties(
            suppressed=report.suppressed,
            hidden=report.hidden,
            accepted=None if report.baseline is None else report.baseline.accepted,
        ),
    )


def _rest(report: Report, kept: Sequence[Finding]) -> str:
    ids = {each.id for each in kept}
    return severities(each for each in report.findings if each.id not in ids)
