"""Places, and the ways between them, as SARIF has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from pluribus.findings import Finding, Location, Report
from pluribus.reports import _sarif_shape as sarif

CHAINS: Final[Mapping[str, str]] = MappingProxyType({"chain": " -> "})
"""The evidence of a check that is a way, with what stands between its hops."""


def artifact(path: str) -> sarif.ArtifactLocation:
    """A file. A colon is escaped too: it would end a scheme."""
    return sarif.ArtifactLocation(uri=quote(path, safe="/"), uri_base_id=sarif.SOURCE_ROOT)


def at(path: str, location: Location | None = None) -> sarif.PhysicalLocation:
    """A file, or a place in it."""
    return sarif.PhysicalLocation(
        artifact_location=artifact(path),
        region=None
        if location is None
        else sarif.Region(start_line=location.line, start_column=location.column),
    )


def place(location: Location, folder: str, *, number: int = -1) -> sarif.Location:
    """A place with its label; with a number, a message can link to it."""
    return sarif.Location(
        id=number,
        physical_location=at(folder + location.path, location),
        message=sarif.Message(text=location.label) if location.label else None,
    )


def named_places(report: Report) -> dict[str, Location]:
    """Where the names stand that lead to owners."""
    places = {path.path: path.location for each in report.concepts for path in each.paths}
    owners = {_dotted(each.owner): each.location for each in report.concepts if each.location}
    return places | owners


def ways(
    finding: Finding, places: Mapping[str, Location], folder: str, *, needs_files: bool
) -> Iterator[sarif.CodeFlow]:
    """Make a flow of each chain in the evidence, from the place of the finding hop by hop.

    Args:
        finding: Whose chains.
        places: Where names stand.
        folder: What stands before each path.
        needs_files: Leave out the hops of which no place is known.
    """
    for evidence in finding.evidence:
        separator = CHAINS.get(evidence.name)
        if separator is None:
            continue
        hops = [
            step(name, name, places.get(_dotted(name)), folder)
            for name in evidence.text.split(separator)
        ]
        if needs_files:
            hops = [hop for hop in hops if hop.physical_location]
        if hops:
            yield flow(evidence.text, (place(finding.location, folder), *hops))


def flow(text: str, steps: Iterable[sarif.Location]) -> sarif.CodeFlow:
    """A way, with what is said of it as a whole."""
    return sarif.CodeFlow(
        message=sarif.Message(text=text),
        thread_flows=(
            sarif.ThreadFlow(
                locations=tuple(sarif.ThreadFlowLocation(location=each) for each in steps)
            ),
        ),
    )


def step(name: str, text: str, location: Location | None, folder: str) -> sarif.Location:
    """One hop of a way: its name, what is said of it, and where it is, as far as that is known."""
    return sarif.Location(
        physical_location=None if location is None else at(folder + location.path, location),
        logical_locations=(sarif.LogicalLocation(fully_qualified_name=name),),
        message=sarif.Message(text=text),
    )


def _dotted(name: str) -> str:
    return name.replace(":", ".")
