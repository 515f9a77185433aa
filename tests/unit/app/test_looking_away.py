"""Each way to look away: what makes a check say less is no fix, and what does not is no news."""

from __future__ import annotations

from pathlib import Path

import pytest

from pluribus.errors import ContractError
from tests.functional import shop_history
from tests.unit.adapters.histories import CLEAN, CONTRACT, LEGACY, git, made
from tests.unit.app.test_prove import FIXED, RED, TESTED, counting, of_repository, proved

SILENCED = "from app.old import Owner  # pluribus: ignore[legacy-import] later\n"


def test_a_comment_is_no_fix(tmp_path: Path) -> None:
    proof = proved(tmp_path, {**FIXED, "app/b.py": SILENCED})

    assert not proof.is_proven
    assert [(each.kind, each.place) for each in counting(proof)] == [("silenced", "app/b.py")]
    assert proof.claims[0].status == "laundered"


def test_what_was_silenced_before_may_stay_so(tmp_path: Path) -> None:
    proof = proved(tmp_path, FIXED, before={**RED, "app/c.py": SILENCED})

    assert proof.is_proven


def test_an_exempt_file_that_violates_no_more_than_it_did_is_no_news(tmp_path: Path) -> None:
    exempt = 'exempt = [{ files = ["app/c.py"], rules = ["imports"], reason = "the shim" }]\n'
    before = {
        **RED,
        "pluribus.toml": CONTRACT + exempt,
        "app/c.py": f"{LEGACY}\n\ndef later():\n    {LEGACY}",
    }

    same = proved(
        tmp_path / "a", {**FIXED, "app/c.py": CLEAN + LEGACY}, before=before, select=("imports",)
    )
    more = proved(tmp_path / "b", {**FIXED, "app/d.py": SILENCED}, before=before)

    assert counting(same) == []
    assert [each.place for each in counting(more)] == ["app/d.py"]


@pytest.mark.parametrize(
    "more",
    [
        '[per-file-ignores]\n"app/b.py" = ["imports"]\n',
        '[codebase]\nexclude = ["app/b.py"]\n',
        'exempt = [{ files = ["app/b.py"], rules = ["legacy-import"], reason = "later" }]\n',
    ],
)
def test_a_contract_that_looks_away_is_no_fix(tmp_path: Path, more: str) -> None:
    proof = proved(tmp_path, {**FIXED, "app/b.py": LEGACY, "pluribus.toml": CONTRACT + more})

    assert not proof.is_proven
    assert [(each.kind, each.rule) for each in counting(proof)] == [("contract", "legacy-import")]
    assert any("app/b.py" in each.place + each.text for each in proof.changes)


def test_a_contract_that_demands_less_is_no_fix(tmp_path: Path) -> None:
    contract = CONTRACT.replace('legacy-paths = ["app.old"]\n', "")
    proof = proved(tmp_path, {"pluribus.toml": contract})

    assert not proof.is_proven
    assert "legacy-paths" in {each.place.rpartition(".")[2] for each in proof.changes}
    assert len(counting(proof)) == 1


def test_a_contract_that_demands_less_and_hides_nothing_is_listed_only(tmp_path: Path) -> None:
    contract = CONTRACT + '[codebase]\nexclude = ["nothing/**"]\n'
    proof = proved(tmp_path, {**FIXED, "pluribus.toml": contract})

    assert proof.is_proven
    assert [(each.kind, each.place, each.blocks) for each in proof.changes] == [
        ("contract", "codebase.exclude", False)
    ]


def test_a_contract_that_is_named_judges_both_revisions(tmp_path: Path) -> None:
    root = tmp_path / "work"
    outside = tmp_path / "named.toml"
    outside.write_text(CONTRACT)
    before = {name: text for name, text in RED.items() if name != "pluribus.toml"}

    proof = proved(root, FIXED, before=before, contract=outside)

    assert proof.is_proven
    assert proof.contract == "named.toml"
    with pytest.raises(ContractError, match="no contract at or above `HEAD:"):
        of_repository(root)


@pytest.mark.parametrize("place", ["app/excluded/b.py", "app/ignored/b.py"])
def test_a_file_that_is_moved_out_of_sight_is_no_fix(tmp_path: Path, place: str) -> None:
    before = {
        **RED,
        "pluribus.toml": CONTRACT + '[codebase]\nexclude = ["**/excluded/**"]\n',
        ".gitignore": "other/\n",
    }
    root = tmp_path
    made(root, [("2026-01-01T08:00", before), ("2026-01-02T08:00", FIXED)])
    (root / ".gitignore").write_text("ignored/\n")
    (root / "app/b.py").unlink()
    (root / place).parent.mkdir()
    (root / place).write_text(LEGACY)
    git(root, "add", "--force", "--all", ".", place)
    git(root, "commit", "--quiet", "-m", "out of sight", time="2026-01-03T08:00")

    proof = of_repository(root, before="HEAD~2")

    assert not proof.is_proven
    assert [(each.kind, each.place) for each in counting(proof)] == [("hidden", place)]


def test_a_copy_that_is_out_of_sight_of_what_was_fixed_is_listed_only(tmp_path: Path) -> None:
    contract = CONTRACT + '[codebase]\nexclude = ["backups/**"]\n'
    before = {**RED, "pluribus.toml": contract}

    proof = proved(tmp_path, {**FIXED, "backups/b.py": LEGACY}, before=before)

    assert proof.is_proven
    assert [(each.kind, each.place, each.blocks) for each in proof.changes] == [
        ("hidden", "backups/b.py", False)
    ]


@pytest.mark.parametrize("place", ["backups/b.py", "backups/under_another_name.py"])
def test_what_is_gone_and_lies_out_of_sight_counts(tmp_path: Path, place: str) -> None:
    contract = CONTRACT + '[codebase]\nexclude = ["backups/**"]\n'
    before = {**RED, "pluribus.toml": contract}

    proof = proved(tmp_path, {**FIXED, "app/b.py": None, place: LEGACY}, before=before)

    assert not proof.is_proven
    assert [(each.kind, each.place) for each in counting(proof)] == [("hidden", place)]


def test_a_rival_that_is_moved_among_the_tests_is_no_fix(tmp_path: Path) -> None:
    before = {
        "pluribus.toml": shop_history.CONTRACT,
        "shop/__init__.py": "",
        "shop/cart.py": shop_history.OWNER,
        "shop/basket.py": shop_history.SHIM,
        "shop/mobile.py": shop_history.RIVAL,
    }
    moved = {"tests/mobile.py": shop_history.RIVAL, "shop/mobile.py": None}

    proof = proved(tmp_path, moved, before=before, select=("rival",))

    assert [each.status for each in proof.claims] == ["laundered"]
    assert [(each.kind, each.place) for each in counting(proof)] == [("hidden", "shop/mobile.py")]


def test_what_was_out_of_sight_before_may_stay_so(tmp_path: Path) -> None:
    before = {
        **RED,
        "pluribus.toml": CONTRACT + '[codebase]\nexclude = ["backups/**"]\n',
        "backups/app/c.py": LEGACY,
    }

    assert proved(tmp_path, FIXED, before=before).is_proven


def test_tests_that_are_gone_with_what_they_said_are_no_fix(tmp_path: Path) -> None:
    proof = proved(tmp_path, {**FIXED, "tests/test_a.py": None})

    (change,) = counting(proof)
    assert not proof.is_proven
    assert (change.kind, change.place) == ("deleted-tests", "tests/test_a.py")
    assert change.text == "2 tests gone: test_a, test_b"


def test_tests_that_are_meant_to_be_gone_are_listed_all_the_same(tmp_path: Path) -> None:
    after = {**FIXED, "tests/test_a.py": None}
    proof = proved(tmp_path, after, accepted=frozenset({"deleted-tests"}))

    assert proof.is_proven
    assert [(each.blocks, each.is_accepted) for each in proof.changes] == [(True, True)]


def test_one_test_that_is_gone_counts_too(tmp_path: Path) -> None:
    proof = proved(tmp_path, {**FIXED, "tests/test_a.py": TESTED.replace("app.old", "app.owner")})

    assert [each.text for each in counting(proof)] == ["1 test gone: test_b"]


def test_a_test_under_another_name_or_in_another_file_is_not_gone(tmp_path: Path) -> None:
    here, moved = str(FIXED["tests/test_a.py"]).split("\n\n\ndef test_b")
    after = {
        **FIXED,
        "tests/test_a.py": here.replace("test_a", "test_alpha") + "\n",
        "tests/test_b.py": f"{CLEAN}\n\ndef test_b{moved}",
    }

    proof = proved(tmp_path, after)

    assert proof.is_proven
    assert proof.changes == ()


def test_tests_of_other_things_that_are_gone_are_listed_only(tmp_path: Path) -> None:
    before = {**RED, "tests/test_other.py": "def test_other(): assert 1\n"}

    proof = proved(tmp_path, {**FIXED, "tests/test_other.py": None}, before=before)

    assert proof.is_proven
    assert [(each.kind, each.blocks) for each in proof.changes] == [("deleted-tests", False)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def test_b", "@pytest.mark.skip\ndef test_b"),
        ("def test_b", "@pytest.mark.xfail(reason='x')\ndef test_b"),
        ("def test_b", "@unittest.skipIf(True, 'x')\ndef test_b"),
        ("assert Owner()", "pytest.skip('x')"),
        ("assert Owner()", "raise unittest.SkipTest('x')"),
        ("from app.owner", "pytestmark = pytest.mark.skip\nfrom app.owner"),
        ("from app.owner", "pytestmark = [pytest.mark.skipif(1, reason='x')]\nfrom app.owner"),
        ("from app.owner", "pytest.skip('x', allow_module_level=True)\nfrom app.owner"),
    ],
)
def test_a_test_that_is_skipped_now_counts(tmp_path: Path, old: str, new: str) -> None:
    text = str(FIXED["tests/test_a.py"]).replace(old, new)
    proof = proved(tmp_path, {**FIXED, "tests/test_a.py": text})

    (change,) = counting(proof)
    assert (change.kind, change.place) == ("skipped-tests", "tests/test_a.py")
    assert "test_b" in change.text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def test_b", "@pytest.mark.skip(reason='x')\ndef test_b"),
        ("from app.owner", "needs = pytest.mark.skipif(1, reason='x')\nfrom app.owner"),
    ],
)
def test_a_marker_is_held_against_no_test_that_it_is_not_put_on(
    tmp_path: Path, old: str, new: str
) -> None:
    text = str(FIXED["tests/test_a.py"]).replace(old, new)
    proof = proved(tmp_path, {**FIXED, "tests/test_a.py": text})

    assert all("test_a," not in each.text and "2 tests" not in each.text for each in proof.changes)
    assert proof.is_proven == new.startswith("needs")


def test_a_test_that_is_emptied_counts(tmp_path: Path) -> None:
    text = str(FIXED["tests/test_a.py"]).replace("assert Owner()", "pass")
    proof = proved(tmp_path, {**FIXED, "tests/test_a.py": text})

    assert [each.text for each in counting(proof)] == ["1 test emptied: test_b"]


def test_a_test_that_was_skipped_already_and_one_that_is_no_more_is_no_news(
    tmp_path: Path,
) -> None:
    marked = str(RED["tests/test_a.py"]).replace("def test_b", "@pytest.mark.skip\ndef test_b")
    unmarked = str(FIXED["tests/test_a.py"])

    still = proved(
        tmp_path / "still",
        {**FIXED, "tests/test_a.py": marked.replace("app.old", "app.owner")},
        before={**RED, "tests/test_a.py": marked},
    )
    again = proved(
        tmp_path / "again",
        {**FIXED, "tests/test_a.py": unmarked},
        before={**RED, "tests/test_a.py": marked},
    )

    assert still.changes == again.changes == ()


def test_a_file_that_cannot_be_read_any_more_is_no_fix(tmp_path: Path) -> None:
    proof = proved(tmp_path, {**FIXED, "app/b.py": "def broken(:\n"})

    assert [(each.kind, each.place) for each in counting(proof)] == [("unreadable", "app/b.py")]
