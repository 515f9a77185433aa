"""Who follows a plan, one step at a time, never has an import that does not work."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
from hypothesis import assume, event, given

from pluribus.adapters.editing import read_editable
from pluribus.app.options import CheckOptions
from pluribus.app.plan import PlanOptions, plan
from pluribus.findings.plan import Plan
from tests.properties import fragmented
from tests.properties.profiles import examples
from tests.properties.resolved import write

_ORACLE = Path(__file__).parent / "oracles" / "importing_afresh.py"


class Oracle:
    """Python, asked whether every module can be imported."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(_ORACLE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def problems(self, files: Mapping[str, str]) -> dict[str, str]:
        """What is wrong with which module of a tree."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), files)
            asked = {"root": folder, "modules": fragmented.modules(files)}
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            answer: dict[str, str] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    found = Oracle()
    yield found
    found.close()


def planned(files: Mapping[str, str]) -> Plan:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), files)
        asked = PlanOptions(gate=lambda phase: phase, read=partial(read_editable, Path(folder)))
        return plan(Path(folder), CheckOptions(), asked)


@examples(25)
@given(files=fragmented.packages())
def test_no_step_breaks_an_import(files: dict[str, str], oracle: Oracle) -> None:
    assume(not oracle.problems(files))

    steps = planned(files).steps

    event(f"{len(steps)} steps")
    for step in steps:
        files = fragmented.done(files, step)
        assert oracle.problems(files) == {}, step


@examples(25)
@given(files=fragmented.packages())
def test_who_has_followed_a_plan_has_no_path_left_to_follow(files: dict[str, str]) -> None:
    for step in planned(files).steps:
        files = fragmented.done(files, step)

    again = planned(files)

    ways = [each for each in again.steps if each.kind in ("offer", "import", "string")]
    assert ways == []


@examples(25)
@given(files=fragmented.packages())
def test_every_finding_is_in_one_step_and_in_one_only(files: dict[str, str]) -> None:
    found = planned(files)

    assert sum(sum(each.rules.values()) for each in found.steps) == sum(
        each.now for each in found.phases
    )
    assert all(sum(each.rules.values()) == each.work.total for each in found.steps)


@examples(25)
@given(files=fragmented.packages())
def test_a_step_comes_after_all_that_it_needs(files: dict[str, str]) -> None:
    steps = planned(files).steps

    assert [each.number for each in steps] == [*range(1, len(steps) + 1)]
    assert all(before < each.number for each in steps for before in each.after)
