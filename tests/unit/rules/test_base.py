"""How rules put what they found into words."""

from __future__ import annotations

import pytest

from pluribus.findings import Evidence
from pluribus.rules.base import chain_evidence, quoted


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], ""),
        (["a"], "`a`"),
        (["a", "b"], "`a` and `b`"),
        (["a", "b", "c"], "`a`, `b` and `c`"),
    ],
)
def test_names_are_listed_as_in_a_sentence(names: list[str], sentence: str) -> None:
    assert quoted(names) == sentence


def test_a_way_over_several_hops_is_evidence() -> None:
    assert chain_evidence(["a.B", "c.D"]) == (Evidence("chain", "a.B -> c.D"),)


@pytest.mark.parametrize("hops", [[], ["a.B"]])
def test_a_direct_way_is_none(hops: list[str]) -> None:
    assert chain_evidence(hops) == ()
