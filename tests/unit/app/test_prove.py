"""Proofs between revisions that git itself has made: honest ones, and each way to look away."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pluribus.adapters.history import Repository
from pluribus.app.check import CheckOptions, check
from pluribus.app.prove import ProveOptions, prove
from pluribus.errors import ContractError, FactsError
from pluribus.findings.proof import Change, Proof
from tests.unit.adapters.histories import CLEAN, CONTRACT, LEGACY, START, git, made
from tests.unit.app.test_burndown import of_checkouts

TESTED = "from app.old import Owner\n\n\ndef test_a():\n    assert Owner\n"
RED: Mapping[str, str | None] = {
    **START,
    "app/old.py": "from app.owner import Owner as Owner\n\nOLD = 1\n",
    "app/b.py": LEGACY,
    "tests/test_a.py": f"{TESTED}\n\ndef test_b():\n    assert Owner()\n",
}
"""Three legacy imports, one of them in a test file with two tests."""
FIXED: Mapping[str, str | None] = {
    "app/a.py": CLEAN,
    "app/b.py": CLEAN,
    "tests/test_a.py": str(RED["tests/test_a.py"]).replace("app.old", "app.owner"),
}
RULE = ("legacy-import",)


def proved(
    root: Path,
    after: Mapping[str, str | None],
    *,
    before: Mapping[str, str | None] = RED,
    **asked: object,
) -> Proof:
    """What comes of one change, for legacy imports alone unless told otherwise."""
    made(root, [("2026-01-01T08:00", before), ("2026-01-02T08:00", after)])
    return of_repository(root, **asked)


def of_repository(root: Path, **asked: object) -> Proof:
    options = ProveOptions(
        **{"before": "HEAD~1", "after": "HEAD", "select": RULE, **asked}  # type: ignore[arg-type] # as a test writes them
    )
    return prove(Repository(root, cache=None), options, say=lambda _: None)


def counting(proof: Proof) -> list[Change]:
    return [each for each in proof.changes if each.blocks]


def test_what_was_red_and_is_fixed_is_proven(tmp_path: Path) -> None:
    proof = proved(tmp_path, FIXED)

    (claim,) = proof.claims
    assert proof.is_proven
    assert (claim.status, claim.before, claim.after) == ("proven", 3, 0)
    assert (claim.files_before, claim.files_after, claim.fixed, claim.deleted) == (3, 0, 3, 0)
    assert (claim.planted, claim.restored) == ("found", "found")
    assert [each.location.path for each in proof.gone] == [
        "app/a.py",
        "app/b.py",
        "tests/test_a.py",
    ]
    assert (proof.changes, proof.remaining, proof.new) == ((), (), ())


def test_code_that_is_gone_with_its_file_is_said_to_be_gone(tmp_path: Path) -> None:
    proof = proved(tmp_path, {**FIXED, "app/b.py": None})

    assert proof.is_proven
    assert (proof.claims[0].fixed, proof.claims[0].deleted) == (2, 1)


def test_what_is_left_is_shown_and_nothing_is_proven(tmp_path: Path) -> None:
    proof = proved(tmp_path, {**FIXED, "app/b.py": f"\n\n{LEGACY}"})

    assert not proof.is_proven
    assert proof.verdict == "not proven: 1 left"
    assert proof.claims[0].status == "remains"
    assert [(each.location.path, each.location.line) for each in proof.remaining] == [
        ("app/b.py", 3)
    ]


def test_what_is_new_is_told_apart_from_what_is_left(tmp_path: Path) -> None:
    proof = proved(tmp_path, {**FIXED, "app/c.py": LEGACY})

    assert not proof.is_proven
    assert [each.location.path for each in proof.new] == ["app/c.py"]
    assert proof.remaining == ()


def test_where_nothing_was_red_nothing_is_proven(tmp_path: Path) -> None:
    proof = proved(tmp_path, {"README": "words"}, before={**RED, **FIXED})

    assert not proof.is_proven
    assert proof.verdict == "nothing is proven: the first revision is green"


def test_what_a_baseline_accepts_more_is_listed_and_changes_nothing(tmp_path: Path) -> None:
    entry = (
        '{"baseline":1,"fingerprint":1}\n'
        '{"rule":"legacy-import","concept":"one","path":"app/b.py",'
        '"key":["app/b.py","","app.old","Owner"],"count":1,"reason":"later"}\n'
    )
    proof = proved(tmp_path, {**FIXED, "app/b.py": LEGACY, ".pluribus/baseline.jsonl": entry})

    assert not proof.is_proven
    assert proof.verdict == "not proven: 1 left"
    assert [(each.kind, each.blocks) for each in proof.changes] == [("baseline", False)]


def test_an_owner_that_the_consolidation_made_is_proven_as_far_as_it_can_be(
    tmp_path: Path,
) -> None:
    before = {
        "pluribus.toml": CONTRACT,
        "app/__init__.py": "",
        "app/old.py": "class Owner: ...\n",
        "app/a.py": LEGACY,
    }
    after = {"app/owner.py": "class Owner: ...\n", "app/old.py": None, "app/a.py": CLEAN}

    proof = proved(tmp_path, after, before=before, select=("imports",))

    assert proof.is_proven
    assert [(each.rule, each.before, each.after) for each in proof.claims] == [
        ("legacy-import", 1, 0)
    ]
    assert "`app.owner:Owner` is not defined" in proof.not_run_before[0].reason


def test_a_contract_that_does_not_fit_the_second_revision_judges_nothing(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"HEAD: concept `one`: owner `app.owner:Owner`"):
        proved(tmp_path, {**FIXED, "app/owner.py": ""})


def test_a_file_that_the_repository_lacks_judges_nothing(tmp_path: Path) -> None:
    made(tmp_path, [("2026-01-01T08:00", RED), ("2026-01-02T08:00", FIXED)])
    blob = git(tmp_path, "rev-parse", "HEAD:tests/test_a.py")
    (tmp_path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    with pytest.raises(
        FactsError, match=r"HEAD: `tests/test_a.py` cannot be read: its content is missing"
    ):
        of_repository(tmp_path)


def test_of_revisions_that_do_not_follow_each_other_it_is_said(tmp_path: Path) -> None:
    made(tmp_path, [("2026-01-01T08:00", RED), ("2026-01-02T08:00", FIXED)])

    back = of_repository(tmp_path, before="HEAD", after="HEAD~1")

    assert not back.is_ancestor
    assert "does not build on" in back.notes[0]
    assert back.verdict.startswith("nothing is proven")


def test_the_counts_are_those_of_checks_of_checkouts(tmp_path: Path) -> None:
    after = {**FIXED, "app/b.py": None, "app/c.py": "import app.old\n"}
    proof = proved(tmp_path / "work", after, select=())

    of_before, of_after = of_checkouts(tmp_path / "work", ["HEAD~1", "HEAD"], tmp_path / "out")

    rules = {each.rule for each in proof.claims}
    assert rules == {*of_before, *of_after}
    assert {each.rule: each.before for each in proof.claims} == {
        rule: of_before[rule] for rule in rules
    }
    assert {each.rule: each.after for each in proof.claims} == {
        rule: of_after[rule] for rule in rules
    }
    findings = check(tmp_path / "out" / "1", CheckOptions()).findings
    ids = sorted(each.id for each in findings)
    assert sorted(each.id for each in (*proof.remaining, *proof.new)) == ids
