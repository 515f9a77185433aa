"""Whatever a report says has a page, and a name that has none is answered with one that has."""

from __future__ import annotations

import pytest

from pluribus.app.comments import SUMMARIES
from pluribus.app.explain import BASELINE, COMMENTS, page, page_names, rule_texts
from pluribus.baseline import pages
from pluribus.errors import UsageError
from pluribus.rules import ALL, FAMILIES


def test_every_rule_is_listed_with_its_family_and_a_summary() -> None:
    names = page_names()

    assert list(names) == [*(rule.name for rule in ALL), *SUMMARIES, *pages.SUMMARIES]
    assert {family for family, _ in names.values()} <= {*FAMILIES, COMMENTS, BASELINE}
    assert all(summary for _, summary in names.values())


@pytest.mark.parametrize("name", [*(rule.name for rule in ALL), *SUMMARIES, *pages.SUMMARIES])
def test_a_page_begins_with_the_name_of_what_it_explains(name: str) -> None:
    assert page(name).startswith(f"# {name}\n")


def test_a_mistyped_rule_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        page("rivl")

    assert caught.value.message == "`rivl` is neither a rule nor a family"
    assert caught.value.hint == "did you mean `rival`?"


def test_a_family_has_no_page() -> None:
    with pytest.raises(UsageError) as caught:
        page("imports")

    assert caught.value.message == "`imports` is a family of rules"
    assert caught.value.hint == "name one of its rules"


def test_what_reports_say_of_a_rule_comes_from_its_page() -> None:
    first, last = rule_texts({"unused-suppression", "dual-import", "no-such-rule"})

    assert (first.name, first.family, first.severity, first.precision) == (
        "dual-import",
        "imports",
        "error",
        "very-high",
    )
    assert first.page == page("dual-import")
    assert first.description.startswith("Finds files whose imports lead to one concept")
    assert "##" not in first.description
    assert (last.name, last.severity) == ("unused-suppression", "warning")


def test_every_page_says_what_it_does_and_how_precisely() -> None:
    for text in rule_texts(page_names()):
        assert text.description
        assert text.precision in ("very-high", "high", "medium", "low")
