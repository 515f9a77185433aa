"""The ways in the evidence of a run, as SARIF shows them."""

from __future__ import annotations

import msgspec
import pytest

from pluribus.findings import Evidence, Location
from pluribus.findings.conformance import Verdict
from pluribus.reports import RenderOptions
from tests.reports.conformances import HANGS, conformance
from tests.reports.test_conformance_formats import run_of


def steps_of(verdict: Verdict, folder: str = "") -> list[tuple[str, str, int | None]]:
    """What each step of the one flow says, and where it is."""
    (result,) = run_of(conformance(verdict), RenderOptions(folder=folder))["results"]
    (flow,) = result["codeFlows"]
    found: list[tuple[str, str, int | None]] = []
    for each in flow["threadFlows"][0]["locations"]:
        place = each["location"].get("physicalLocation")
        found.append(
            (
                each["location"]["message"]["text"],
                place["artifactLocation"]["uri"] if place else "",
                place["region"]["startLine"] if place else None,
            )
        )
    return found


def test_what_a_call_waits_for_is_a_flow_with_the_places_that_are_known() -> None:
    assert steps_of(HANGS, "sub/") == [
        ("Chat.send", "sub/app/chat.py", 3),
        ("`Chat.send` waits for `Other.take`, at chat.py:12", "sub/app/chat.py", 12),
        ("`Other.take` waits for `Lock.acquire`, at other.py:3", "", None),
        ("`Lock.acquire` does not return", "", None),
    ]


def test_what_the_loop_stands_in_is_a_flow_and_the_kit_is_not_named() -> None:
    blocked = Evidence("stands at", "made, chat.py:4 > send (kit)")

    assert steps_of(msgspec.structs.replace(HANGS, evidence=(blocked,))) == [
        ("`made` calls `send`, at chat.py:4", "app/chat.py", 4),
        ("`send` blocks", "", None),
    ]


def test_a_name_that_two_files_have_is_no_place() -> None:
    two = (*HANGS.anchors, Location("app/old/chat.py", 7))

    assert steps_of(msgspec.structs.replace(HANGS, anchors=two))[1][1:] == ("", None)


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence("waits", "unknown"),
        Evidence("waits", "nothing"),
        Evidence("frames", "a > b"),
        Evidence("path", "alice.table -global-> shop.hub.RECENT"),
    ],
)
def test_what_is_no_way_is_no_flow(evidence: Evidence) -> None:
    (result,) = run_of(conformance(msgspec.structs.replace(HANGS, evidence=(evidence,))))[
        "results"
    ]

    assert "codeFlows" not in result
    assert f"{evidence.name}: {evidence.text}" in result["properties"]["evidence"]
