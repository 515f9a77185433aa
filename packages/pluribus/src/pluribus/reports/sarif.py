"""SARIF 2.1.0, for code scanning, editors and whatever else reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import msgspec

from pluribus.findings import Confidence, Finding, Location, Report
from pluribus.reports import _sarif_shape as sarif
from pluribus.reports._sarif_fixes import fixes_by_finding, fixes_of
from pluribus.reports._sarif_places import named_places, place, ways
from pluribus.reports._sarif_rules import (
    gaps,
    notification,
    notification_kinds,
    rule_names,
    rules,
)
from pluribus.reports.options import RenderOptions
from pluribus.reports.wording import counted, remarks, sentence, severities, worst_first

GITHUB_RESULTS: Final = 25_000
GITHUB_LOCATIONS: Final = 1_000
"""More results in a run, or more locations of one result, and GitHub refuses the file. Source: its
documentation of "SARIF support for code scanning"."""

_RANKS: Final[Mapping[Confidence, float]] = MappingProxyType(
    {Confidence.CERTAIN: 95.0, Confidence.LIKELY: 70.0, Confidence.POSSIBLE: 40.0}
)


def render(report: Report, options: RenderOptions) -> str:
    """Write every finding."""
    return _written(_log(report, report.findings, _Flavour(folder=options.folder)))


def render_for_github(report: Report, options: RenderOptions) -> str:
    """Write what GitHub accepts: the worst findings, and only places that it can show."""
    kept = worst_first(report.findings)[:GITHUB_RESULTS]
    flavour = _Flavour(folder=options.folder, needs_files=True, most_locations=GITHUB_LOCATIONS)
    return _written(_log(report, kept, flavour))


@dataclass(frozen=True, kw_only=True)
class _Flavour:
    folder: str
    needs_files: bool = False
    most_locations: int | None = None


def _log(report: Report, kept: Sequence[Finding], flavour: _Flavour) -> sarif.Log:
    places, names = named_places(report), rule_names(report)
    mended_by = fixes_by_finding(report)
    told = list(gaps(report, flavour.folder))
    if left := len(report.findings) - len(kept):
        text = f"{counted(left, 'finding')} of {len(report.findings):,} left out"
        why = f"({_rest(report, kept)}): GitHub takes {GITHUB_RESULTS:,}."
        told.append(notification("left-out", f"{text} {why}"))
    run = sarif.Run(
        tool=sarif.Tool(
            driver=sarif.Driver(
                name="pluribus",
                full_name=f"pluribus {report.tool_version}",
                semantic_version=report.tool_version,
                rules=rules(report),
                notifications=notification_kinds(),
            )
        ),
        invocations=(
            sarif.Invocation(
                execution_successful=all(each.level != "error" for each in told),
                tool_execution_notifications=tuple(told),
            ),
        ),
        automation_details=sarif.Identity(
            # GitHub replaces the alerts of the last file with the same id: one a root.
            id=f"pluribus/{flavour.folder}",
            description=sarif.Message(text="The code base judged by its contract."),
        ),
        original_uri_base_ids={
            sarif.SOURCE_ROOT: sarif.BaseUri(
                description=sarif.Message(text="The folder that the check was started in.")
            )
        },
        column_kind="unicodeCodePoints",
        results=tuple(
            _result(
                each,
                names.index(each.rule),
                places,
                flavour,
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
    return sarif.Log(schema=sarif.SCHEMA_URI, version="2.1.0", runs=(run,))


def _result(
    finding: Finding,
    rule_index: int,
    places: Mapping[str, Location],
    flavour: _Flavour,
    *,
    fixes: tuple[sarif.Fix, ...],
) -> sarif.Result:
    # One is taken by the place of the finding itself.
    most = None if flavour.most_locations is None else flavour.most_locations - 1
    related = [
        place(each, flavour.folder, number=number)
        for number, each in enumerate(finding.related[:most], start=1)
    ]
    return sarif.Result(
        rule_id=finding.rule,
        rule_index=rule_index,
        level=finding.severity.value,
        message=sarif.Message(text=_message(finding, related)),
        locations=(place(finding.location, flavour.folder),),
        related_locations=tuple(related),
        code_flows=tuple(ways(finding, places, flavour.folder, needs_files=flavour.needs_files)),
        fixes=fixes,
        partial_fingerprints={
            "pluribus/v1": finding.id,
            # The only one that GitHub reads, in the form that it has there. It would make one of
            # the text of the line; this one survives when that text changes.
            "primaryLocationLineHash": finding.id.rpartition(":")[2] + ":1",
        },
        rank=_RANKS[finding.confidence],
        properties=sarif.ResultProperties(
            concept=finding.concept,
            phase=finding.phase,
            confidence=finding.confidence.value,
            in_tests=finding.in_tests,
            hint=finding.hint,
            evidence=tuple(f"{each.name}: {each.text}" for each in finding.evidence),
        ),
    )


def _message(finding: Finding, related: Sequence[sarif.Location]) -> str:
    parts = [_plain(sentence(f"{finding.message.strip()}{remarks(finding)}"))]
    if finding.hint:
        parts.append(_plain(sentence(f"Help: {finding.hint.strip()}")))
    if links := [_link(each) for each in related[:5]]:
        parts.append(f"See {', '.join(links)}.")
    return " ".join(parts)


def _link(location: sarif.Location) -> str:
    label = location.message.text if location.message else f"place {location.id}"
    escaped = re.sub(r"([][\\])", r"\\\1", label)
    return f"[{escaped}]({location.id})"


def _plain(text: str) -> str:
    """Keep what only looks like a link from becoming one."""
    return re.sub(r"\](?=\()", r"\\]", text)


def _rest(report: Report, kept: Sequence[Finding]) -> str:
    ids = {each.id for each in kept}
    return severities(each for each in report.findings if each.id not in ids)


def _written(log: sarif.Log) -> str:
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"
