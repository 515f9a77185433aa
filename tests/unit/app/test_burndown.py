"""Counts over histories that git itself has made."""

from __future__ import annotations

import io
import random
import tarfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pluribus.adapters.counts import KeptCounts
from pluribus.adapters.git_program import ask
from pluribus.adapters.history import Repository
from pluribus.app.burndown import BurndownOptions, burndown
from pluribus.app.check import CheckOptions, check
from pluribus.errors import UsageError
from pluribus.findings.history import Burndown, Count
from tests.unit.adapters.histories import CLEAN, LEGACY, START, Change, git, made

WEEK: Sequence[Change] = (
    ("2026-01-01T08:00", START),
    ("2026-01-01T09:00", {"app/b.py": LEGACY}),
    ("2026-01-02T08:00", {"app/c.py": LEGACY, "README": "words"}),
    ("2026-01-02T09:00", {"README": "more words"}),
    ("2026-01-05T23:59", {"app/b.py": CLEAN, "app/d.py": LEGACY}),
    ("2026-01-06T00:00", {"app/a.py": CLEAN, "app/c.py": None, "app/d.py": CLEAN}),
)


def counted(root: Path, cache: Path | None = None, **asked: object) -> Burndown:
    options = BurndownOptions(**asked)  # type: ignore[arg-type] # as a test writes them
    return burndown(
        Repository(root, cache=cache),
        root,
        options,
        counted=lambda question: KeptCounts(cache, question),
        say=lambda _: None,
    )


def legacy(burned: Burndown) -> list[int]:
    return [total(point.count, "legacy-import") for point in burned.points]


def total(count: Count, rule: str) -> int:
    return sum(each.production + each.tests for each in count.tallies if each.rule == rule)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made(tmp_path / "work", WEEK)
    return tmp_path / "work"


@pytest.mark.parametrize(
    ("every", "counts", "commits"),
    [
        ("commit", [1, 2, 3, 3, 3, 0], [1, 1, 1, 1, 1, 1]),
        ("day", [2, 3, 3, 0], [2, 2, 1, 1]),
        ("week", [3, 0], [4, 2]),
    ],
)
def test_the_last_commit_of_each_period_is_counted(
    root: Path, every: str, counts: list[int], commits: list[int]
) -> None:
    burned = counted(root, every=every)

    assert legacy(burned) == counts
    assert [point.commits for point in burned.points] == commits


def test_each_commit_that_raises_or_lowers_a_count_is_named(root: Path) -> None:
    burned = counted(root, every="commit", select=("legacy-import",))

    moves = {
        step.until.subject: [(each.rule, each.before, each.after) for each in step.moves]
        for step in burned.steps
    }
    assert moves == {
        "change 1": [("legacy-import", 1, 2)],
        "change 2": [("legacy-import", 2, 3)],
        "change 5": [("legacy-import", 3, 0)],
    }
    assert {step.commits for step in burned.steps} == {1}


def test_between_days_the_commits_are_told_apart_only_when_they_are_traced(root: Path) -> None:
    untraced = counted(root, every="week", select=("legacy-import",))
    traced = counted(root, every="week", select=("legacy-import",), traces=True)

    assert [(each.commits, each.until.subject) for each in untraced.steps] == [(2, "change 5")]
    assert [(each.commits, each.until.subject) for each in traced.steps] == [(1, "change 5")]
    assert traced.points == untraced.points


@pytest.mark.parametrize(
    ("since", "counts"), [("2026-01-02", [3, 3, 0]), ("HEAD~4", [2, 3, 3, 0]), ("HEAD", [0])]
)
def test_a_history_begins_where_it_is_told_to(root: Path, since: str, counts: list[int]) -> None:
    assert legacy(counted(root, since=since)) == counts


def test_a_history_cannot_begin_where_it_never_was(root: Path) -> None:
    git(root, "checkout", "--quiet", "-b", "side", "HEAD~1")
    git(root, "commit", "--quiet", "--allow-empty", "-m", "aside")
    git(root, "checkout", "--quiet", "main")

    with pytest.raises(UsageError, match="not an ancestor"):
        counted(root, since="side")
    with pytest.raises(UsageError, match="of 2030-01-01 or later"):
        counted(root, since="2030-01-01")


def test_a_commit_that_is_older_than_its_parent_begins_no_day_anew(tmp_path: Path) -> None:
    times = ["2026-01-01T08:00", "2026-01-03T08:00", "2026-01-02T08:00", "2026-01-03T09:00"]
    made(tmp_path, [(time, {**START, "README": time}) for time in times])

    burned = counted(tmp_path)

    assert [point.commit.subject for point in burned.points] == ["change 0", "change 3"]


def test_a_merge_counts_as_one_commit(root: Path) -> None:
    git(root, "checkout", "--quiet", "-b", "side", "HEAD~1")
    for name in "xyz":
        (root / f"app/{name}.py").write_text(LEGACY)
        git(root, "add", "--all")
        git(root, "commit", "--quiet", "-m", f"side {name}", time="2026-01-07T08:00")
    git(root, "checkout", "--quiet", "main")
    git(root, "merge", "--quiet", "--no-edit", "-m", "merged", "side", time="2026-01-07T09:00")

    burned = counted(root, every="commit")

    assert legacy(burned)[-2:] == [0, 3]
    assert burned.steps[-1].until.subject == "merged"


def test_what_lacks_its_owner_is_counted_as_far_as_it_can_be(tmp_path: Path) -> None:
    early = {**START, "app/owner.py": None, "app/old.py": "class Owner: ...\n"}
    first = {name: text for name, text in early.items() if text is not None}
    made(tmp_path, [("2026-01-01T08:00", first), ("2026-01-02T08:00", START)])

    burned = counted(tmp_path)

    before, after = (point.count for point in burned.points)
    assert total(before, "legacy-import") == total(after, "legacy-import") == 1
    assert "rival" in {each.rule for each in before.not_run}
    assert "`app.owner:Owner` is not defined" in before.not_run[0].reason
    assert after.not_run == ()
    # Nobody knows what there was of it before.
    assert "fragmented-path" not in {each.rule for step in burned.steps for each in step.moves}


def test_a_revision_that_cannot_be_judged_is_said_to_be_so(tmp_path: Path) -> None:
    made(tmp_path, [("2026-01-01T08:00", {"README": "words"}), ("2026-01-02T08:00", START)])

    burned = counted(tmp_path)

    assert "no Python file" in burned.points[0].count.problem
    assert legacy(burned) == [0, 1]
    assert burned.steps == ()


def test_where_nothing_can_be_judged_nothing_is_counted(tmp_path: Path) -> None:
    made(tmp_path, [("2026-01-01T08:00", {"README": "", "pluribus.toml": START["pluribus.toml"]})])

    with pytest.raises(UsageError, match="none of 1 revisions could be judged"):
        counted(tmp_path)


def test_a_second_run_judges_nothing_and_says_the_same(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = counted(root, cache)
    (file,) = (cache / "history").iterdir()
    lines = file.read_bytes().splitlines()

    assert counted(root, cache) == first
    assert file.read_bytes().splitlines() == lines
    assert len(lines) == len(first.points)


def test_a_damaged_count_is_counted_again(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = counted(root, cache)
    (file,) = (cache / "history").iterdir()
    whole = file.read_bytes()
    for at in range(0, len(whole), 37):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])

        assert counted(root, cache) == first

    file.write_bytes(whole[: len(whole) // 2])
    assert counted(root, cache) == first


def test_a_file_that_nobody_can_read_is_counted_as_such_and_kept(tmp_path: Path) -> None:
    root, cache = tmp_path / "work", tmp_path / "cache"
    made(root, [("2026-01-01T08:00", {**START, "app/b.py": "[" * 100_000})])

    first = counted(root, cache)
    (file,) = (cache / "history").iterdir()

    assert first.points[0].count.not_read == 1
    assert len(file.read_bytes().splitlines()) == 1
    assert counted(root, cache) == first


def test_another_question_has_another_answer(root: Path, tmp_path: Path) -> None:
    counted(root, tmp_path / "cache")
    (root / "pluribus.toml").write_text(str(START["pluribus.toml"]).replace("app.old", "app.gone"))

    assert legacy(counted(root, tmp_path / "cache")) == [0, 0, 0, 0]


def test_who_breaks_off_keeps_what_was_counted(root: Path, tmp_path: Path) -> None:
    cache, said = tmp_path / "cache", []

    def impatient(text: str) -> None:
        said.append(text)
        if len(said) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        burndown(
            Repository(root, cache=cache),
            root,
            BurndownOptions(),
            counted=lambda question: KeptCounts(cache, question),
            say=impatient,
        )

    (file,) = (cache / "history").iterdir()
    assert len(file.read_bytes().splitlines()) == 2


def exported(root: Path, commit: str, into: Path, *paths: str) -> Path:
    """A checkout without git, of all files or those of some paths."""
    with tarfile.open(fileobj=io.BytesIO(ask(root, "archive", commit, *paths))) as archive:
        archive.extractall(into, filter="fully_trusted")
    return into


def of_checkouts(root: Path, commits: Sequence[str], folder: Path) -> list[Counter[str]]:
    """What checks of exported checkouts find, by rule."""
    found = []
    for number, commit in enumerate(commits):
        into = exported(root, commit, folder / str(number))
        findings = check(into, CheckOptions(contract=into / "pluribus.toml")).findings
        found.append(Counter(each.rule for each in findings))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_counts_are_those_of_checks_of_checkouts(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    texts: list[Callable[[], str | None]] = [
        lambda: LEGACY,
        lambda: CLEAN,
        lambda: LEGACY + CLEAN,
        lambda: "import app.old\n" * chance.randint(1, 3),
        lambda: "class Owner: ...\nfrom app.nowhere import Owner as Other\n",
        lambda: "def broken(:\n" + LEGACY,
    ]
    changes: list[Change] = [("2026-01-01T00:00", START)]
    there: set[str] = set()
    for hour in range(12):
        files: dict[str, str | None] = {}
        for name in chance.sample(["b", "c", "d", "e", "sub/f"], 2):
            path = f"app/{name}.py"
            gone = path in there and chance.random() < 0.3
            files[path] = None if gone else chance.choice(texts)()
            (there.discard if gone else there.add)(path)
        changes.append((f"2026-01-0{1 + hour // 3}T{hour:02}:00", files))
    commits = made(tmp_path / "work", changes)

    burned = counted(tmp_path / "work", every="commit")

    of_history = [
        Counter({each.rule: each.production + each.tests for each in point.count.tallies})
        for point in burned.points
    ]
    assert of_history == of_checkouts(tmp_path / "work", commits, tmp_path / "out")
