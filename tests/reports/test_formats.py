"""Every sample in every format, as people have read and accepted it."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import msgspec
import pytest

from pluribus.reports.json import JsonReport, schema
from tests.reports.golden import GOLDEN, SCHEMA, expected
from tests.reports.samples import SAMPLES

EXPECTED = expected()


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.name)
def test_a_format_writes_what_its_golden_file_holds(path: Path) -> None:
    assert EXPECTED[path] == path.read_bytes().decode()


def test_each_golden_file_belongs_to_a_sample() -> None:
    assert set(GOLDEN.iterdir()) <= set(EXPECTED)


def test_the_published_schema_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(msgspec.json.decode(SCHEMA.read_bytes()))


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_json_of_a_sample_is_valid_and_means_the_same_when_read(sample: str) -> None:
    written = EXPECTED[GOLDEN / f"{sample}.json"]

    jsonschema.validate(msgspec.json.decode(written), msgspec.json.decode(schema()))
    read = msgspec.json.decode(written, type=JsonReport, strict=True)
    assert len(read.findings) == len(SAMPLES[sample].findings)
    assert read.completeness.is_complete == SAMPLES[sample].completeness.is_complete


def test_the_schema_refuses_a_place_before_the_first_line() -> None:
    broken = msgspec.json.decode(EXPECTED[GOLDEN / "one.json"])
    broken["findings"][0]["location"]["line"] = 0

    with pytest.raises(jsonschema.ValidationError, match="minimum"):
        jsonschema.validate(broken, msgspec.json.decode(schema()))
