"""What `check` says and exits with, for reports of every kind."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import click
import msgspec
import pytest

from pluribus.cli.check import command
from pluribus.cli.checking import Request, exit_status, summary
from pluribus.findings import Severity
from pluribus.reports import FORMATS
from tests.reports.samples import SAMPLES

CLEAN, FOUND = SAMPLES["clean"], SAMPLES["one"]
INCOMPLETE = msgspec.structs.replace(SAMPLES["incomplete"], failed=True)


def choices(name: str) -> list[str]:
    """The values that an option of `check` takes."""
    (parameter,) = [each for each in command.params if each.name == name]
    assert isinstance(parameter.type, click.Choice)
    return [str(choice) for choice in parameter.type.choices]


def test_the_options_are_those_that_the_engine_is_asked_for() -> None:
    names = {parameter.name for parameter in command.params}

    assert names == {field.name for field in fields(Request)}


def test_every_format_can_be_asked_for() -> None:
    assert choices("output_format") == list(FORMATS)


def test_every_severity_can_fail_a_check() -> None:
    assert choices("fail_on") == [severity.value for severity in Severity]


def test_findings_are_1_and_nothing_is_0() -> None:
    assert exit_status(CLEAN, exits_zero=False, requires_complete=False) == 0
    assert exit_status(FOUND, exits_zero=False, requires_complete=False) == 1
    assert exit_status(FOUND, exits_zero=True, requires_complete=False) == 0


@pytest.mark.parametrize("exits_zero", [False, True])
def test_an_incomplete_check_is_2_where_completeness_is_required(exits_zero: bool) -> None:
    assert exit_status(INCOMPLETE, exits_zero=exits_zero, requires_complete=True) == 2
    assert exit_status(INCOMPLETE, exits_zero=False, requires_complete=False) == 1
    assert exit_status(CLEAN, exits_zero=exits_zero, requires_complete=True) == 0


def test_a_check_of_nothing_is_not_complete() -> None:
    empty = msgspec.structs.replace(CLEAN, rules=())

    assert exit_status(empty, exits_zero=False, requires_complete=True) == 2


def test_the_summary_counts_and_says_where_the_report_went() -> None:
    assert summary(FOUND, None) == "failed: 1 finding (1 error) in 212 files"
    assert summary(CLEAN, Path("out.json")) == (
        "passed: 0 findings in 212 files; the report is in out.json"
    )


def test_the_summary_says_what_was_not_checked() -> None:
    assert "; incomplete: 7 files recovered" in summary(INCOMPLETE, None)
