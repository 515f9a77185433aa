"""Whatever is asked for and does not exist is an error with the nearest name, never green."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.app.check import CheckOptions, check
from pluribus.app.selection import expanded, selected_rules, unknown_rule
from pluribus.errors import ContractError, UsageError
from pluribus.rules import ALL, FAMILIES
from tests.unit.app.judging import CLEAN, CONTRACT, judged, written


@pytest.mark.parametrize(
    ("options", "option"),
    [
        (CheckOptions(select=("dual-imprt",)), "--select"),
        (CheckOptions(ignore=("dual-imprt",)), "--ignore"),
        (CheckOptions(select=("rival",), ignore=("dual-imprt",)), "--ignore"),
    ],
    ids=["select", "ignore", "ignore beside a select that is right"],
)
def test_an_unknown_rule_in_an_option_is_a_usage_error_that_names_the_nearest(
    tmp_path: Path, options: CheckOptions, option: str
) -> None:
    written(tmp_path, CLEAN)

    with pytest.raises(UsageError) as caught:
        check(tmp_path, options)

    assert caught.value.message == f"{option}: `dual-imprt` is neither a rule nor a family"
    assert caught.value.hint == "did you mean `dual-import`?"


@pytest.mark.parametrize(
    ("contract", "where"),
    [
        (
            CONTRACT + '[per-file-ignores]\n"scripts/**" = ["rival", "dual-imprt"]\n',
            "per-file-ignores.scripts/**",
        ),
        (CONTRACT + '[phases.first]\nrules = ["dual-imprt"]\n', "phases.first.rules"),
        (
            CONTRACT
            + 'exempt = [{ files = ["app/*"], rules = ["dual-imprt"], reason = "tests of it" }]\n',
            "concepts.manager.exempt",
        ),
    ],
    ids=["per-file-ignores", "phases", "exempt"],
)
def test_an_unknown_rule_in_the_contract_is_an_error_that_names_the_key_and_the_nearest(
    tmp_path: Path, contract: str, where: str
) -> None:
    written(tmp_path, {**CLEAN, "pluribus.toml": contract})

    with pytest.raises(ContractError) as caught:
        judged(tmp_path, "rival")

    assert caught.value.message == (
        f"pluribus.toml: {where}: `dual-imprt` is neither a rule nor a family"
    )
    assert caught.value.hint == "did you mean `dual-import`?"


def test_a_family_is_suggested_too() -> None:
    assert unknown_rule("import") == (
        "`import` is neither a rule nor a family",
        "did you mean `imports`?",
    )


def test_a_name_like_no_other_is_sent_to_the_list_of_rules() -> None:
    assert unknown_rule("quetzalcoatl") == (
        "`quetzalcoatl` is neither a rule nor a family",
        "`pluribus explain` lists all rules",
    )


@pytest.mark.parametrize("name", [*FAMILIES, *(rule.name for rule in ALL)])
def test_every_rule_and_every_family_is_known(name: str) -> None:
    assert unknown_rule(name) is None


def test_without_a_selection_every_rule_is_run() -> None:
    assert selected_rules((), ()) == ALL


def test_a_family_stands_for_its_rules_and_no_others() -> None:
    assert expanded("implementations") == {
        "rival",
        "facade",
        "shadowed-definition",
        "clone",
        "scattered-constant",
    }
    assert expanded("rival") == {"rival"}
    assert expanded("implementation") == set()


def test_rules_and_families_are_selected_together_in_the_order_of_reports() -> None:
    rules = selected_rules(("rival", "imports"), ("homonym",))

    names = [rule.name for rule in rules]
    assert names == [
        rule.name
        for rule in ALL
        if rule.name == "rival" or (rule.family == "imports" and rule.name != "homonym")
    ]


@pytest.mark.parametrize(
    ("select", "ignore"),
    [
        (("rival",), ("rival",)),
        (("rival",), ("implementations",)),
        ((), FAMILIES),
    ],
    ids=["rule", "family", "all families"],
)
def test_that_nothing_is_left_to_run_is_an_error(
    select: tuple[str, ...], ignore: tuple[str, ...]
) -> None:
    with pytest.raises(UsageError, match="no rule is left to run"):
        selected_rules(select, ignore)


def test_one_rule_that_is_left_is_enough() -> None:
    rules = selected_rules(
        ("implementations",), ("rival", "facade", "clone", "scattered-constant")
    )

    assert [rule.name for rule in rules] == ["shadowed-definition"]


TWO = CONTRACT + '[concepts.mail]\nowner = "app.mail:MAIL"\n'


def test_an_unknown_concept_is_an_error_that_names_the_nearest(tmp_path: Path) -> None:
    written(tmp_path, {**CLEAN, "pluribus.toml": TWO})

    with pytest.raises(UsageError) as caught:
        check(tmp_path, CheckOptions(concepts=("manger",)))

    assert caught.value.message == "--concept: the contract has no concept `manger`"
    assert caught.value.hint == "did you mean `manager`?"


def test_a_concept_like_no_other_is_answered_with_those_that_exist(tmp_path: Path) -> None:
    written(tmp_path, {**CLEAN, "pluribus.toml": TWO})

    with pytest.raises(UsageError) as caught:
        check(tmp_path, CheckOptions(concepts=("xyz",)))

    assert caught.value.hint == "did you mean `mail` or `manager`?"


def test_only_the_concepts_that_are_named_are_judged(tmp_path: Path) -> None:
    written(tmp_path, {**CLEAN, "pluribus.toml": TWO})

    report = check(tmp_path, CheckOptions(concepts=("mail",)))

    assert [each.name for each in report.concepts] == ["mail"]
    assert {each.concept for each in report.findings} <= {"mail"}


def test_a_concept_that_is_not_asked_for_need_not_be_found(tmp_path: Path) -> None:
    broken = TWO.replace("app.manager:Manager", "app.manager:Gone")
    written(tmp_path, {**CLEAN, "pluribus.toml": broken})

    report = check(tmp_path, CheckOptions(concepts=("mail",)))

    assert [each.name for each in report.concepts] == ["mail"]
