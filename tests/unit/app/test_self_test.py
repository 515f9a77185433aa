"""A self-test finds rules that find nothing, and rules that find what is not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import pluribus.app.selection
from pluribus.app.check import CheckOptions
from pluribus.app.self_test import SelfTest, Trial, self_test
from pluribus.errors import UsageError
from pluribus.plants import ALL as PLANTS
from pluribus.rules import ALL, Subject, Violation
from tests.unit.app.judging import CLEAN, CONTRACT, written

EXAMPLE = Path(__file__).parents[3] / "examples" / "chat"


def trial(tested: SelfTest, rule: str) -> Trial:
    (found,) = [each for each in tested.trials if each.rule == rule]
    return found


def with_rule(monkeypatch: pytest.MonkeyPatch, name: str, check: object) -> None:
    """Put another check into a rule."""
    broken = tuple(
        msgspec.structs.replace(rule, check=check) if rule.name == name else rule for rule in ALL
    )
    monkeypatch.setattr(pluribus.app.selection, "ALL", broken)


def test_every_rule_is_tried_on_every_concept(tmp_path: Path) -> None:
    files = {
        **CLEAN,
        "pluribus.toml": CONTRACT + '\n[concepts.mail]\nowner = "app.mail:MAIL"\n',
    }

    tested = self_test(written(tmp_path, files), CheckOptions())

    tried = [(each.rule, each.concept) for each in tested.trials]
    assert tried == [(rule.name, name) for rule in ALL for name in ("manager", "mail")]
    assert not tested.failed


def test_the_example_shows_what_a_rule_can_find() -> None:
    tested = self_test(EXAMPLE, CheckOptions())

    found = {each.rule for each in tested.trials if each.violation == "found"}
    assert not tested.failed
    assert {plant.rule for plant in PLANTS} - found == {"awaited-sync"}


def test_nothing_is_written(tmp_path: Path) -> None:
    root = written(tmp_path, CLEAN)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}

    self_test(root, CheckOptions())

    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_what_cannot_be_planted_says_why(tmp_path: Path) -> None:
    tested = self_test(written(tmp_path, CLEAN), CheckOptions())

    missing = trial(tested, "missing-event")
    assert (missing.violation, missing.near_miss) == ("not-applicable", "not-applicable")
    assert missing.reason == "the contract declares no events"
    for each in tested.trials:
        assert each.reason or each.violation != "not-applicable"


def test_a_rule_that_finds_nothing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def blind(subject: Subject) -> Iterator[Violation]:
        return iter(())

    with_rule(monkeypatch, "legacy-import", blind)

    tested = self_test(written(tmp_path, CLEAN), CheckOptions())

    assert tested.failed
    assert trial(tested, "legacy-import").violation == "missed"
    assert "found nothing" in trial(tested, "legacy-import").reason
    assert [each.rule for each in tested.trials if each.has_failed] == ["legacy-import"]


def test_a_rule_that_finds_everything_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = next(rule for rule in ALL if rule.name == "fragmented-path")

    def greedy(subject: Subject) -> Iterator[Violation]:
        yield from original.check(subject)
        for each in subject.imports:
            yield Violation(site=each.site, message="an import", hint="", key=(each.path,))

    with_rule(monkeypatch, "fragmented-path", greedy)

    tested = self_test(written(tmp_path, CLEAN), CheckOptions())

    assert trial(tested, "fragmented-path").near_miss == "false-alarm"
    assert "an import" in trial(tested, "fragmented-path").reason


def test_a_rule_that_finds_it_in_the_wrong_line_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = next(rule for rule in ALL if rule.name == "homonym")

    def astray(subject: Subject) -> Iterator[Violation]:
        for each in original.check(subject):
            place = msgspec.structs.replace(each.site.place, line=each.site.place.line + 1)
            yield msgspec.structs.replace(each, place=place)

    with_rule(monkeypatch, "homonym", astray)

    tested = self_test(written(tmp_path, CLEAN), CheckOptions())

    assert trial(tested, "homonym").violation == "missed"


def test_rules_and_concepts_can_be_chosen(tmp_path: Path) -> None:
    root = written(tmp_path, CLEAN)

    tested = self_test(root, CheckOptions(select=("imports",), ignore=("homonym",)))

    families = {rule.name: rule.family for rule in ALL}
    assert {families[each.rule] for each in tested.trials} == {"imports"}
    assert "homonym" not in {each.rule for each in tested.trials}
    with pytest.raises(UsageError):
        self_test(root, CheckOptions(concepts=("nothing",)))


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ('[codebase]\nexclude = ["pluribus_*"]\n', "excluded by the contract"),
        ('[codebase]\ntests = ["/app/pluribus*", "/pluribus*"]\n', "a test by the contract"),
        ('[per-file-ignores]\n"**/*.py" = ["legacy-import"]\n', "the contract silences it"),
    ],
)
def test_where_nothing_can_be_planted_is_said(more: str, reason: str, tmp_path: Path) -> None:
    root = written(tmp_path, {**CLEAN, "pluribus.toml": CONTRACT + more})

    tested = self_test(root, CheckOptions(select=("legacy-import",)))

    assert trial(tested, "legacy-import").violation == "not-applicable"
    assert reason in trial(tested, "legacy-import").reason


def test_another_folder_is_taken_where_the_nearest_is_silenced(tmp_path: Path) -> None:
    more = '[per-file-ignores]\n"app/**" = ["legacy-import"]\n'
    root = written(tmp_path, {**CLEAN, "pluribus.toml": CONTRACT + more})

    tested = self_test(root, CheckOptions(select=("legacy-import",)))

    assert trial(tested, "legacy-import").violation == "found"


def test_findings_that_were_there_before_do_not_count(tmp_path: Path) -> None:
    root = written(tmp_path, {**CLEAN, "app/old.py": "from app.legacy import Manager\n"})

    tested = self_test(root, CheckOptions())

    assert not tested.failed
