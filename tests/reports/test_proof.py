"""What every page of a proof must hold, whatever was proven."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from pluribus.reports import PROOF_FORMATS, RenderOptions
from tests.reports.proofs import REFUTED, SAMPLES

SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "proof.schema.json"


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_json_fits_its_schema(sample: str) -> None:
    document = json.loads(PROOF_FORMATS["json"](SAMPLES[sample], RenderOptions()))

    jsonschema.validate(document, json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize("name", PROOF_FORMATS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_page_says_the_verdict_and_each_rule(sample: str, name: str) -> None:
    proof = SAMPLES[sample]
    text = PROOF_FORMATS[name](proof, RenderOptions())

    assert proof.verdict.split(":")[0] in text
    assert all(each.rule in text for each in proof.claims)
    assert "\x1b" not in text


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_every_page_shows_what_is_left_and_what_was_made_to_say_less(name: str) -> None:
    text = PROOF_FORMATS[name](REFUTED, RenderOptions()).replace("\\", "")

    assert "shop/a.py:290" in text
    for change in REFUTED.changes:
        assert f"{change.kind}: " in text
    assert "(accepted)" in text
    assert "(listed only)" in text
    assert name != "html" or "<b>" not in text


def test_no_limit_hides_what_counts() -> None:
    many = [change for change in REFUTED.changes if change.blocks]
    text = PROOF_FORMATS["text"](REFUTED, RenderOptions(limit=1))

    assert all(change.place in text for change in many)
