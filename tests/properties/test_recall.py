"""What is recalled is what would be found anew."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from pluribus.app.check import CheckOptions, check
from pluribus.errors import PluribusError
from pluribus.findings import Report
from tests.properties.edits import edited
from tests.properties.profiles import THOROUGH, examples
from tests.properties.resolved import write
from tests.properties.test_sieve import COPIED, FILLERS, fillers, real_trees

EXAMPLE = Path(__file__).parents[2] / "examples" / "chat"
ENGINE = b"the code of this test run"


def judged(root: Path, cache: Path | None) -> Report | str:
    """The report, or why there is none."""
    try:
        return check(root, CheckOptions(cache=cache, engine=ENGINE if cache else b""))
    except PluribusError as error:
        return str(error)


def was_recalled(root: Path, cache: Path) -> bool:
    said: list[str] = []
    check(root, CheckOptions(cache=cache, engine=ENGINE), progress=said.append)
    return not any(each.startswith("judging") for each in said)


class Project:
    """A code base, and what is kept of it."""

    def __init__(self, root: Path, cache: Path) -> None:
        self.root = root
        self.cache = cache
        self.files = sorted(path for path in root.rglob("*.py") if path.parts[-3] != "filler")
        self.texts = {path: path.read_text(encoding="utf-8") for path in self.files}
        judged(root, cache)

    def restore(self) -> None:
        """Undo all edits, and keep what is found then."""
        for path, text in self.texts.items():
            if path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
        judged(self.root, self.cache)


@pytest.fixture(scope="module", params=["small", "large"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The example, alone, or in a tree so large that not all of it is read."""
    root = tmp_path_factory.mktemp(request.param) / "chat"
    shutil.copytree(EXAMPLE, root, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    if request.param == "large":
        write(root, fillers())
    project = Project(root, tmp_path_factory.mktemp("cache"))
    assert was_recalled(root, project.cache)
    assert len(list(root.rglob("*.py"))) > (FILLERS if request.param == "large" else 20)
    return project


@given(seed=st.integers(min_value=0, max_value=2**32), count=st.integers(min_value=1, max_value=3))
@examples(60)
def test_after_any_edit_a_check_with_a_cache_says_what_one_without_says(
    project: Project, seed: int, count: int
) -> None:
    chance = random.Random(seed)
    project.restore()
    for path in chance.sample(project.files, count):
        text = edited(path.read_text(encoding="utf-8"), chance)
        note(f"--- {path.relative_to(project.root)}\n{text}")
        path.write_text(text, encoding="utf-8")

    warm = judged(project.root, project.cache)

    assert warm == judged(project.root, None)


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("chat/realtime/manager.py", '"""', '# a comment\n"""'),
        ("chat/jobs.py", "\n\n", "\n# a comment, and room\n\n\n"),
        ("chat/agents/runner.py", "\n    ", "\n    told = str(1)\n    "),
        ("chat/agents/runner.py", "\n", "\n\n\ndef told_by_nobody():\n    return 1\n"),
    ],
)
def test_an_edit_that_only_moves_what_was_found_is_recalled(
    project: Project, path: str, old: str, new: str
) -> None:
    project.restore()
    file = project.root / path
    text = file.read_text(encoding="utf-8")
    at = text.index(old) if old == '"""' else text.rindex(old)
    file.write_text(text[:at] + text[at:].replace(old, new, 1), encoding="utf-8")

    recalled = was_recalled(project.root, project.cache)

    assert recalled
    assert judged(project.root, project.cache) == judged(project.root, None)


def test_a_new_way_to_the_owner_is_judged_anew(project: Project) -> None:
    project.restore()
    (project.root / "chat" / "logs.py").write_text(
        project.texts[project.root / "chat" / "logs.py"]
        + "\nfrom chat.ws.manager import WebSocketManager as Logged\n",
        encoding="utf-8",
    )

    recalled = was_recalled(project.root, project.cache)

    assert not recalled
    assert judged(project.root, project.cache) == judged(project.root, None)


@pytest.mark.parametrize("hands_on", ["from app.words import Words\n", "from .words import *\n"])
def test_another_value_of_a_constant_that_is_sent_is_judged_anew(
    tmp_path: Path, hands_on: str
) -> None:
    root, cache = tmp_path / "root", tmp_path / "cache"
    words = "class Words:\n    STARTED = 'started'\n"
    sent = {
        "app/__init__.py": "",
        "app/owner.py": "class Owner:\n    def send(self, event): ...\n",
        "app/words.py": words,
        "app/handed.py": hands_on,
        "app/use.py": "from app.handed import Words\nfrom app.owner import Owner\n"
        "Owner().send('started')\nOwner().send(Words.STARTED)\n",
    }
    contract = '[concepts.one]\nowner = "app.owner:Owner"\nevents = ["started"]\n'
    write(root, {**sent, **fillers(), "pluribus.toml": contract})
    before = judged(root, cache)
    write(root, {"app/words.py": words.replace("'started'", "'stopped'")})

    warm = judged(root, cache)

    assert warm == judged(root, None)
    assert warm != before


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("app/owner.py", "self.mailer.send_confirmation", "self.mailer.send_reminder"),
        ("far/copy.py", "self.mailer.send_confirmation", "self.mailer.send_reminder"),
        ("far/copy.py", "verified.needs_confirmation()", "verified.is_unusual()"),
        ("filler/part0/file0.py", "import os\n", f"import os\n\n\nclass Far:\n{COPIED}"),
    ],
)
def test_what_makes_another_copy_is_judged_anew(
    tmp_path: Path, path: str, old: str, new: str
) -> None:
    root, cache = tmp_path / "root", tmp_path / "cache"
    copied = {
        "app/__init__.py": "",
        "app/owner.py": f"class Owner:\n{COPIED}",
        "far/copy.py": f"class Far:\n{COPIED}",
    }
    contract = '[concepts.one]\nowner = "app.owner:Owner"\n'
    write(root, {**copied, **fillers(), "pluribus.toml": contract})
    before = judged(root, cache)
    text = (root / path).read_text(encoding="utf-8")
    write(root, {path: text.replace(old, new, 1)})

    warm = judged(root, cache)

    assert warm == judged(root, None)
    assert warm != before


LINES = COPIED.splitlines(keepends=True)
OTHERS = (
    *LINES[1:],
    "        self.archive.remember_customer(customer.identifier)\n",
    "        if self.archive.is_closed(happened_at=self.clock.utcnow()):\n            pass\n",
    "        return self.archive.latest(address)\n",
)
"""Statements that copies may have, and some that none has."""


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """A method that is the copied one, or much like it, or not at all."""
    lines = list(LINES[1:])
    for at in draw(st.lists(st.integers(min_value=0, max_value=len(lines) - 1), max_size=4)):
        lines[at] = draw(st.sampled_from(OTHERS))
    name = draw(st.sampled_from(["register_customer", "enter"]))
    return LINES[0].replace("register_customer", name) + "".join(lines)


@pytest.fixture(scope="module")
def among_others(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("among_others")
    write(root, {"app/__init__.py": "", **fillers()})
    write(root, {"pluribus.toml": '[concepts.one]\nowner = "app.owner:Owner"\n'})
    return root


@given(before=st.lists(bodies(), min_size=4, max_size=4), after=bodies(), data=st.data())
@examples(60)
def test_after_any_edit_of_copied_code_what_is_recalled_is_what_is_found(
    among_others: Path, before: list[str], after: str, data: st.DataObject
) -> None:
    paths = ["app/owner.py", "app/other.py", "far/one.py", "far/two.py"]
    names = ["Owner", "Other", "One", "Two"]
    files = zip(paths, names, before, strict=True)
    texts = {path: f"class {name}:\n{body}" for path, name, body in files}
    cache = among_others / ".cache"
    write(among_others, texts)
    judged(among_others, cache)
    at = data.draw(st.sampled_from([0, 0, 0, 1, 2]))
    changed = {paths[at]: f"class {names[at]}:\n{after}"}
    if data.draw(st.booleans()):
        changed["far/two.py"] = f"class Two:\n{data.draw(bodies())}"
    write(among_others, changed)

    warm = judged(among_others, cache)

    assert warm == judged(among_others, None)


@pytest.mark.parametrize(
    "new", ["self.mailer.send_reminder", "self.mailer.send_confirmation(None)"]
)
def test_an_edit_of_copied_code_is_judged_anew_where_all_is_read_anyway(
    tmp_path: Path, new: str
) -> None:
    root, cache = tmp_path / "root", tmp_path / "cache"
    write(root, {"app/__init__.py": "", "far/copy.py": f"class Far:\n{COPIED}"})
    write(root, {"app/owner.py": f"class Owner:\n{COPIED}"})
    write(root, {"pluribus.toml": '[concepts.one]\nowner = "app.owner:Owner"\n'})
    before = judged(root, cache)
    edited_owner = COPIED.replace("self.mailer.send_confirmation", new, 1)
    write(root, {"app/owner.py": f"class Owner:\n{edited_owner}"})

    warm = judged(root, cache)

    assert warm == judged(root, None)
    assert warm != before


def test_an_edit_of_code_that_nobody_copied_is_recalled(tmp_path: Path) -> None:
    root, cache = tmp_path / "root", tmp_path / "cache"
    owner = f"class Owner:\n{COPIED}"
    write(root, {"app/__init__.py": "", "app/owner.py": owner, **fillers()})
    write(root, {"pluribus.toml": '[concepts.one]\nowner = "app.owner:Owner"\n'})
    judged(root, cache)
    recalled = []
    for old, new in (
        ("self.mailer.send_confirmation", "self.mailer.send_reminder"),
        ("        return", "        self.archive.remember_customer(customer)\n        return"),
        (
            "        verified =",
            "        self.archive.remember_customer(customer)\n        checked =",
        ),
    ):
        write(root, {"app/owner.py": owner.replace(old, new, 1)})

        recalled.append(was_recalled(root, cache))

    assert recalled == [True, True, True]


MAILED = ("self.mailer.send_confirmation", "self.postman.deliver_greeting")
VERIFIED = ("self.address_verifier.verify_address(address)", "self.directory.look_up(address)")
JOURNALLED = ("self.journal.append_registration", "self.chronicle.enter_happening")


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.mark.parametrize(
    "far",
    [
        pytest.param(
            f"class Far:\n{changed(COPIED, MAILED, VERIFIED, JOURNALLED)}", id="one more"
        ),
        pytest.param(f"WORDS = '{' '.join(changed(COPIED).split())}'", id="one less"),
    ],
)
def test_an_edit_by_which_other_files_are_read_is_judged_anew(tmp_path: Path, far: str) -> None:
    root, cache = tmp_path / "root", tmp_path / "cache"
    write(root, {"app/__init__.py": "", **fillers(), "far/words.py": far})
    write(root, {"app/owner.py": f"class Owner:\n{COPIED}"})
    write(root, {"pluribus.toml": '[concepts.one]\nowner = "app.owner:Owner"\n'})
    before = judged(root, cache)
    edited_owner = changed(COPIED, MAILED, *([] if "Far" in far else [VERIFIED, JOURNALLED]))
    write(root, {"app/owner.py": f"class Owner:\n{edited_owner}"})

    warm = judged(root, cache)

    assert warm == judged(root, None)
    assert warm != before


@pytest.mark.real
@pytest.mark.skipif(
    "PLURIBUS_REAL" not in os.environ, reason="PLURIBUS_REAL names no folder of code bases"
)
@pytest.mark.parametrize("tree", real_trees(), ids=lambda path: path.name)
def test_edits_of_a_real_tree_are_recalled_rightly(tree: Path, tmp_path: Path) -> None:
    root = tmp_path / "tree"
    shutil.copytree(tree, root, ignore=shutil.ignore_patterns(".git", ".pluribus_cache"))
    project, chance = Project(root, tmp_path / "cache"), random.Random(tree.name)
    for _ in range(400 if THOROUGH else 20):
        for path in chance.sample(project.files, chance.choice([1, 1, 2])):
            path.write_text(edited(path.read_text(encoding="utf-8"), chance), encoding="utf-8")

        warm = judged(root, project.cache)

        assert warm == judged(root, None)
