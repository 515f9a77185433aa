"""Findings as SARIF has them, and the file around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import msgspec

from pluribus.findings import Confidence, Finding
from pluribus.reports import _sarif_shape as sarif
from pluribus.reports._sarif_places import place
from pluribus.reports.wording import remarks, sentence

_RANKS: Final[Mapping[Confidence, float]] = MappingProxyType(
    {Confidence.CERTAIN: 95.0, Confidence.LIKELY: 70.0, Confidence.POSSIBLE: 40.0}
)


@dataclass(frozen=True, kw_only=True)
class Flavour:
    """For whom the file is."""

    folder: str
    """What stands before each path."""
    needs_files: bool = False
    """Whether a step of a way needs a place in a file."""
    most_locations: int | None = None
    """Of one result; None for any number."""


def result(
    finding: Finding,
    rule_index: int,
    flavour: Flavour,
    *,
    flows: Iterable[sarif.CodeFlow] = (),
    fixes: tuple[sarif.Fix, ...] = (),
) -> sarif.Result:
    """One finding; `flows` are the ways that lead to it, `fixes` what would mend it."""
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
        code_flows=tuple(flows),
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


def written(
    *,
    version: str,
    rules: tuple[sarif.Descriptor, ...],
    kinds: tuple[sarif.Descriptor, ...],
    told: Sequence[sarif.Notification],
    identity: sarif.Identity,
    root: str,
    results: tuple[sarif.Result, ...],
    properties: sarif.RunProperties | sarif.ConformanceProperties,
) -> str:
    """The file of one run.

    Args:
        version: Of pluribus.
        rules: What results point at.
        kinds: What notifications point at.
        told: The notifications; after an error the run is no success.
        identity: The run among others of the same code base.
        root: What the root of the paths is.
        results: In the order of the file.
        properties: What else is counted.
    """
    run = sarif.Run(
        tool=sarif.Tool(
            driver=sarif.Driver(
                name="pluribus",
                full_name=f"pluribus {version}",
                semantic_version=version,
                rules=rules,
                notifications=kinds,
            )
        ),
        invocations=(
            sarif.Invocation(
                execution_successful=all(each.level != "error" for each in told),
                tool_execution_notifications=tuple(told),
            ),
        ),
        automation_details=identity,
        original_uri_base_ids={
            sarif.SOURCE_ROOT: sarif.BaseUri(description=sarif.Message(text=root))
        },
        column_kind="unicodeCodePoints",
        results=results,
        properties=properties,
    )
    log = sarif.Log(schema=sarif.SCHEMA_URI, version="2.1.0", runs=(run,))
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"
