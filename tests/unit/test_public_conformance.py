"""What others build on of `pluribus conform`. A change here is a change for users, too."""

from __future__ import annotations

from pluribus.conformance.properties import PROPERTIES
from pluribus.findings.conformance import CONFORMANCE_SCHEMA_VERSION, Outcome
from pluribus.reports import CONFORMANCE_FORMATS, TRIAL_FORMATS

PROPERTY_NAMES = (
    "A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 "
    "B1 B2 B3 B4 B5 B6 B7 B8 B9 B10 B11 B12 B13 B14 B15 "
    "C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12 C13 "
    "D1 D2 D3 D4 D5 D6 D7 D8 D9 D10 D11 D12 D13 D14 D15 "
    "E1 E2 E3 E4 E5 E6 E7 E8 E9 E10 E11 E12 E13 "
    "F1 F2 F3 F4 F5 F6 F7 F8 "
    "G1 G2 G3 G4 G5 G6 G7 G8 G9 G10 "
    "H1 H2 H3 H4 H5 H6 H7 H8 H9 H10 "
    "I1 I2 I3 I4 I5"
).split()


def test_these_are_the_formats() -> None:
    assert list(CONFORMANCE_FORMATS) == ["text", "json", "junit", "sarif", "markdown", "html"]
    assert list(TRIAL_FORMATS) == ["text", "json", "markdown"]


def test_a_reader_of_json_is_told_when_it_changes() -> None:
    assert CONFORMANCE_SCHEMA_VERSION == 1


def test_these_are_the_outcomes_the_worst_first() -> None:
    assert [str(each) for each in Outcome] == [
        "FAIL",
        "ERROR",
        "NOT_EXERCISED",
        "PASS",
        "DECLINED",
    ]


def test_these_are_the_properties_in_the_order_of_reports() -> None:
    assert [each.name for each in PROPERTIES] == PROPERTY_NAMES
