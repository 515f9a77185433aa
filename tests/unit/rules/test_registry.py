"""Each rule has a name of its own, a family, and a page beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pluribus.rules
from pluribus.rules import ALL, FAMILIES, Rule

FOLDER = Path(pluribus.rules.__file__).parent

each_rule = pytest.mark.parametrize("rule", ALL, ids=[rule.name for rule in ALL])


def test_no_two_rules_and_no_rule_and_family_share_a_name() -> None:
    names = [*FAMILIES, *(rule.name for rule in ALL)]

    assert len(names) == len(set(names))


def test_rules_are_listed_family_by_family() -> None:
    families = [rule.family for rule in ALL]

    assert families == sorted(families, key=FAMILIES.index)


@each_rule
def test_a_rule_is_called_like_its_file_and_its_page(rule: Rule) -> None:
    stem = rule.name.replace("-", "_")

    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert (FOLDER / rule.family / f"{stem}.py").is_file()
    assert (FOLDER / rule.family / f"{stem}.md").is_file()


@each_rule
def test_a_summary_is_a_phrase_without_a_full_stop(rule: Rule) -> None:
    assert rule.summary
    assert not rule.summary.endswith(".")
    assert "\n" not in rule.summary


def test_every_page_belongs_to_a_rule() -> None:
    pages = {path.stem.replace("_", "-") for path in FOLDER.glob("*/*.md")}

    assert pages == {rule.name for rule in ALL}
