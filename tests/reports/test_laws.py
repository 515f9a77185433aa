"""Laws that hold of any report, however odd its strings are."""

from __future__ import annotations

import re
from dataclasses import replace

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pluribus.findings import Report
from pluribus.reports import FORMATS, RenderOptions
from pluribus.reports.json import JsonReport, document, schema
from pluribus.reports.wording import place
from tests.reports.samples import SAMPLES
from tests.reports.strategies import reports

PLAIN = RenderOptions()
VALIDATOR = jsonschema.Draft202012Validator(msgspec.json.decode(schema()))

options = st.builds(
    RenderOptions,
    color=st.booleans(),
    statistics=st.booleans(),
    paths=st.booleans(),
    width=st.none() | st.integers(1, 100),
    limit=st.none() | st.integers(0, 5),
)


@pytest.mark.parametrize("name", FORMATS)
@given(report=reports, options=options)
@settings(deadline=None)
def test_any_report_is_drawn_and_drawn_the_same_again(
    name: str, report: Report, options: RenderOptions
) -> None:
    shown = FORMATS[name](report, options)

    assert shown == FORMATS[name](report, options)
    assert shown == "" or shown.endswith("\n")
    shown.encode()


@pytest.mark.parametrize("name", FORMATS)
def test_the_order_in_which_findings_were_met_shows_nowhere(name: str) -> None:
    report = SAMPLES["many"]
    reordered = msgspec.structs.replace(
        report, findings=report.findings[::-1], tallies=report.tallies[::-1]
    )

    assert FORMATS[name](reordered, PLAIN) == FORMATS[name](report, PLAIN)


@pytest.mark.parametrize("name", ["text", "concise"])
@given(report=reports, options=options)
@settings(deadline=None)
def test_colour_adds_no_words(name: str, report: Report, options: RenderOptions) -> None:
    colored = FORMATS[name](report, replace(options, color=True))
    plain = FORMATS[name](report, replace(options, color=False))

    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


@given(report=reports)
@settings(deadline=None)
def test_text_lists_the_place_of_every_finding(report: Report) -> None:
    lines = FORMATS["text"](report, PLAIN).splitlines()

    arrows = [line for line in lines if line.startswith("  --> ")]
    assert len(arrows) == len(report.findings)
    for finding in report.findings:
        assert any(line.startswith(f"  --> {place(finding.location)}") for line in arrows)


@given(report=reports)
@settings(deadline=None)
def test_text_has_no_trailing_spaces_and_ends_with_its_verdict(report: Report) -> None:
    lines = FORMATS["text"](report, PLAIN).splitlines()

    assert [line for line in lines if line.rstrip(" ") != line] == []
    assert lines[-1].startswith("failed: " if report.failed else "passed: ")


@given(report=reports)
@settings(deadline=None)
def test_concise_has_one_line_a_finding_and_one_that_counts(report: Report) -> None:
    lines = FORMATS["concise"](report, PLAIN).splitlines()

    assert len(lines) == len(report.findings) + 1


@given(report=reports)
@settings(deadline=None)
def test_github_gets_one_command_a_line(report: Report) -> None:
    lines = FORMATS["github"](report, PLAIN).split("\n")

    assert lines.pop() == ""
    assert all(re.match(r"::(error|warning|notice) [^\r\n]*::[^\r\n]*\Z", each) for each in lines)
    assert len(lines) <= min(len(report.findings), 29) + 1


@given(report=reports)
@settings(deadline=None)
def test_json_is_valid_and_is_read_back_whole(report: Report) -> None:
    written = FORMATS["json"](report, PLAIN)

    VALIDATOR.validate(msgspec.json.decode(written))
    assert msgspec.json.decode(written, type=JsonReport) == document(report)
