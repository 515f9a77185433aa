"""The same sources give the same bytes, and what is found keeps its name when lines move."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from pluribus.app.check import check
from pluribus.errors import OwnerNotFoundError
from pluribus.findings import Report
from pluribus.reports import FORMATS, RenderOptions
from tests.properties.concept import CONCEPT, CONTRACT, owners, using
from tests.properties.packages import trees
from tests.properties.profiles import examples
from tests.properties.resolved import write


def report_of(files: Mapping[str, str]) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), files)
        return check(Path(folder))


def as_json(report: Report) -> str:
    return FORMATS["json"](report, RenderOptions())


def ids(report: Report) -> Counter[str]:
    return Counter(each.id for each in report.findings)


@st.composite
def projects(draw: st.DrawFn) -> Mapping[str, str]:
    """The fixed concept, or any tree with one of its classes as the owner; always a contract."""
    if draw(st.booleans()):
        return {**CONCEPT, "pluribus.toml": CONTRACT}
    tree = draw(trees())
    assume(owners(tree))
    owner = draw(st.sampled_from(owners(tree)))
    contract = f'[concepts.one]\nowner = "{owner}"\nrivals = {{ names = ["?"] }}\n'
    files = {**tree.files, **using(tree), "pluribus.toml": contract}
    try:
        report_of(files)
    except OwnerNotFoundError:
        reject()  # Something deletes or replaces it.
    return files


@given(files=projects(), data=st.data())
@examples(25)
def test_the_order_in_which_files_were_made_shows_nowhere(
    files: Mapping[str, str], data: st.DataObject
) -> None:
    other = dict(data.draw(st.permutations(list(files.items()))))

    assert as_json(report_of(other)) == as_json(report_of(files))


@given(files=projects(), data=st.data())
@examples(40)
def test_moving_lines_renames_no_finding(files: Mapping[str, str], data: st.DataObject) -> None:
    above = st.sampled_from(["", "# a comment\n", "\n\n\n", "# one\n\n# two: a.b.C\n"])
    moved = {path: data.draw(above) + text for path, text in files.items()}

    assert ids(report_of(moved)) == ids(report_of(files))


@given(files=projects())
@examples(15)
def test_no_two_findings_have_one_name(files: Mapping[str, str]) -> None:
    assert [name for name, count in ids(report_of(files)).items() if count > 1] == []


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_two_processes_write_the_same_bytes(tmp_path: Path, hash_seed: str) -> None:
    write(tmp_path, {**CONCEPT, "pluribus.toml": CONTRACT})
    command = [sys.executable, "-m", "pluribus", "check", str(tmp_path), "--output-format", "json"]

    said = subprocess.run(
        command,
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        check=False,
    )

    assert said.returncode == 1
    assert said.stdout.decode() == as_json(check(tmp_path))
