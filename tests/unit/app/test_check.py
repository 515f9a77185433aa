"""A check: what it filters, when it fails, how its findings are named."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from pluribus.app.check import CheckOptions, check
from pluribus.errors import ContractError, FactsError, UsageError
from pluribus.findings import Report, Severity
from pluribus.rules import ALL
from tests.unit.app.judging import CLEAN, CONTRACT, LEGACY, judged, places, written

CHAT = Path(__file__).parents[3] / "examples" / "chat"


@pytest.fixture
def legacy(tmp_path: Path) -> Path:
    """A module and a test that import through a legacy path."""
    return written(tmp_path, LEGACY)


def only(root: Path, *globs: str) -> Report:
    return check(root, CheckOptions(select=("legacy-import",), only=globs))


def test_nothing_is_found_in_a_code_base_that_has_one_of_each(tmp_path: Path) -> None:
    report = judged(written(tmp_path, CLEAN))

    assert report.findings == ()
    assert not report.failed
    assert report.rules == tuple(rule.name for rule in ALL)


def test_a_glob_filters_the_report_and_says_how_much_it_hides(legacy: Path) -> None:
    report = only(legacy, "tests/**")

    assert places(report.findings) == [("legacy-import", "tests/test_chat.py", 1)]
    assert report.hidden == 1
    assert report.failed


def test_a_glob_leaves_the_facts_alone(legacy: Path) -> None:
    whole = judged(legacy, "legacy-import")
    part = only(legacy, "app/chat.py")

    assert part.findings == whole.findings[:1]
    assert part.concepts == whole.concepts
    assert part.completeness == whole.completeness


def test_several_globs_show_what_any_of_them_matches(legacy: Path) -> None:
    report = only(legacy, "tests/**", "app/chat.py")

    assert len(report.findings) == 2
    assert report.hidden == 0


def test_a_filter_that_shows_nothing_does_not_fail_and_still_counts(legacy: Path) -> None:
    report = only(legacy, "app/mail.py")

    assert report.findings == ()
    assert report.hidden == 2
    assert report.tallies == ()
    assert not report.failed


def test_a_glob_that_matches_no_file_is_an_error(legacy: Path) -> None:
    with pytest.raises(UsageError) as caught:
        only(legacy, "app/**", "ap/**")

    assert caught.value.message == "--only: no file matches `ap/**`"
    assert caught.value.hint == "`pluribus files` lists the files"


def test_a_malformed_glob_is_an_error_that_names_it(legacy: Path) -> None:
    with pytest.raises(FactsError, match=r"`app/\[` is no glob"):
        only(legacy, "app/[")


def changed(root: Path, *paths: str) -> Report:
    options = CheckOptions(select=("dual-import",), changed=frozenset(paths))
    return check(root, options)


@pytest.fixture
def dual(tmp_path: Path) -> Path:
    """Two files that each import through two modules."""
    twice = "from app.manager import Manager\nfrom app.legacy import Manager as Old\n"
    return written(tmp_path, {**LEGACY, "app/chat.py": twice, "app/push.py": twice})


def test_only_the_findings_of_changed_files_are_shown(dual: Path) -> None:
    report = changed(dual, "app/push.py", "app/mail.py")

    assert [each.location.path for each in report.findings] == ["app/push.py"]
    assert report.hidden == 1


def test_that_nothing_changed_hides_everything_and_is_no_error(dual: Path) -> None:
    report = changed(dual)

    assert report.findings == ()
    assert report.hidden == 2
    assert not report.failed


def test_a_finding_is_shown_when_a_place_that_it_is_related_to_changed() -> None:
    owner = "chat/realtime/manager.py"

    report = check(CHAT, CheckOptions(select=("rival",), changed=frozenset({owner})))

    shown = report.findings
    assert shown
    assert all(each.location.path != owner for each in shown)
    assert all(owner in {place.path for place in each.related} for each in shown)


@pytest.mark.parametrize(
    ("threshold", "fails"),
    [(Severity.NOTE, True), (Severity.WARNING, True), (Severity.ERROR, False)],
)
def test_a_warning_fails_at_or_above_the_threshold(
    legacy: Path, threshold: Severity, fails: bool
) -> None:
    report = check(legacy, CheckOptions(select=("legacy-import",), fail_on=threshold))

    assert {each.severity for each in report.findings} == {Severity.WARNING}
    assert report.failed is fails


def test_an_error_fails_at_every_threshold(dual: Path) -> None:
    report = check(dual, CheckOptions(select=("dual-import",), fail_on=Severity.ERROR))

    assert {each.severity for each in report.findings} == {Severity.ERROR}
    assert report.failed


def test_by_default_a_finding_is_in_the_phase_of_its_family(legacy: Path) -> None:
    report = judged(legacy, "legacy-import")

    assert report.phases == ("imports", "implementations", "interfaces", "isolation", "delivery")
    assert {each.phase for each in report.findings} == {"imports"}
    assert {each.phase for each in report.tallies} == {"imports"}


def test_declared_phases_replace_the_default_ones(legacy: Path) -> None:
    phases = (
        '[phases.first]\nrules = ["legacy-import"]\n'
        '[phases.second]\nrules = ["imports", "implementations"]\n'
    )
    written(legacy, {"pluribus.toml": CONTRACT + phases})
    written(legacy, {"app/push.py": "from app.manager import Manager\nimport app.legacy\n"})

    report = judged(legacy)

    assert report.phases == ("first", "second")
    phase_of = {each.rule: each.phase for each in report.findings}
    assert phase_of["legacy-import"] == "first"
    assert phase_of["dual-import"] == "second"


def test_a_rule_that_no_declared_phase_holds_is_in_none(legacy: Path) -> None:
    written(legacy, {"pluribus.toml": CONTRACT + '[phases.only]\nrules = ["rival"]\n'})

    report = judged(legacy, "legacy-import")

    assert {each.phase for each in report.findings} == {""}


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    """The example application, to be changed."""
    ignored = shutil.ignore_patterns("__pycache__", ".*")
    return Path(shutil.copytree(CHAT, tmp_path / "chat", ignore=ignored))


def ids(report: Report) -> set[str]:
    return {each.id for each in report.findings}


def test_every_finding_of_a_report_has_an_id_of_its_own() -> None:
    report = check(CHAT)

    assert len(report.findings) > 20
    assert len(ids(report)) == len(report.findings)
    assert all(each.id.startswith(f"{each.rule}:") for each in report.findings)


def test_two_findings_in_one_file_with_one_key_have_two_ids(tmp_path: Path) -> None:
    again = (
        "def one():\n    from app.legacy import Manager\n    return Manager\n\n"
        "def two():\n    from app.legacy import Manager\n    return Manager\n"
    )
    report = judged(written(tmp_path, {**LEGACY, "app/chat.py": again}), "legacy-import")

    assert len(report.findings) == 3
    assert len(ids(report)) == 3


def test_ids_stay_when_lines_move(chat: Path) -> None:
    before = check(chat)

    for path in chat.rglob("*.py"):
        path.write_text("# One line.\n\n\n" + path.read_text("utf-8"), encoding="utf-8")
    after = check(chat)

    assert ids(before)
    assert ids(after) == ids(before)
    assert places(after.findings) != places(before.findings)


@pytest.mark.parametrize("name", ["chat/aaa.py", "chat/zzz.py", "aaa.py", "tests/zzz.py"])
def test_ids_stay_when_files_are_added(chat: Path, name: str) -> None:
    before = check(chat)

    text = (
        "from chat.realtime.manager import WebSocketManager\n"
        "from chat.ws.manager import WebSocketManager as Old\n"
        "from chat.dependencies import SocketManager\n"
        "import chat.ws.metrics\n"
        "NAME = 'chat.ws.factory'\nMADE = WebSocketManager()\n"
    )
    (chat / name).write_text(text)
    after = check(chat)

    assert ids(before) < ids(after)


def test_ids_are_the_same_from_another_folder(tmp_path: Path) -> None:
    one = judged(written(tmp_path / "one", LEGACY))
    two = judged(written(tmp_path / "two", LEGACY))

    assert one == two


def test_the_same_mistake_in_another_file_or_of_another_name_has_another_id(
    tmp_path: Path,
) -> None:
    shim = "from app.manager import Manager as Manager\n\nLIMIT = 1\n"
    both = "from app.legacy import LIMIT\nfrom app.legacy import Manager\n"
    files = {**LEGACY, "app/legacy.py": shim, "app/chat.py": both, "app/push.py": both}

    report = judged(written(tmp_path, files), "legacy-import")

    assert len(report.findings) == 5
    assert len(ids(report)) == 5


def test_tallies_agree_with_the_findings() -> None:
    report = check(CHAT)

    counted = Counter(
        (each.concept, each.phase, each.rule, each.in_tests) for each in report.findings
    )
    for tally in report.tallies:
        key = (tally.concept, tally.phase, tally.rule)
        same = [each for each in report.findings if (each.concept, each.phase, each.rule) == key]
        assert tally.production == counted[(*key, False)]
        assert tally.tests == counted[(*key, True)]
        assert tally.files == len({each.location.path for each in same})
        assert tally.severity == max((each.severity for each in same), key=lambda each: each.rank)
    assert sum(each.production + each.tests for each in report.tallies) == len(report.findings)


def test_findings_in_tests_are_counted_apart(legacy: Path) -> None:
    report = judged(legacy, "legacy-import")

    assert [(each.location.path, each.in_tests) for each in report.findings] == [
        ("app/chat.py", False),
        ("tests/test_chat.py", True),
    ]
    assert [(each.production, each.tests, each.files) for each in report.tallies] == [(1, 1, 2)]


def test_findings_are_sorted_by_concept_and_place() -> None:
    report = check(CHAT)

    assert list(report.findings) == sorted(report.findings, key=lambda each: each.order)


def test_a_contract_elsewhere_can_be_named(legacy: Path) -> None:
    other = legacy / "other.toml"
    other.write_text('[concepts.mail]\nowner = "app.mail:MAIL"\n')

    report = check(legacy, CheckOptions(contract=other))

    assert [each.name for each in report.concepts] == ["mail"]


def test_a_contract_is_needed(tmp_path: Path) -> None:
    written(tmp_path, {"app.py": ""})

    with pytest.raises(ContractError, match="no contract at or above"):
        check(tmp_path)


def test_a_tree_without_python_files_is_an_error(tmp_path: Path) -> None:
    written(tmp_path, {"pluribus.toml": CONTRACT, "read.me": ""})

    with pytest.raises(UsageError, match="no Python file is selected"):
        check(tmp_path)


def test_a_tree_of_which_everything_is_excluded_is_an_error(tmp_path: Path) -> None:
    contract = '[codebase]\nexclude = ["*.py"]\n\n' + CONTRACT
    written(tmp_path, {**CLEAN, "pluribus.toml": contract})

    with pytest.raises(UsageError, match="no Python file is selected"):
        check(tmp_path)


def test_a_file_instead_of_a_folder_is_an_error(legacy: Path) -> None:
    with pytest.raises((FactsError, UsageError, ContractError)):
        check(legacy / "app" / "chat.py", CheckOptions(contract=legacy / "pluribus.toml"))


def test_progress_is_told_in_steps(legacy: Path) -> None:
    steps: list[str] = []

    check(legacy, progress=steps.append)

    assert steps == ["reading", "judging manager", "reporting"]
