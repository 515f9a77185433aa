"""What GitHub accepts as annotations, and what it drops."""

from __future__ import annotations

import msgspec

from pluribus.findings import Confidence, Location, Severity
from pluribus.reports import FORMATS, RenderOptions
from tests.reports.samples import DUAL, INCOMPLETE, RIVAL, SAMPLES, legacy, report

PLAIN = RenderOptions()
render = FORMATS["github"]


def test_characters_that_end_a_command_or_a_property_are_escaped() -> None:
    finding = msgspec.structs.replace(
        DUAL, location=Location("a b/50%, x:y.py", 3, 4), message="100%: a,\r\nb", hint=""
    )

    assert render(report((finding,)), PLAIN) == (
        "::error file=a b/50%25%2C x%3Ay.py,line=3,col=4,"
        "title=dual-import (websocket-manager)::100%25: a,%0D%0Ab\n"
    )


def test_the_title_of_a_finding_that_is_of_no_concept_is_its_rule() -> None:
    finding = msgspec.structs.replace(DUAL, rule="unused-suppression", concept="")

    written = render(report((finding,)), PLAIN)

    assert ",title=unused-suppression::" in written


def test_no_more_than_github_keeps_is_written_and_the_rest_is_counted() -> None:
    errors = [legacy(f"src/m{number:02}.py", 1) for number in range(11)]
    warnings = [
        msgspec.structs.replace(RIVAL, location=Location(f"src/r{number:02}.py"))
        for number in range(12)
    ]
    notes = [
        msgspec.structs.replace(each, severity=Severity.NOTE, key=(each.location.path, "note"))
        for each in warnings
    ]

    lines = render(report((*errors, *warnings, *notes)), PLAIN).splitlines()

    levels = [line.split(" ")[0] for line in lines]
    assert levels == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"] * 10
    assert lines[-1] == (
        "::notice title=pluribus::6 findings of 35 left out of the annotations "
        "(1 error, 2 warnings, 3 notes): GitHub shows 10 of a level for each step"
    )


def test_what_is_left_out_is_in_tests_or_less_sure() -> None:
    tests = [legacy(f"a/test_{number}.py", 1, in_tests=True) for number in range(6)]
    sure = [legacy(f"b/m{number}.py", 1) for number in range(6)]
    unsure = msgspec.structs.replace(legacy("a/unsure.py", 1), confidence=Confidence.POSSIBLE)

    shown = render(report((*tests, unsure, *sure)), PLAIN)

    assert all(each.location.path in shown for each in (*sure, unsure))
    assert shown.count("file=a/test_") == 3


def test_a_clean_and_complete_report_annotates_nothing() -> None:
    assert render(SAMPLES["clean"], PLAIN) == ""


def test_an_incomplete_check_is_said_even_when_nothing_was_found() -> None:
    assert render(report((), completeness=INCOMPLETE), PLAIN) == (
        "::notice title=pluribus::the check is incomplete: "
        "7 files recovered, 2 files not parsed, 2 rules not run\n"
    )
