"""Consolidations of real code bases, proven or not; and the history of the largest of them.

`README.md` beside this file says where the clones are expected.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from time import perf_counter

import pytest

from pluribus.adapters.counts import KeptCounts
from pluribus.adapters.history import Repository
from pluribus.app.burndown import BurndownOptions, burndown
from pluribus.app.check import CheckOptions, check
from pluribus.app.prove import ProveOptions, prove
from pluribus.findings.history import Burndown
from pluribus.findings.proof import Proof
from tests.real.test_cases import HERE, code_base
from tests.unit.app.test_burndown import exported

pytestmark = pytest.mark.real

COUNCIL_BEFORE = "9267f2c6d49cba475ab6990ad19388eced0f9f3e"
COUNCIL_MID = "2d0be24bab2e6bd4a1fc4712c23ddc6b9827a10f"
COUNCIL_AFTER = "5e50a24af07efe74fd7dd391218e2e800cb1bd04"
COUNCIL_FIXED = "bbd33edf817b15a9eec3e0cbada9c7761a34e6da"
REPORT = "da089e5d7f2f69c3bc89c75e0c130279b0a090de"
MOST_S = 300
"""A whole history by the day is to take no longer than this, on two cores."""


def proved(name: str, before: str, after: str, *accepted: str, **asked: object) -> Proof:
    return prove(
        Repository(code_base(f"{name}.git"), cache=None),
        ProveOptions(
            before=before,
            after=after,
            contract=HERE / "contracts" / f"{name}.toml",
            accepted=frozenset(accepted),  # type: ignore[arg-type] # as a test writes them
            **asked,  # type: ignore[arg-type]
        ),
        say=lambda _: None,
    )


def counts(proof: Proof, rule: str, *, files: bool = False) -> tuple[int, int]:
    found = [each for each in proof.claims if each.rule == rule]
    before = sum(each.files_before if files else each.before for each in found)
    return before, sum(each.files_after if files else each.after for each in found)


@pytest.mark.parametrize(
    ("after", "legacy", "dual", "strings"),
    [(COUNCIL_MID, 18, 5, 26), (COUNCIL_AFTER, 1, 0, 0), (COUNCIL_FIXED, 0, 0, 0)],
)
def test_the_steps_of_llm_council_are_counted(
    after: str, legacy: int, dual: int, strings: int
) -> None:
    proof = proved("llm-council", COUNCIL_BEFORE, after)

    assert counts(proof, "legacy-import", files=True) == (32, legacy)
    assert counts(proof, "dual-import", files=True) == (7, dual)
    assert counts(proof, "legacy-string") == (26, strings)


def test_what_llm_council_calls_done_is_not() -> None:
    proof = proved("llm-council", COUNCIL_BEFORE, COUNCIL_AFTER, "deleted-tests")

    assert not proof.is_proven
    assert [(each.location.path, each.location.line) for each in proof.remaining] == [
        ("src/llm_council/metadata/discovery.py", 290)
    ]


def test_a_day_later_it_is_once_its_tests_are_accounted_for() -> None:
    strict = proved("llm-council", COUNCIL_BEFORE, COUNCIL_FIXED)
    meant = proved("llm-council", COUNCIL_BEFORE, COUNCIL_FIXED, "deleted-tests", "skipped-tests")

    # Tests of the deprecated names are gone; one class of tests needs an optional package now.
    assert Counter(each.kind for each in strict.changes if each.blocks) == {
        "deleted-tests": 2,
        "skipped-tests": 1,
    }
    assert not strict.is_proven
    assert meant.is_proven


def test_taskdog_loses_its_helper_and_the_tests_of_it() -> None:
    before, after = (
        "6be9ef8be070382863b64f8e35d0d92777b3d5aa",
        "fa4ccfb731a27abe2ea2d86f62eecbad51d3555b",
    )
    proof = proved("taskdog", before, after, select=("legacy-import", "dual-import"))
    meant = proved(
        "taskdog", before, after, "deleted-tests", select=("legacy-import", "dual-import")
    )

    assert counts(proof, "dual-import") == (1, 0)
    # Two of the eight files that name the helper import its module; the owner is not there yet.
    assert counts(proof, "legacy-import", files=True) == (2, 0)
    assert [each.place for each in proof.changes if each.blocks] == [
        "packages/taskdog-server/tests/websocket/test_broadcast_helper.py"
    ]
    assert not proof.is_proven
    assert meant.is_proven


def test_websockets_is_done_but_for_the_test_of_the_alias() -> None:
    proof = proved(
        "websockets",
        "39c53fb67d6815cab0a72be03b0bba60df504831",
        "f5ea94ab818d873664ffb76274b675fe307e289b",
    )

    assert counts(proof, "legacy-import", files=True) == (8, 0)
    assert proof.is_proven


def counted(cache: Path | None, **asked: object) -> Burndown:
    root = code_base("zen.git")
    return burndown(
        Repository(root, cache=cache),
        root,
        BurndownOptions(
            contract=HERE / "contracts" / "zen.toml",
            **asked,  # type: ignore[arg-type]
        ),
        counted=lambda question: KeptCounts(cache, question),
        say=lambda _: None,
    )


def test_the_history_of_the_report_is_counted_in_time_and_kept(tmp_path: Path) -> None:
    start = perf_counter()
    cold = counted(tmp_path, revision="beta-16")
    then = perf_counter()
    warm = counted(tmp_path, revision="beta-16")

    assert then - start < MOST_S
    assert perf_counter() - then < 10
    assert warm == cold
    assert sum(point.commits for point in cold.points) > 4_000


def test_days_of_that_history_are_counted_as_their_checkouts_are(tmp_path: Path) -> None:
    burned = counted(None, revision=REPORT, since="2025-09-13")
    contract = HERE / "contracts" / "zen.toml"
    judged = [point for point in burned.points if not point.count.not_run]

    assert len(judged) == 2
    for point in judged:
        into = tmp_path / point.commit.short
        exported(code_base("zen.git"), point.commit.id, into, ":(glob)**/*.py", "*.toml")
        (into / "pluribus.toml").write_bytes(contract.read_bytes())
        found = Counter(each.rule for each in check(into, CheckOptions()).findings)
        assert {each.rule: each.production + each.tests for each in point.count.tallies} == found
