"""Whatever is written as JSON fits the schema that is published for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from tests.functional.baseline_project import Accepted
from tests.functional.golden import GOLDEN, ROOT

REFERENCE: Final = ROOT / "docs" / "reference"
SAMPLES: Final = ROOT / "tests" / "reports" / "golden"
KINDS: Final = ("burndown", "conformance", "proof")
"""Samples of other things than a report are named after them."""
WRITTEN: Final = {
    **{
        path: next((kind for kind in KINDS if path.name.startswith(f"{kind}-")), "report")
        for path in sorted(SAMPLES.glob("*.json"))
    },
    GOLDEN / "chat.json": "report",
    GOLDEN / "chat-discover.json": "discovery",
    GOLDEN / "chat-fix.json": "fix",
    GOLDEN / "chat-plan.json": "plan",
}


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((REFERENCE / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_every_golden_file_fits_the_schema_of_its_kind(path: Path) -> None:
    validator(WRITTEN[path]).validate(json.loads(path.read_text("utf-8")))


def test_no_golden_json_is_left_out() -> None:
    # SARIF has a schema of its own, which tests/reports/test_sarif.py holds it to.
    assert {*GOLDEN.glob("*.json"), *SAMPLES.glob("*.json")} == set(WRITTEN)


def test_every_schema_of_what_is_written_is_strict_about_a_missing_key() -> None:
    for path, name in WRITTEN.items():
        document = json.loads(path.read_text("utf-8"))
        del document["schema_version"]

        assert not validator(name).is_valid(document)


def test_every_line_of_a_baseline_fits_its_schema(tmp_path: Path) -> None:
    accepted = Accepted.made(tmp_path)
    accepted.ran("update", "--reason", "later", "--owner", "team", "--expires", "2999-12-31")
    lines: list[Any] = [json.loads(line) for line in accepted.file.read_text().splitlines()]

    found = validator("baseline")
    for line in lines:
        found.validate(line)
    assert len(lines) == 4


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"baseline": 2, "fingerprint": 1},
        {"rule": "facade", "concept": "c", "path": "a.py", "key": [], "count": 0, "reason": "x"},
        {"rule": "facade", "concept": "c", "path": "a.py", "key": [], "count": 1, "reason": " "},
        {"rule": "facade", "concept": "c", "path": "a.py", "key": [], "count": 1},
    ],
)
def test_what_no_baseline_may_hold_does_not_fit(line: dict[str, Any]) -> None:
    assert not validator("baseline").is_valid(line)
