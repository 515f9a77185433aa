"""What is said of a revision from git's objects is what a check of its checkout says."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from pluribus.adapters.history import Repository as History
from pluribus.app.check import CheckOptions, check
from pluribus.app.revisions import case_at, contract_for, judge_at
from pluribus.errors import PluribusError
from pluribus.findings import Completeness, ConceptSummary, Finding, identified
from tests.properties.edits import edited
from tests.properties.profiles import examples
from tests.properties.resolved import write
from tests.properties.test_sieve import fillers
from tests.unit.adapters.repository import Repository
from tests.unit.app.test_burndown import exported

EXAMPLE = Path(__file__).parents[2] / "examples" / "chat"
IGNORED = ("chat/ws/", "*.pyi", "test_*.py\n!test_app.py", "/chat/j*", "legacy*", "# nothing")
Said = tuple[tuple[Finding, ...], int, tuple[ConceptSummary, ...], Completeness]


def said_of_checkout(root: Path, folder: str) -> Said | str:
    try:
        report = check(root / folder, CheckOptions(honours_baseline=False))
    except PluribusError as error:
        return type(error).__name__
    return report.findings, report.suppressed, report.concepts, report.completeness


def said_of_objects(history: History, commit: str) -> Said | str:
    try:
        revision = history.revision(history.commit(commit))
        contract = contract_for(history, revision, None)
        case = case_at(revision, contract, CheckOptions())
        verdict = judge_at(revision, case)
    except PluribusError as error:
        return type(error).__name__
    found = identified(verdict.findings)
    return found, verdict.suppressed, verdict.concepts, verdict.completeness


def changes(root: Path, chance: random.Random) -> Iterator[str]:
    """Change a few files, in ways that show in the selection too; says what."""
    for _ in range(chance.randint(1, 4)):
        files = sorted(path for path in root.rglob("*.py") if path.is_file())
        path = chance.choice(files)
        match chance.randrange(7):
            case 0:
                path.unlink()
                yield f"deleted {path}"
            case 1:
                to = chance.choice(files).with_name(chance.choice(["moved.py", "manager.py"]))
                path.rename(to)
                yield f"moved {path} to {to}"
            case 2:
                place = chance.choice([root, root / "chat", root / "tests"]) / ".gitignore"
                if place.parent.is_dir():
                    place.write_text(chance.choice(IGNORED) + "\n")
                    yield f"ignored in {place}"
            case 3:
                target = chance.choice(
                    ["realtime", "../chat", "nowhere", "manager.py", "/nowhere"]
                )
                link = path.with_name(chance.choice(["linked", "linked.py"]))
                if not os.path.lexists(link):
                    link.symlink_to(target)
                    yield f"linked {link} to {target}"
            case _ if not path.is_symlink():
                text = edited(path.read_text(encoding="utf-8"), chance)
                path.write_text(text, encoding="utf-8")
                yield f"edited {path}"


@pytest.fixture(scope="module", params=["small", "large"])
def start(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of the example, alone, or so large that not all of it is read."""
    root = tmp_path_factory.mktemp(request.param) / "chat"
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    if request.param == "large":
        write(root, fillers())
    repository = Repository(root)
    repository.git("init", "--quiet", "--initial-branch", "main")
    repository.git("config", "user.name", "someone")
    repository.git("config", "user.email", "someone@example.org")
    repository.commit()
    return root


@given(seed=st.integers(min_value=0, max_value=2**32))
@examples(5)
def test_a_revision_is_judged_as_its_checkout_is(
    start: Path, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    chance = random.Random(seed)
    folder = tmp_path_factory.mktemp("revision")
    repository = Repository(folder / "work")
    shutil.copytree(start, repository.root, symlinks=True)
    commits = ["HEAD"]
    for _ in range(3):
        for change in changes(repository.root, chance):
            note(change)
        repository.git("add", "--all", "--force")
        repository.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        commits.append(repository.git("rev-parse", "HEAD").strip())
    chance.shuffle(commits)
    base = chance.choice(["", "", "chat", "tests"])
    cache = chance.choice([None, folder / "cache"])
    if not (repository.root / base).is_dir():
        return

    history = History(repository.root / base, cache=cache)
    said = {commit: said_of_objects(history, commit) for commit in commits}
    history.save()
    again = History(repository.root / base, cache=cache)

    for number, commit in enumerate(commits):
        checkout = exported(repository.root, commit, folder / f"checkout{number}")
        if not (checkout / base).is_dir():
            continue
        of_checkout = said_of_checkout(checkout, base)
        if of_checkout == "OwnerNotFoundError":
            continue  # of a revision, what can be judged without the owner is judged
        assert said[commit] == of_checkout
        assert said_of_objects(again, commit) == of_checkout
